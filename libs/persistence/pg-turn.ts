import type { JobKind, Turn } from '#jobs';
import type { Pool, PoolClient } from 'pg';
import { rowOf } from './transaction.js';

/** First key of the advisory locks; the second is the kind of job. */
const TURN_LOCK = 1_952_805_486;

/**
 * An advisory lock on a connection kept for it. It has no time limit: a worker whose event loop stands still keeps its
 * turn, and one that dies loses it at once. It is lost early only when the connection is, and that is noticed.
 */
export class PgTurn implements Turn {
  private readonly losing = new AbortController();
  readonly lost = this.losing.signal;
  private readonly onEnd = () => this.losing.abort(new Error('The connection that held the turn was lost.'));

  private constructor(
    private readonly client: PoolClient,
    private readonly kind: JobKind,
  ) {
    client.once('end', this.onEnd);
  }

  /** @returns null while another holds it */
  static async take(pool: Pool, kind: JobKind): Promise<PgTurn | null> {
    const client = await pool.connect();
    try {
      const { isMine } = await rowOf<{ isMine: boolean }>(
        client,
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS "isMine"',
        [TURN_LOCK, kind],
      );
      if (isMine) return new PgTurn(client, kind);
      client.release();
      return null;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async letGo(): Promise<void> {
    this.client.removeListener('end', this.onEnd);
    try {
      await this.client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [TURN_LOCK, this.kind]);
      this.client.release();
    } catch {
      // The end of the connection lets go, too.
      this.client.release(true);
    }
  }
}
