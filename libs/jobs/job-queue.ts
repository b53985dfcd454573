import { isDeepStrictEqual } from 'node:util';
import { type JobId, messageOf } from '#foundation';
import { type BullQueues, DEFAULT_LOCKS, DEFAULT_PREFIX, openBullQueues, wake } from './bull-queues.js';
import { type JobInput, type JobKind, type JobRequest, parseJobInput } from './job-inputs.js';
import { alreadyFinished, keyReused, notRetriable, unknownJob } from './job-refused.js';
import type { JobAsk, JobRun } from './job-run.js';
import type { JobStore } from './job-store.js';
import type { RedisAddress } from './redis-address.js';
import { withinTime } from './within-time.js';

/** Whoever asks for a job waits as long where Redis hangs; the job is recorded by then. */
const LIMIT_MS = 1_000;

/** Where jobs are handed in, taken back and tried again. Cheap to make; connects on first use. */
export class JobQueue {
  private readonly queues: BullQueues;
  private readonly limitMs: number;

  /**
   * @param options.prefix of all keys in Redis; default `weft`
   * @param options.limitMs how long Redis may take to answer, in milliseconds; default 1,000
   */
  constructor(
    options: { redis: RedisAddress; prefix?: string; limitMs?: number },
    private readonly store: JobStore,
  ) {
    // A lost connection shows in the call that needed it, limited in time; Bull's error events say nothing more.
    this.queues = openBullQueues(options.redis, options.prefix ?? DEFAULT_PREFIX, DEFAULT_LOCKS, () => undefined);
    this.limitMs = options.limitMs ?? LIMIT_MS;
  }

  /**
   * Records a job and wakes a worker for it. With a key that is known already: the run that has it, as it is now.
   *
   * While Redis is away the run is recorded all the same, and waits.
   *
   * @throws WeftError `job-input-invalid`; `idempotency-key-reused` for another job under a known key
   */
  async enqueue<K extends JobKind>(kind: K, input: JobRequest<K>, ask: JobAsk): Promise<JobRun<K>> {
    return this.record(kind, parseJobInput(kind, input), ask);
  }

  /**
   * Tries a run again that failed, died or was cancelled: as a new run, so that what became of the first one stays on record
   * and an import counts as asked for now. A run has one retry: asked for again, that one is returned as it is now.
   *
   * @throws WeftError `job-unknown`; `job-not-retriable`; and as {@link enqueue}
   */
  async retry(id: JobId, ask: JobAsk): Promise<JobRun> {
    const run = await this.store.find(id);
    if (run === null) throw unknownJob(id);
    const { kind, state, priority } = run;
    if (state === 'succeeded' || state === 'queued' || state === 'running') throw notRetriable(run);
    return this.record(kind, parseJobInput(kind, run.input), {
      ...ask,
      priority: ask.priority ?? priority,
      retryOf: id,
    });
  }

  /**
   * Ends a run: one that waits never begins, one that runs stops within seconds, wherever its worker is. A run that gets to
   * its end before it is stopped stays succeeded. Needs no Redis.
   *
   * @param by who wants it ended, as in {@link JobAsk}
   * @returns the run as it is now: cancelled, or running with its end asked for
   * @throws WeftError `job-unknown`; `job-finished`
   */
  async cancel(id: JobId, by: string): Promise<JobRun> {
    const run = await this.store.requestCancel(id, by);
    if (run === null) throw unknownJob(id);
    if (run.state === 'succeeded' || run.state === 'failed' || run.state === 'dead') throw alreadyFinished(run);
    return run;
  }

  /**
   * How many workers that take this kind of job are connected, by the names of Redis's connections.
   *
   * @returns 0, too, where the server forbids the CLIENT command
   * @throws WeftError `redis-unreachable`
   */
  async workerCount(kind: JobKind): Promise<number> {
    const workers = this.queues[kind].getWorkers() as Promise<unknown[] | undefined>;
    return (await withinTime(workers, this.limitMs, 'the workers could not be counted'))?.length ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.queues).map((queue) => queue.close()));
  }

  private async record<K extends JobKind>(
    kind: K,
    input: JobInput<K>,
    ask: JobAsk & { retryOf?: JobId },
  ): Promise<JobRun<K>> {
    const run = await this.store.create(kind, input, ask);
    if (ask.key !== undefined && run.idempotencyKey === ask.key) {
      const asked = { kind, input: JSON.parse(JSON.stringify(input)) as unknown, retryOf: ask.retryOf ?? null };
      if (!isDeepStrictEqual({ kind: run.kind, input: run.input, retryOf: run.retryOf }, asked))
        throw keyReused(ask.key, run);
    }
    return this.wakeFor(run);
  }

  /**
   * Whoever recorded a known run may have died before it woke a worker, so that is done again. Without Redis the run waits:
   * workers look for such runs when it is back.
   */
  private async wakeFor<Run extends JobRun>(run: Run): Promise<Run> {
    if (run.state !== 'queued') return run;
    try {
      await withinTime(wake(this.queues, run), this.limitMs, 'the job begins when Redis is back');
    } catch (error) {
      await this.store.addToLog(run.id, [{ level: 'warn', words: messageOf(error) }]);
    }
    return run;
  }
}
