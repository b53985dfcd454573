import { readdirSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { Client } from 'pg';

/** What may die or be lost in the middle of work. */
export const FAULTS = ['worker', 'trainer', 'api', 'postgres', 'redis', 'redis emptied', 'connections cut'] as const;
export type Fault = (typeof FAULTS)[number];

/** How the processes of one home are told from all others. */
const MARKS: Record<Exclude<Fault, 'redis emptied' | 'connections cut'>, (command: string, home: string) => boolean> = {
  worker: (command) => command.includes('/apps/worker/main.js'),
  trainer: (command, home) => command.includes('/apps/trainer/main.js') && command.includes(home),
  api: (command) => command.includes('/apps/api/main.js'),
  postgres: (command, home) => command.includes(`-D ${home}/postgres/data`),
  redis: (command, home) => command.includes(`redis-server unixsocket:${home}`),
};

/**
 * Does it, without a warning: processes get SIGKILL.
 *
 * @returns whether there was anything to hit
 */
export async function strike(fault: Fault, home: string): Promise<boolean> {
  const sockets = `${home}/run/servers`;
  if (fault === 'redis emptied') {
    const redis = new Redis({ path: `${sockets}/redis.sock`, retryStrategy: null });
    await redis.flushall();
    redis.disconnect();
    return true;
  }
  if (fault === 'connections cut') {
    const client = new Client({ host: sockets, user: 'weft', database: 'weft' });
    await client.connect();
    const cut = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    await client.end();
    return cut.rowCount !== 0;
  }
  const found = processesOf(home, MARKS[fault]);
  for (const pid of found) process.kill(pid, 'SIGKILL');
  return found.length > 0;
}

/** Whether `weft serve` over a home has a worker. */
export function hasWorker(home: string): boolean {
  return processesOf(home, MARKS.worker).length > 0;
}

function processesOf(home: string, isWanted: (command: string, home: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const command = readProc(pid, 'cmdline').replaceAll('\0', ' ');
      if (!isWanted(command, home)) return [];
      const isOfHome = command.includes(home) || readProc(pid, 'environ').split('\0').includes(`WEFT_HOME=${home}`);
      return isOfHome ? [Number(pid)] : [];
    });
}

/** Empty where the process has ended meanwhile. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
