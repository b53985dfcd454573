import type Bull from 'bull';
import { type ProgressListener, WeftError, messageOf } from '#foundation';
import {
  type BullQueues,
  DEFAULT_LOCKS,
  DEFAULT_PREFIX,
  type JobPayload,
  type LockSettings,
  openBullQueues,
  payloadSchema,
  wake,
} from './bull-queues.js';
import { JOB_KINDS, type JobKind, parseJobInput } from './job-inputs.js';
import type { JobError, JobRun } from './job-run.js';
import type { JobStore } from './job-store.js';
import { ProgressWriter } from './progress-writer.js';
import type { RedisAddress } from './redis-address.js';
import { inTurn } from './turn.js';
import { withinTime } from './within-time.js';

const MAX_ATTEMPTS = 5;
const PROGRESS_MS = 200;
const START_LIMIT_MS = 10_000;
/** How often unfinished runs that Redis does not know are looked for. */
const ADOPT_MS = 60_000;

/**
 * Does one kind of job and returns its result (JSON). It may be called again for the same run after a crash, so it must
 * be idempotent. When `signal` aborts, the worker is closing or another one may have the turn: stop soon, write nothing
 * more, and throw; the run is taken up again.
 *
 * Heavy work belongs in threads or processes: a handler that blocks the event loop longer than the lock runs twice.
 */
export type JobHandler<K extends JobKind = JobKind> = (
  run: JobRun<K>,
  report: ProgressListener,
  signal: AbortSignal,
) => Promise<unknown>;

export type JobHandlers = { [K in JobKind]: JobHandler<K> };

/** Where the worker writes what happened; pino's shape. */
export interface JobLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The worker is closing and lets go of the run; Bull gives it to the next worker. */
class HandedBack extends Error {}

/** Takes jobs of the kinds it has handlers for, one at a time per kind across all workers, and keeps their rows true. */
export class JobWorker {
  private readonly queues: BullQueues;
  private readonly closing = new AbortController();
  private readonly adoptMs: number;
  private readonly onGivenUp: (run: JobRun) => Promise<void>;
  private isRedisLost = false;
  private isClosing = false;
  private adoptTimer: NodeJS.Timeout | undefined;

  /**
   * @param options.prefix of all keys in Redis; default `weft`
   * @param options.locks how fast a dead worker's job is taken up again; default 15 s lock, looked at every 5 s
   * @param options.adoptMs how often unfinished runs that Redis does not know are looked for; default 60,000
   * @param options.onGivenUp told a run that is given up because its workers died, to remove what they left
   */
  constructor(
    options: {
      redis: RedisAddress;
      prefix?: string;
      locks?: LockSettings;
      adoptMs?: number;
      onGivenUp?: (run: JobRun) => Promise<void>;
    },
    private readonly store: JobStore,
    private readonly handlers: Partial<JobHandlers>,
    private readonly log: JobLog,
  ) {
    this.adoptMs = options.adoptMs ?? ADOPT_MS;
    this.onGivenUp = options.onGivenUp ?? (() => Promise.resolve());
    const { redis, prefix = DEFAULT_PREFIX, locks = DEFAULT_LOCKS } = options;
    this.queues = openBullQueues(redis, prefix, locks, (error) => this.noteRedisError(error));
  }

  /**
   * Begins to take jobs, and wakes itself for unfinished runs that Redis does not know: now, whenever a lost Redis comes
   * back, and regularly, because whoever recorded a run may die before it wakes a worker.
   *
   * @throws WeftError `redis-unreachable`
   */
  async start(): Promise<void> {
    for (const kind of JOB_KINDS) {
      const handler = this.handlers[kind] as JobHandler | undefined;
      if (handler === undefined) continue;
      const queue = this.queues[kind];
      await withinTime(queue.client.ping(), START_LIMIT_MS, 'the worker cannot start');
      queue.process((job) => this.process(kind, handler, job)).catch((error: unknown) => this.noteRedisError(error));
    }
    await this.adoptUnfinished();
    this.adoptLater();
    this.queues.import.client.on('ready', () => {
      this.isRedisLost = false;
      void this.adoptOrLog();
    });
  }

