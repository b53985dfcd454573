import { fileURLToPath } from 'node:url';

/**
 * The command line of a process that reads what strangers sent. Its memory is limited by `ulimit -d`, which counts what is
 * writable: `-v` would count the address space that V8 reserves and never uses. The kernel, when short of memory, ends it
 * before any other process; a core file would be a stranger's data in the wrong place. Held on Linux.
 *
 * @param script a compiled file
 * @param memoryBytes writable memory that it may have
 */
export function limitedCommand(script: URL, memoryBytes: number, args: readonly string[] = []): [string, string[]] {
  const program = ['--max-old-space-size=256', fileURLToPath(script), ...args];
  if (process.platform !== 'linux') return [process.execPath, program];
  const limits = `ulimit -c 0; ulimit -d ${Math.ceil(memoryBytes / 1024)}; echo 1000 > /proc/self/oom_score_adj`;
  return ['/bin/sh', ['-c', `${limits}; exec "$@"`, 'sh', process.execPath, ...program]];
}
