import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of the decoders that a process has started and that still live. */
export function decodersOf(parent: number): number[] {
  return childrenOf(parent, 'decoder-process.js');
}

/** Process ids of a process's living children that run a script of this name, as the kernel knows them. */
export function childrenOf(parent: number, script: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const isScript = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script);
        return isScript && Number(ppid) === parent && state !== 'Z';
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}