  /**
   * Takes no more jobs, waits for running ones, and hands back those that are not done in time.
   *
   * @param graceMs how long running jobs may go on, in milliseconds; default 0
   */
  async close(graceMs = 0): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.adoptTimer);
    const closed = Promise.all(Object.values(this.queues).map((queue) => queue.close()));
    const timer = setTimeout(() => this.closing.abort(new HandedBack('The worker is closing.')), graceMs);
    try {
      await closed;
    } finally {
      clearTimeout(timer);
    }
  }

  private async process(kind: JobKind, handler: JobHandler, job: Bull.Job<JobPayload>): Promise<void> {
    const { id } = payloadSchema.parse(job.data);
    try {
      await inTurn(this.store, kind, this.closing.signal, async (signal) => {
        const run = await this.store.markRunning(id);
        if (run !== null) await this.run(run, handler, signal);
      });
    } catch (error) {
      if (!this.closing.signal.aborted)
        this.log.error({ err: error, job: id, kind }, 'job interrupted; it will be tried again');
      throw error;
    }
  }

  /** From running to an end, or back to queued. Throws only when the run must be given to a worker again. */
  private async run(run: JobRun, handler: JobHandler, signal: AbortSignal): Promise<void> {
    const { id, kind } = run;
    if (run.attempts > MAX_ATTEMPTS) {
      await this.store.fail(id, {
        code: 'job-gave-up',
        message: `The job was begun ${MAX_ATTEMPTS} times and its worker died each time.`,
        remedy: "Look at the end of the worker's log, and check its memory limit.",
      });
      await this.onGivenUp(run);
      return;
    }
    const progress = new ProgressWriter(this.store, id, PROGRESS_MS, (error) => {
      this.log.warn({ err: error, job: id }, 'progress not written');
    });
    this.log.info({ job: id, kind, attempt: run.attempts }, 'job started');
    let outcome: { result: unknown } | { error: unknown };
    try {
      // The run may have been recorded by another version of Weft.
      const input = parseJobInput(kind, run.input);
      outcome = { result: await handler({ ...run, input }, progress.report, signal) };
    } catch (error) {
      outcome = { error };
    }
    await progress.finish();
    if ('result' in outcome) {
      await this.store.succeed(id, outcome.result);
      this.log.info({ job: id, kind }, 'job succeeded');
    } else if (signal.reason instanceof HandedBack) {
      await this.store.handBack(id);
      this.log.info({ job: id, kind }, 'job handed back');
      throw signal.reason;
    } else if (signal.aborted) {
      // The turn was lost, and with it the right to change the row: it may be running elsewhere by now.
      throw signal.reason;
    } else {
      await this.store.fail(id, describe(outcome.error));
      // A stack tells of an error of ours; what a person can mend is said in a sentence.
      const { error } = outcome;
      const isKnown = error instanceof WeftError;
      this.log.error(
        { job: id, kind, ...(isKnown ? { code: error.code } : { err: error }) },
        `job failed: ${messageOf(error)}`,
      );
    }
  }

  private adoptLater(): void {
    this.adoptTimer = setTimeout(() => {
      void this.adoptOrLog().then(() => {
        if (!this.isClosing) this.adoptLater();
      });
    }, this.adoptMs);
  }

  private async adoptOrLog(): Promise<void> {
    try {
      await this.adoptUnfinished();
    } catch (error) {
      if (!this.isClosing) this.log.error({ err: error }, 'unfinished jobs could not be queued again');
    }
  }

  private async adoptUnfinished(): Promise<void> {
    for (const run of await this.store.unfinished()) {
      await wake(this.queues, run.kind, run.id);
    }
  }

  /** While Redis is away every connection fails several times a second; one line is enough. */
  private noteRedisError(error: unknown): void {
    if (this.isRedisLost || this.closing.signal.aborted) return;
    this.isRedisLost = true;
    this.log.error({ err: error }, 'Redis reported an error; waiting for it');
  }
}

/** What whoever started the job learns: never a stack. */
function describe(error: unknown): JobError {
  if (!(error instanceof WeftError)) return { code: 'unexpected', message: messageOf(error) };
  const { code, message, remedy } = error;
  return { code, message, ...(remedy === undefined ? {} : { remedy }) };
}
