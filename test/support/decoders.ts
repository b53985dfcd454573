import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of the decoders that a process has started and that still live, as the kernel knows them. */
export function decodersOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const isDecoder = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('decoder-process.js');
        return isDecoder && Number(ppid) === parent && state !== 'Z';
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
