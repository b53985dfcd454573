import {
  type ClaimedDelivery,
  type Delivery,
  type DeliveryState,
  LONGEST_PAUSE_MS,
  type Outcome,
  type Webhook,
  type WebhookStore,
} from '#webhooks';
import type { Pool } from 'pg';
import { inTransaction, rowsOf } from './transaction.js';

const WEBHOOK = `id, url, kinds, created_at AS "createdAt", created_by AS "createdBy", disabled_at AS "disabledAt",
  disabled_because AS "disabledBecause"`;
const DELIVERY = `id, kind, subject, state, attempts, created_at AS "createdAt",
  CASE state WHEN 'pending' THEN next_at END AS "nextAt", last_status AS "lastStatus", last_error AS "lastError",
  finished_at AS "finishedAt"`;
/** Held while one is added: the count holds, too, when two are added at once. */
const ADD_LOCK = 2_003_133_291;
/** Rows that one statement removes: none holds locks for long. */
const DROPPED_AT_ONCE = 10_000;
/** Of the reason that is kept of a failure, in characters. */
const LONGEST_ERROR = 500;

/** Webhooks, and the outbox that triggers fill. Times are the database's own, so that workers need not agree on them. */
export class PgWebhookStore implements WebhookStore {
  constructor(private readonly pool: Pool) {}

