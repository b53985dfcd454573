import { messageOf } from '#foundation';
import { type BullQueues, DEFAULT_LOCKS, DEFAULT_PREFIX, openBullQueues, wake } from './bull-queues.js';
import { type JobKind, type JobRequest, parseJobInput } from './job-inputs.js';
import type { JobRun } from './job-run.js';
import type { JobStore } from './job-store.js';
import type { RedisAddress } from './redis-address.js';
import { withinTime } from './within-time.js';

const LIMIT_MS = 5_000;

/** Where jobs are handed in. Cheap to make; connects on first use. */
export class JobQueue {
  private readonly queues: BullQueues;
  private readonly limitMs: number;

  /**
   * @param options.prefix of all keys in Redis; default `weft`
   * @param options.limitMs how long Redis may take to answer, in milliseconds; default 5,000
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
   * Records a job and wakes a worker for it.
   *
   * @throws WeftError `job-input-invalid`; `redis-unreachable` when no worker could be woken: the run is then failed.
   */
  async enqueue<K extends JobKind>(kind: K, input: JobRequest<K>): Promise<JobRun<K>> {
    const run = await this.store.create(kind, parseJobInput(kind, input));
    try {
      await withinTime(wake(this.queues, kind, run.id), this.limitMs, 'the job was not handed to a worker');
    } catch (error) {
      await this.store.fail(run.id, { code: 'not-queued', message: `No worker could be woken: ${messageOf(error)}` });
      throw error;
    }
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
}
