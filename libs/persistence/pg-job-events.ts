import type { EventPage, EventQuestion, JobEventStore, RunStanding } from '#jobs';
import type { JobId } from '#foundation';
import type { Pool } from 'pg';
import { rowOf, rowsOf } from './transaction.js';

/** Events that one follower gets at a time: what it does not take at once waits in the table. */
const PAGE = 200;
/** Runs whose standing is read at a time, the newest: nobody watches more. */
const MOST_STANDINGS = 200;
/**
 * How far behind the highest id a transaction may be that is not over. A change of state is one short statement: a thousand
 * others do not overtake it.
 */
const WINDOW = 1_000;

const EVENT = `e.id::float8 AS id, e.run_id AS run, r.kind, e.state, e.attempts, e.error, e.ended, e.at,
  e.xmin::text::float8 AS transaction`;

/** What happened to runs, in the table `job_event`, which a trigger of `job_run` fills. */
export class PgJobEvents implements JobEventStore {
  constructor(private readonly pool: Pool) {}

  end(): ReturnType<JobEventStore['end']> {
    return rowOf(
      this.pool,
      `WITH now AS (
         SELECT coalesce(max(id), 0) AS after, pg_snapshot_xmin(pg_current_snapshot()) AS horizon FROM job_event
       ), again AS (
         SELECT json_agg(json_build_array(id, xmin::text::bigint)) AS seen FROM job_event
         WHERE id > (SELECT after FROM now) - ${WINDOW} AND age(xmin) <= age((SELECT horizon FROM now)::xid))
       SELECT after::float8 AS after, horizon::text AS horizon, coalesce(seen, '[]') AS seen FROM now, again`,
    );
  }

  async read(
    { ids, all }: { ids: readonly JobId[]; all: boolean },
    questions: readonly EventQuestion[],
  ): Promise<{ standings: RunStanding[]; pages: EventPage[]; horizon: string }> {
    // Before the events, so that the last event of a run that has ended is among them.
    const standings = await rowsOf<RunStanding>(
      this.pool,
      `SELECT id AS run, kind, progress, finished_at IS NOT NULL AS ended FROM job_run WHERE id = ANY ($1)
       UNION ALL (
         SELECT id, kind, progress, false FROM job_run WHERE $2 AND state = 'running' AND id <> ALL ($1)
         ORDER BY number DESC LIMIT ${MOST_STANDINGS})`,
      [ids, all],
    );
    const found = await rowsOf<{ question: number | null; horizon: string } & EventPage['events'][number]>(
      this.pool,
      `WITH asked AS (
         SELECT * FROM jsonb_to_recordset($1) AS (question int, run uuid, after bigint, horizon text, seen bigint[])
       ), found AS (
         SELECT question, of_run.* FROM asked CROSS JOIN LATERAL (
           SELECT ${EVENT} FROM job_event e JOIN job_run r ON r.id = e.run_id
           WHERE e.run_id = asked.run AND e.id > asked.after ORDER BY e.id LIMIT ${PAGE}) of_run
         WHERE asked.run IS NOT NULL
         UNION ALL
         SELECT question, of_all.* FROM asked CROSS JOIN LATERAL (
           SELECT ${EVENT} FROM job_event e JOIN job_run r ON r.id = e.run_id
           WHERE e.id > asked.after - ${WINDOW} AND e.id <> ALL (asked.seen)
             AND (e.id > asked.after OR age(e.xmin) <= age(asked.horizon::xid8::xid))
           ORDER BY e.id LIMIT ${PAGE}) of_all
         WHERE asked.run IS NULL)
       SELECT now.horizon, found.* FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon) now
       LEFT JOIN found ON true ORDER BY question, id`,
      [JSON.stringify(questions.map((question, i) => ({ ...question, question: i })))],
    );
    const pages = questions.map((): EventPage => ({ events: [], isFull: false }));
    for (const { question, horizon: _, ...event } of found) if (question !== null) pages[question]?.events.push(event);
    for (const page of pages) page.isFull = page.events.length === PAGE;
    return { standings, pages, horizon: found[0]?.horizon ?? '0' };
  }
}