  add(
    { url, kinds, secret, createdAt, createdBy }: Parameters<WebhookStore['add']>[0],
    most: number,
  ): Promise<Webhook | null> {
    return inTransaction(this.pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock($1)', [ADD_LOCK]);
      const [webhook = null] = await rowsOf<Webhook>(
        client,
        `INSERT INTO webhook (url, kinds, secret, created_at, created_by)
         SELECT $1, $2, $3, $4, $5 WHERE (SELECT count(*) FROM webhook) < $6 RETURNING ${WEBHOOK}`,
        [url, kinds, Buffer.from(secret), createdAt, createdBy, most],
      );
      return webhook;
    });
  }

  list(): Promise<Webhook[]> {
    return rowsOf<Webhook>(this.pool, `SELECT ${WEBHOOK} FROM webhook ORDER BY id`);
  }

  async find(id: number): Promise<(Webhook & { secret: Uint8Array }) | null> {
    const text = `SELECT ${WEBHOOK}, secret FROM webhook WHERE id = $1`;
    return (await rowsOf<Webhook & { secret: Uint8Array }>(this.pool, text, [id]))[0] ?? null;
  }

  async remove(id: number): Promise<boolean> {
    return (await this.pool.query('DELETE FROM webhook WHERE id = $1', [id])).rowCount === 1;
  }

  deliveries(webhook: number, state: DeliveryState | null, limit: number): Promise<Delivery[]> {
    return rowsOf<Delivery>(
      this.pool,
      `SELECT ${DELIVERY} FROM webhook_delivery WHERE webhook_id = $1 AND state = coalesce($2, state)
       ORDER BY seq DESC LIMIT $3`,
      [webhook, state, limit],
    );
  }

  async retry(webhook: number, delivery: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE webhook_delivery SET state = 'pending', attempts = 0, next_at = clock_timestamp(), finished_at = NULL
       WHERE webhook_id = $1 AND id = $2 AND state = 'dead'`,
      [webhook, delivery],
    );
    return rowCount === 1;
  }

  claim(most: number, leaseMs: number): Promise<ClaimedDelivery[]> {
    return rowsOf<ClaimedDelivery>(
      this.pool,
      `WITH due AS (
         SELECT w.id AS webhook, first.* FROM webhook w CROSS JOIN LATERAL (
           SELECT seq, attempts AS made FROM webhook_delivery d
           WHERE webhook_id = w.id AND state = 'pending'
             -- Further away than any pause: put off by a clock that has gone back since. The same of a claim below.
             AND next_at - clock_timestamp() NOT BETWEEN interval '0' AND interval '${LONGEST_PAUSE_MS} ms'
             AND NOT EXISTS (
             SELECT FROM webhook_delivery older
             WHERE older.webhook_id = w.id AND older.state = 'pending' AND older.subject = d.subject AND older.seq < d.seq)
           ORDER BY seq LIMIT 1) first
         WHERE disabled_at IS NULL AND (
           busy_until IS NULL OR busy_until - clock_timestamp() NOT BETWEEN interval '0' AND make_interval(secs => $2 / 1000.0))
         ORDER BY first.seq LIMIT $1 FOR UPDATE OF w SKIP LOCKED
       ), leased AS (
         -- JavaScript's times have milliseconds.
         UPDATE webhook SET busy_until = date_trunc('milliseconds', clock_timestamp() + make_interval(secs => $2 / 1000.0))
         FROM due WHERE webhook.id = due.webhook RETURNING webhook.id, seq, made, url, secret, busy_until
       )
       UPDATE webhook_delivery d SET attempts = attempts + 1 FROM leased
       -- Unless somebody sent it between this statement's snapshot and its locks.
       WHERE d.seq = leased.seq AND d.state = 'pending' AND d.attempts = made
       RETURNING d.seq::float8 AS seq, d.id, leased.id AS webhook, url, secret, body, attempts, busy_until AS "leasedUntil"`,
      [most, leaseMs],
    );
  }

  record({ seq, webhook, attempts, leasedUntil }: ClaimedDelivery, outcome: Outcome): Promise<void> {
    return inTransaction(this.pool, async (client) => {
      // Somebody else has it by now, and records what comes of that.
      const { rowCount } = await client.query(
        'UPDATE webhook SET busy_until = NULL WHERE id = $1 AND busy_until = $2',
        [webhook, leasedUntil],
      );
      if (rowCount === 0) return;
      const isOurs = `seq = $1 AND state = 'pending' AND attempts = $2`;
      switch (outcome.state) {
        case 'delivered':
          await client.query(
            `UPDATE webhook_delivery SET state = 'delivered', last_status = $3, last_error = NULL,
               finished_at = clock_timestamp() WHERE ${isOurs}`,
            [seq, attempts, outcome.status],
          );
          break;
        case 'failed':
          await client.query(
            `UPDATE webhook_delivery SET last_status = $3, last_error = $4,
               state = CASE WHEN $5::float8 IS NULL THEN 'dead' ELSE 'pending' END,
               finished_at = CASE WHEN $5 IS NULL THEN clock_timestamp() END,
               next_at = clock_timestamp() + make_interval(secs => coalesce($5, 0) / 1000) WHERE ${isOurs}`,
            [seq, attempts, outcome.status, outcome.error.slice(0, LONGEST_ERROR), outcome.retryInMs],
          );
          break;
        case 'gone':
          await client.query(
            'UPDATE webhook SET disabled_at = clock_timestamp(), disabled_because = $2 WHERE id = $1',
            [webhook, `It answered ${outcome.status}.`],
          );
          await client.query(
            `UPDATE webhook_delivery SET state = 'dead', finished_at = clock_timestamp(), last_error = $2,
               last_status = CASE seq WHEN $3 THEN $4 ELSE last_status END
             WHERE webhook_id = $1 AND state = 'pending'`,
            [webhook, 'The webhook is disabled.', seq, outcome.status],
          );
          break;
        case 'unknown':
          await client.query(`UPDATE webhook_delivery SET attempts = attempts - 1 WHERE ${isOurs}`, [seq, attempts]);
      }
    });
  }

  async dropBefore(before: Date): Promise<number> {
    for (let dropped = 0; ;) {
      const { rowCount } = await this.pool.query(
        `DELETE FROM webhook_delivery WHERE seq = ANY (ARRAY (
           SELECT seq FROM webhook_delivery WHERE finished_at < $1 LIMIT ${DROPPED_AT_ONCE}))`,
        [before],
      );
      dropped += rowCount ?? 0;
      if ((rowCount ?? 0) < DROPPED_AT_ONCE) return dropped;
    }
  }
}
