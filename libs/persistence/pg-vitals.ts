import type { GenerationId } from '#foundation';
import type { Connections, Freshness, Vitals, VitalsStore } from '#vitals';
import type { Pool } from 'pg';
import { generationLiteral } from './neighbour-sql.js';
import { rowOf, rowsOf } from './transaction.js';

/** Runs of one kind and state; one pass over the table answers all that is counted of it. */
interface Counted {
  kind: string;
  state: string;
  count: number;
  retries: number;
  succeededAt: Date | null;
}

const PENDING_AGE = `(SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
  FROM webhook_delivery WHERE state = 'pending')`;

/** What is counted for whoever watches over Weft. */
export class PgVitals implements VitalsStore {
  constructor(private readonly pool: Pool) {}

  async vitals(): Promise<Vitals> {
    const counted = await rowsOf<Counted>(
      this.pool,
      `SELECT kind, state, count(*)::int AS count, sum(greatest(attempts - 1, 0))::int AS retries,
         max(finished_at) FILTER (WHERE state = 'succeeded' AND coalesce(input ->> 'dryRun', 'false') = 'false')
           AS "succeededAt"
       FROM job_run GROUP BY kind, state`,
    );
    const waiting = await rowsOf<Vitals['waiting'][number]>(
      this.pool,
      `SELECT kind,
         max(extract(epoch FROM clock_timestamp() - greatest(created_at, not_before)))::float8 AS seconds
       FROM job_run WHERE state = 'queued' AND coalesce(not_before, created_at) <= clock_timestamp() GROUP BY kind`,
    );
    const took = await rowsOf<Vitals['took'][number]>(
      this.pool,
      `SELECT kind, quantiles[1] AS median, quantiles[2] AS p95, quantiles[3] AS most FROM (
         SELECT kind, percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (
           ORDER BY extract(epoch FROM finished_at - started_at)::float8) AS quantiles
         FROM job_run
         -- What began days ago is found by when it was asked for, which has an index.
         WHERE created_at > clock_timestamp() - interval '8 days' AND state = 'succeeded'
           AND finished_at > clock_timestamp() - interval '1 day' AND started_at IS NOT NULL
         GROUP BY kind) of_kind`,
    );
    const schedules = await rowsOf<Vitals['schedules'][number]>(
      this.pool,
      `SELECT name, next_due AS "nextDue", last_due AS "lastDue" FROM schedule WHERE is_enabled ORDER BY name LIMIT 100`,
    );
    const generations = await rowsOf<Vitals['generations'][number]>(
      this.pool,
      `SELECT state, count(*)::int AS count, coalesce(sum(products), 0)::int AS products,
         coalesce(sum(images), 0)::int AS images
       FROM generation GROUP BY state`,
    );
    const [active = null] = await rowsOf<NonNullable<Vitals['active']>>(
      this.pool,
      `SELECT g.id AS generation, model_version AS "modelVersion", activated_at AS "activatedAt",
         m.created_at AS "modelMadeAt"
       FROM generation g JOIN model m ON m.version = g.model_version WHERE state = 'active'`,
    );
    const promotions = await rowsOf<Vitals['promotions'][number]>(
      this.pool,
      'SELECT action, count(*)::int AS count FROM promotion GROUP BY action',
    );
    const messages = await rowsOf<Vitals['messages'][number]>(
      this.pool,
      'SELECT state, count(*)::int AS count FROM webhook_delivery GROUP BY state',
    );
    const rest = await rowOf<Pick<Vitals, 'oldestMessageSeconds' | 'disabledWebhooks' | 'backedUpAt'>>(
      this.pool,
      `SELECT ${PENDING_AGE} AS "oldestMessageSeconds",
         (SELECT count(*)::int FROM webhook WHERE disabled_at IS NOT NULL) AS "disabledWebhooks",
         (SELECT backed_up_at FROM installation) AS "backedUpAt"`,
    );
    return {
      jobs: counted.map(({ kind, state, count, retries }) => ({ kind, state, count, retries })),
      succeeded: counted.flatMap(({ kind, succeededAt: at }) => (at === null ? [] : [{ kind, at }])),
      ...{ waiting, took, schedules, generations, active, promotions, messages, ...rest },
    };
  }

  async freshness(): Promise<Freshness> {
    const [active] = await rowsOf<{ id: GenerationId }>(this.pool, `SELECT id FROM generation WHERE state = 'active'`);
    const lacksVector =
      active === undefined
        ? 'true'
        : `NOT EXISTS (SELECT FROM product_vector v
             WHERE v.generation_id = ${generationLiteral(active.id)} AND v.product_id = p.product_id)`;
    return rowOf<Freshness>(
      this.pool,
      `SELECT count(*)::int AS products,
         coalesce(extract(epoch FROM clock_timestamp() - min(first_seen)), 0)::float8 AS "oldestSeconds"
       FROM product p
       WHERE active AND ${lacksVector} AND EXISTS (SELECT FROM product_image i WHERE i.product_id = p.product_id)`,
    );
  }

  connections(): Connections {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }
}
