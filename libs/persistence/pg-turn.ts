import type { JobId } from '#foundation';
import type { JobKind, Turn } from '#jobs';
import type { Pool, PoolClient } from 'pg';
import { rowOf } from './transaction.js';

/** First keys of the advisory locks; the second is a hash of the kind of job, or of the run. */
const TURN_LOCK = 1_952_805_486;
const RUN_LOCK = 1_952_805_487;

/** Of a row of `job_run`: whether some turn holds it. */
export const IS_HELD = `EXISTS (
  SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE locktype = 'advisory' AND granted AND datname = current_database() AND objsubid = 2
    AND classid = ${RUN_LOCK} AND objid::bigint = hashtext(job_run.id::text) & 4294967295)`;

/**
 * An advisory lock on a connection kept for it. It has no time limit: a worker whose event loop stands still keeps its
 * turn, and one that dies loses it at once. It is lost early only when the connection is, and that is noticed.
 */
export class PgTurn implements Turn {
  private readonly losing = new AbortController();
  readonly lost = this.losing.signal;
  private readonly onEnd = () => this.losing.abort(new Error('The connection that held the turn was lost.'));

  private constructor(private readonly client: PoolClient) {
    client.once('end', this.onEnd);
  }

  /**
   * @param atOnce how many have a turn of this kind at the same time
   * @returns null while others hold all of them
   */
  static async take(pool: Pool, kind: JobKind, atOnce: number): Promise<PgTurn | null> {
    const client = await pool.connect();
    try {
      for (let place = 0; place < atOnce; place += 1) {
        if (await tryLock(client, TURN_LOCK, place === 0 ? kind : `${kind} ${place}`)) return new PgTurn(client);
      }
      client.release();
      return null;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Two runs whose ids have one hash exclude each other, which costs the one that comes second some waiting. */
  hold(id: JobId): Promise<boolean> {
    return tryLock(this.client, RUN_LOCK, id);
  }

  async letGo(): Promise<void> {
    this.client.removeListener('end', this.onEnd);
    try {
      await this.client.query('SELECT pg_advisory_unlock_all()');
      this.client.release();
    } catch {
      // The end of the connection lets go, too.
      this.client.release(true);
    }
  }
}

async function tryLock(client: PoolClient, key: number, name: string): Promise<boolean> {
  const { isMine } = await rowOf<{ isMine: boolean }>(
    client,
    'SELECT pg_try_advisory_lock($1, hashtext($2)) AS "isMine"',
    [key, name],
  );
  return isMine;
}
