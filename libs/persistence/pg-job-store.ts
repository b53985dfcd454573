import type { JobId, Progress } from '#foundation';
import type { JobError, JobInput, JobKind, JobRun, JobState, JobStore, Turn } from '#jobs';
import type { Pool } from 'pg';
import { Prisma, type PrismaClient } from './generated/client.js';
import type { JobRunModel } from './generated/models.js';
import { PgTurn } from './pg-turn.js';

const UNFINISHED: JobState[] = ['queued', 'running'];

/** Runs of jobs in the table `job_run`. Every change is one statement that leaves finished runs alone. */
export class PgJobStore implements JobStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly pool: Pool,
  ) {}

  async create<K extends JobKind>(kind: K, input: JobInput<K>): Promise<JobRun<K>> {
    return jobRun(await this.prisma.jobRun.create({ data: { kind, input: json(input) } })) as JobRun<K>;
  }

  async find(id: JobId): Promise<JobRun | null> {
    // Ids come from addresses of HTTP requests; what is no UUID names no run.
    if (!UUID.test(id)) return null;
    const row = await this.prisma.jobRun.findUnique({ where: { id } });
    return row === null ? null : jobRun(row);
  }

  /** The latest runs, newest first. */
  async recent(limit: number): Promise<JobRun[]> {
    const rows = await this.prisma.jobRun.findMany({ orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], take: limit });
    return rows.map(jobRun);
  }

  /** The run of this kind that was asked for last, whatever became of it. */
  async latest<K extends JobKind>(kind: K): Promise<JobRun<K> | null> {
    const row = await this.prisma.jobRun.findFirst({ where: { kind }, orderBy: { createdAt: 'desc' } });
    return row && (jobRun(row) as JobRun<K>);
  }

  async markRunning(id: JobId): Promise<JobRun | null> {
    const changed = await this.prisma.$executeRaw`
      UPDATE job_run
      SET state = 'running', attempts = attempts + 1, started_at = coalesce(started_at, clock_timestamp())
      WHERE id = ${id}::uuid AND state IN ('queued', 'running')`;
    return changed === 0 ? null : this.find(id);
  }

  async handBack(id: JobId): Promise<void> {
    await this.prisma.jobRun.updateMany({
      where: { id, state: 'running' },
      data: { state: 'queued', attempts: { decrement: 1 } },
    });
  }

  async saveProgress(id: JobId, progress: Progress): Promise<void> {
    await this.prisma.jobRun.updateMany({
      where: { id, state: { in: UNFINISHED } },
      data: { progress: json(progress) },
    });
  }

  async succeed(id: JobId, result: unknown): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE job_run SET state = 'succeeded', result = ${JSON.stringify(result ?? null)}::jsonb, finished_at = clock_timestamp()
      WHERE id = ${id}::uuid AND state IN ('queued', 'running')`;
  }

  async fail(id: JobId, error: JobError): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE job_run SET state = 'failed', error = ${JSON.stringify(error)}::jsonb, finished_at = clock_timestamp()
      WHERE id = ${id}::uuid AND state IN ('queued', 'running')`;
  }

  async unfinished(): Promise<JobRun[]> {
    const rows = await this.prisma.jobRun.findMany({
      where: { state: { in: UNFINISHED } },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map(jobRun);
  }

  takeTurn(kind: JobKind): Promise<Turn | null> {
    return PgTurn.take(this.pool, kind);
  }

  /** The run of this kind that succeeded last. A dry run is no import. */
  async latestSucceeded<K extends JobKind>(kind: K): Promise<JobRun<K> | null> {
    const found = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM job_run
      WHERE kind = ${kind} AND state = 'succeeded' AND coalesce(input ->> 'dryRun', 'false') = 'false'
      ORDER BY finished_at DESC LIMIT 1`;
    const [latest] = found;
    return latest === undefined ? null : ((await this.find(latest.id as JobId)) as JobRun<K> | null);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Values that came out of zod or out of handlers; `undefined` members vanish as they would in any JSON. */
function json(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

/** Only this library writes the table; an input may be that of another version, and is parsed by whoever runs the job. */
function jobRun(row: JobRunModel): JobRun {
  return {
    ...row,
    id: row.id as JobId,
    kind: row.kind as JobKind,
    state: row.state as JobState,
    input: row.input as unknown as JobInput,
    progress: row.progress as unknown as Progress | null,
    error: row.error as unknown as JobError | null,
  };
}
