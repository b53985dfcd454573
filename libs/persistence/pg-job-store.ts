import type { JobId, Progress } from '#foundation';
import {
  type BegunRun,
  type JobAsk,
  type JobError,
  type JobInput,
  type JobKind,
  type JobListing,
  type JobLogLine,
  type JobRun,
  type JobState,
  type JobStore,
  LONGEST_WAIT_MS,
  type Priority,
  type Turn,
} from '#jobs';
import type { Pool } from 'pg';
import type { PrismaClient } from './generated/client.js';
import type { JobRunModel } from './generated/models.js';
import { IS_HELD, PgTurn } from './pg-turn.js';
import { rowsOf } from './transaction.js';

/**
 * May be begun: it waits and its time has come, or it was begun by a worker that may be dead. One that would have to wait longer
 * than any may was put off by a clock that has gone back since.
 */
const DUE = `(state = 'running' OR state = 'queued' AND coalesce(
  not_before - clock_timestamp() NOT BETWEEN interval '0' AND interval '${LONGEST_WAIT_MS} ms', true))`;
/** Who goes first. */
const FIRST = `state = 'running' DESC, array_position('{high,normal,low}', priority), number`;
const UNFINISHED: JobState[] = ['queued', 'running'];
/** Lines of a run's log that are kept, the newest, and characters of each. */
const LOG_LINES = 1_000;
const LINE_LENGTH = 2_000;

