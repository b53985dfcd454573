import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Processes of the program `program` that work in `directory`. Postgres and Redis make their data directory their
 * working directory, and so do Postgres's backends, whose command line no longer shows it.
 */
export function processesIn(directory: string, program: string): number[] {
  const real = realpathSync(directory);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        // An executable that was deleted meanwhile reads `/path/postgres (deleted)`.
        const executable = basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
        return executable === program && readlinkSync(`/proc/${pid}/cwd`) === real;
      } catch {
        // It ended meanwhile, or belongs to an account that we may not look at and that cannot own our data.
        return false;
      }
    });
}

const PATIENCE_MS = 60_000;
const IMPATIENCE_MS = 10_000;

/**
 * Ends the processes that a killed supervisor left in `directory`: asks the leading one first, because a signal that
 * means "shut down" to a server means other things to its helpers (SIGINT to Postgres's checkpointer, for one), and
 * kills whatever still runs afterwards; crash recovery mends that at the next start.
 *
 * @param leader process that `ask` is sent to, if it is among those found
 */
export async function stopLeftovers(
  directory: string,
  program: string,
  leader: (found: number[]) => number | undefined,
  ask: NodeJS.Signals,
): Promise<void> {
  const found = processesIn(directory, program);
  const leading = leader(found);
  if (leading !== undefined) signal(leading, ask);
  if (await haveEnded(directory, program, leading === undefined ? IMPATIENCE_MS : PATIENCE_MS)) return;
  for (const pid of processesIn(directory, program)) signal(pid, 'SIGKILL');
  if (await haveEnded(directory, program, IMPATIENCE_MS)) return;
  throw new Error(`Processes ${processesIn(directory, program).join(', ')} still use ${directory}.`);
}

async function haveEnded(directory: string, program: string, waitMs: number): Promise<boolean> {
  for (let waited = 0; waited < waitMs; waited += 20) {
    if (processesIn(directory, program).length === 0) return true;
    await sleep(20);
  }
  return false;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
