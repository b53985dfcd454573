import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { Fault } from './faults.js';
import type { MovedClock } from './moved-clock.js';
import type { SmallDisk } from './small-disk.js';

/** How long a disk is full before somebody makes room. */
const FULL_MS = 3_000;

/** What can be struck. */
export interface Place {
  /** WEFT_HOME of the service. */
  home: string;
  /** What its home lies on, and what its processes take for the time; or why there is no such thing here. */
  disk: SmallDisk | string;
  clock: MovedClock | string;
}

type Killed = 'worker' | 'trainer' | 'api' | 'postgres' | 'redis';

/** How the processes of one home are told from all others. */
const MARKS: Record<Killed, (command: string, home: string) => boolean> = {
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
export async function strike(fault: Fault, { home, disk, clock }: Place): Promise<boolean> {
  switch (fault) {
    case 'redis emptied':
      return emptyRedis(`${home}/run/servers/redis.sock`);
    case 'connections cut':
      return cutConnections(`${home}/run/servers`);
    case 'disk full':
      if (typeof disk === 'string') return false;
      disk.fill();
      await sleep(FULL_MS);
      disk.makeRoom();
      return true;
    case 'clock moved':
      if (typeof clock === 'string') return false;
      clock.jump();
      return true;
    case 'worker':
    case 'trainer':
    case 'api':
    case 'postgres':
    case 'redis': {
      const found = processesOf(home, MARKS[fault]);
      for (const pid of found) kill(pid);
      return found.length > 0;
    }
  }
}

/** Whether `weft serve` over a home has a worker. */
export function hasWorker(home: string): boolean {
  return processesOf(home, MARKS.worker).length > 0;
}

async function emptyRedis(path: string): Promise<boolean> {
  const redis = new Redis({ path, retryStrategy: null, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
    return true;
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function cutConnections(host: string): Promise<boolean> {
  const client = new Client({ host, user: 'weft', database: 'weft' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const cut = await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    return cut.rowCount !== 0;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended between the look and the signal.
  }
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