/** Runs of jobs in the tables `job_run` and `job_log`. Every change is one statement that leaves finished runs alone. */
export class PgJobStore implements JobStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly pool: Pool,
  ) {}

  async create<K extends JobKind>(kind: K, input: JobInput<K>, ask: JobAsk & { retryOf?: JobId }): Promise<JobRun<K>> {
    const { requestedBy, key = null, priority = 'normal', retryOf = null, requestId = null } = ask;
    for (;;) {
      const [made] = await rowsOf<{ id: JobId }>(
        this.pool,
        `INSERT INTO job_run (kind, input, requested_by, priority, idempotency_key, retry_of, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
        [kind, JSON.stringify(input), requestedBy, priority, key, retryOf, requestId],
      );
      const id = made?.id ?? (await this.inTheWay(key, retryOf));
      const row = id === null ? null : await this.prisma.jobRun.findUnique({ where: { id } });
      // null: gc has just removed what was in the way.
      if (row !== null) return jobRun(row) as JobRun<K>;
    }
  }

  async find(id: JobId): Promise<JobRun | null> {
    // Ids come from addresses of HTTP requests; what is no UUID names no run.
    if (!UUID.test(id)) return null;
    const row = await this.prisma.jobRun.findUnique({ where: { id } });
    return row === null ? null : jobRun(row);
  }

  /** Runs, newest first. */
  async list({ kind, state, after, limit }: JobListing): Promise<JobRun[]> {
    const rows = await this.prisma.jobRun.findMany({
      where: { ...(kind === undefined ? {} : { kind }), ...(state === undefined ? {} : { state }) },
      orderBy: { number: 'desc' },
      ...(after === undefined ? {} : { cursor: { id: after }, skip: 1 }),
      take: limit,
    });
    return rows.map(jobRun);
  }

  /** The run of this kind that was asked for last, whatever became of it. */
  async latest<K extends JobKind>(kind: K): Promise<JobRun<K> | null> {
    const row = await this.prisma.jobRun.findFirst({ where: { kind }, orderBy: { number: 'desc' } });
    return row && (jobRun(row) as JobRun<K>);
  }

  async due(kind: JobKind): Promise<JobId[]> {
    const found = await rowsOf<{ id: JobId }>(
      this.pool,
      `SELECT id FROM job_run WHERE kind = $1 AND ${DUE} ORDER BY ${FIRST} LIMIT 100`,
      [kind],
    );
    return found.map(({ id }) => id);
  }

  async unattended(): Promise<Pick<JobRun, 'id' | 'kind' | 'starts'>[]> {
    return rowsOf<Pick<JobRun, 'id' | 'kind' | 'starts'>>(
      this.pool,
      `SELECT id, kind, starts FROM (
         SELECT id, kind, starts, row_number() OVER (PARTITION BY kind ORDER BY ${FIRST}) AS place FROM job_run
         WHERE ${DUE} AND (state = 'queued' OR NOT ${IS_HELD})
       ) AS waiting WHERE place <= 10`,
    );
  }

  async markRunning(id: JobId): Promise<JobRun | null> {
    const changed = await this.prisma.$executeRaw`
      UPDATE job_run
      SET state = 'running', attempts = attempts + 1, starts = starts + 1, not_before = NULL,
          started_at = coalesce(started_at, clock_timestamp())
      WHERE id = ${id}::uuid AND state IN ('queued', 'running')`;
    return changed === 0 ? null : this.find(id);
  }

  async handBack(run: BegunRun): Promise<boolean> {
    return this.change(run, `state = 'queued', attempts = attempts - 1`);
  }

  async tryLater(run: BegunRun, error: JobError, delayMs: number): Promise<boolean> {
    // One whose end is wanted waits for nothing.
    return this.change(
      run,
      `state = 'queued', error = $3,
       not_before = CASE WHEN cancel_requested_at IS NULL THEN clock_timestamp() + $4 * interval '1 ms' END`,
      [JSON.stringify(error), delayMs],
    );
  }

  async saveProgress(run: BegunRun, progress: Progress): Promise<boolean> {
    return this.change(run, 'progress = $3', [JSON.stringify(progress)]);
  }

  async succeed(run: BegunRun, result: unknown): Promise<boolean> {
    return this.change(run, `state = 'succeeded', result = $3, error = NULL, finished_at = clock_timestamp()`, [
      JSON.stringify(result ?? null),
    ]);
  }

  async fail(run: BegunRun, error: JobError): Promise<boolean> {
    return this.change(run, `state = 'failed', error = $3, finished_at = clock_timestamp()`, [JSON.stringify(error)]);
  }

  async bury(run: BegunRun, error: JobError): Promise<boolean> {
    return this.change(run, `state = 'dead', error = $3, finished_at = clock_timestamp()`, [JSON.stringify(error)]);
  }

  async settleCancelled(run: BegunRun): Promise<boolean> {
    return this.change(run, `state = 'cancelled', error = NULL, finished_at = clock_timestamp()`);
  }

  async requestCancel(id: JobId, by: string): Promise<JobRun | null> {
    if (!UUID.test(id)) return null;
    // A worker that begins it meanwhile holds the row until it has: then the new state is what is looked at here.
    await this.prisma.$executeRaw`
      UPDATE job_run
      SET cancel_requested_at = clock_timestamp(), cancel_requested_by = ${by},
          state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
          error = CASE state WHEN 'queued' THEN NULL ELSE error END,
          finished_at = CASE state WHEN 'queued' THEN clock_timestamp() END
      WHERE id = ${id}::uuid AND (state = 'queued' OR state = 'running' AND cancel_requested_at IS NULL)`;
    return this.find(id);
  }

  async isCancelRequested(id: JobId): Promise<boolean> {
    const found = await this.prisma.jobRun.count({ where: { id, cancelRequestedAt: { not: null } } });
    return found > 0;
  }

  async addToLog(id: JobId, lines: Pick<JobLogLine, 'level' | 'words'>[]): Promise<void> {
    const levels = lines.map(({ level }) => level);
    const words = lines.map((line) => line.words.replaceAll('\0', '').slice(0, LINE_LENGTH));
    await this.pool.query(
      `INSERT INTO job_log (job_id, level, words)
       SELECT id, level, words FROM job_run, unnest($2::text[], $3::text[]) AS line (level, words) WHERE id = $1`,
      [id, levels, words],
    );
    await this.pool.query(
      `DELETE FROM job_log WHERE job_id = $1
         AND line <= (SELECT line FROM job_log WHERE job_id = $1 ORDER BY line DESC OFFSET $2 LIMIT 1)`,
      [id, LOG_LINES],
    );
  }

  /** What is known of a run, oldest line first. */
  async log(id: JobId): Promise<JobLogLine[]> {
    return rowsOf<JobLogLine>(this.pool, 'SELECT at, level, words FROM job_log WHERE job_id = $1 ORDER BY line', [id]);
  }

  async unfinished(): Promise<JobRun[]> {
    const rows = await this.prisma.jobRun.findMany({
      where: { state: { in: UNFINISHED } },
      orderBy: { number: 'asc' },
    });
    return rows.map(jobRun);
  }

  takeTurn(kind: JobKind, atOnce = 1): Promise<Turn | null> {
    return PgTurn.take(this.pool, kind, atOnce);
  }

  /** Of the runs of this kind that succeeded, the one that was asked for last. A dry run is no import. */
  async latestSucceeded<K extends JobKind>(kind: K): Promise<JobRun<K> | null> {
    const found = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM job_run
      WHERE kind = ${kind} AND state = 'succeeded' AND coalesce(input ->> 'dryRun', 'false') = 'false'
      ORDER BY number DESC LIMIT 1`;
    const [latest] = found;
    return latest === undefined ? null : ((await this.find(latest.id as JobId)) as JobRun<K> | null);
  }

  /** The run that has this key, or else the one that tries the same run again. */
  private async inTheWay(key: string | null, retryOf: JobId | null): Promise<JobId | null> {
    const [found] = await rowsOf<{ id: JobId }>(
      this.pool,
      `SELECT id FROM job_run WHERE idempotency_key = $1 OR retry_of = $2
       ORDER BY idempotency_key = $1 DESC NULLS LAST LIMIT 1`,
      [key, retryOf],
    );
    return found?.id ?? null;
  }

  /** One statement on an unfinished run, by whoever began it last. `set` knows $1 and $2 as id and start. */
  private async change({ id, starts }: BegunRun, set: string, values: unknown[] = []): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE job_run SET ${set} WHERE id = $1 AND starts = $2 AND state IN ('queued', 'running')`,
      [id, starts, ...values],
    );
    return rowCount === 1;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Only this library writes the table; an input may be that of another version, and is parsed by whoever runs the job. */
function jobRun(row: JobRunModel): JobRun {
  return {
    ...row,
    id: row.id as JobId,
    kind: row.kind as JobKind,
    state: row.state as JobState,
    priority: row.priority as Priority,
    retryOf: row.retryOf as JobId | null,
    input: row.input as unknown as JobInput,
    progress: row.progress as unknown as Progress | null,
    error: row.error as unknown as JobError | null,
  };
}
