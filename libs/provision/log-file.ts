import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, openSync, renameSync, statSync } from 'node:fs';

const LOG_BYTES = 10 * 2 ** 20;

/**
 * Starts a process whose output is appended to the file `log`. A long log is moved to `*.old` first, so that it never
 * exceeds twice 10 MiB by much.
 */
export function spawnLogged(
  log: string,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_BYTES) renameSync(log, `${log}.old`);
  const file = openSync(log, 'a', 0o644);
  try {
    return spawn(command, args, { ...options, stdio: ['ignore', file, file] });
  } finally {
    closeSync(file);
  }
}
