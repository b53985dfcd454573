import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './transaction.js';

/** How often, and how far apart, work is tried while searches hold what it must lock. */
const ATTEMPTS = 20;
const PAUSE_MS = 200;

/**
 * Runs `work` in a transaction that gives up its waits for locks after a twentieth of a second, and tries again: dropping a
 * partition locks its parent, and while it waits for one long search, all others wait behind it.
 *
 * @returns null when locks were held all the time
 */
export async function inShortLocks<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T | null> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(PAUSE_MS);
    try {
      return await inTransaction(pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = '50ms'`);
        return work(client);
      });
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
    }
  }
  return null;
}

/** Postgres's `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
