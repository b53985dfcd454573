import { hostname } from 'node:os';
import { messageOf, type ProgressListener, type Random, WeftError } from '#foundation';
import {
  type BullQueues,
  DEFAULT_LOCKS,
  DEFAULT_PREFIX,
  type LockSettings,
  openBullQueues,
  wake,
} from './bull-queues.js';
import { type Ending, endingBefore, endingOf, HandedBack, wordsOf } from './ending.js';
import { cancelSignal } from './job-cancelled.js';
import { JOB_KINDS, type JobKind } from './job-inputs.js';
import { backoffMs, JOB_RULES } from './job-rules.js';
import type { JobRun } from './job-run.js';
import type { JobStore } from './job-store.js';
import { LogWriter } from './log-writer.js';
import { ProgressWriter } from './progress-writer.js';
import type { RedisAddress } from './redis-address.js';
import { forgetfulness } from './redis-memory.js';
import { beginNext, inTurn } from './turn.js';
import { withinTime } from './within-time.js';

const WRITE_MS = 200;
const START_LIMIT_MS = 10_000;
/** How often runs are looked for that nobody works on, in milliseconds. */
const LOOK_MS = 2_000;
/** The longest wait after a first try that failed, in milliseconds. */
const RETRY_MS = 5_000;

/**
 * Does one kind of job and returns its result (JSON). It may be called again for the same run after a crash, so it must
 * be idempotent. When `signal` aborts, stop soon, write nothing more, and throw. With JobCancelled as its reason nothing will
 * be gone on with; otherwise the worker is closing or another one may have the turn, and the run is taken up again.
 *
 * What it throws decides what follows: a WeftError fails the run, unless it is retryable; anything else has the run tried again
 * later, as often as {@link JOB_RULES} says.
 *
 * @param say a line for the run's log, for people
 */
export type JobHandler<K extends JobKind = JobKind> = (
  run: JobRun<K>,
  report: ProgressListener,
  signal: AbortSignal,
  say: (line: string) => void,
) => Promise<unknown>;

export type JobHandlers = { [K in JobKind]: JobHandler<K> };

/** Where the worker writes what happened; pino's shape. */
export interface JobLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface JobWorkerOptions {
  redis: RedisAddress;
  /** Draws how much of each wait before another try is left out. */
  random: Pick<Random, 'next'>;
  /** Of all keys in Redis. @default weft */
  prefix?: string;
  /** How fast Bull takes wake-ups from a dead worker. @default 5 s lock, looked at every 2 s */
  locks?: LockSettings;
  /** How often runs are looked for that nobody works on. Milliseconds. @default 2000 */
  lookMs?: number;
  /** The longest wait after a first try that failed. Milliseconds. @default 5000 */
  retryMs?: number;
  /** Removes what a run leaves that nobody will go on with; called before its end is recorded. */
  tidy?: (run: JobRun) => Promise<void>;
}

/** Takes jobs of the kinds it has handlers for, as many at once as their rules say, and keeps their rows true. */
export class JobWorker {
  private readonly queues: BullQueues;
  private readonly closing = new AbortController();
  private readonly handingBack = new AbortController();
  private isRedisLost = false;
  private isDatabaseLost = false;
  private lookTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: JobWorkerOptions,
    private readonly store: JobStore,
    private readonly handlers: Partial<JobHandlers>,
    private readonly log: JobLog,
  ) {
    const { redis, prefix = DEFAULT_PREFIX, locks = DEFAULT_LOCKS } = options;
    this.queues = openBullQueues(redis, prefix, locks, (error) => this.noteRedisError(error));
  }

  /**
   * Begins to take jobs, and looks for runs that nobody works on: now, whenever a lost Redis comes back, and every two seconds.
   * Such are those whose worker died, those that Redis has lost, those whose next try is due, and those that were recorded by
   * somebody who died before he woke a worker.
   *
   * @throws WeftError `redis-unreachable`
   */
  async start(): Promise<void> {
    const forgets = await withinTime(
      forgetfulness(this.queues.import.client),
      START_LIMIT_MS,
      'the worker cannot start',
    );
    if (forgets !== null) this.log.warn({}, forgets);
    for (const kind of JOB_KINDS) {
      const handler = this.handlers[kind] as JobHandler | undefined;
      if (handler === undefined) continue;
      this.queues[kind]
        .process(JOB_RULES[kind].atOnce, () => this.workOff(kind, handler))
        .catch((error: unknown) => this.noteRedisError(error));
    }
    await this.wakeForUnattended();
    this.lookLater();
    this.queues.import.client.on('ready', () => {
      this.isRedisLost = false;
      void this.look();
    });
  }

  /** Whether Redis answers within so many milliseconds. */
  async hasRedis(ms: number): Promise<boolean> {
    return withinTime(this.queues.import.client.ping(), ms, 'no job can be taken').then(
      () => true,
      () => false,
    );
  }

  /**
   * Takes no more jobs, waits for running ones, and hands back those that are not done in time.
   *
   * @param graceMs how long running jobs may go on, in milliseconds; default 0
   */
  async close(graceMs = 0): Promise<void> {
    this.closing.abort(new HandedBack('The worker is closing.'));
    clearTimeout(this.lookTimer);
    const closed = Promise.all(Object.values(this.queues).map((queue) => queue.close()));
    const timer = setTimeout(() => this.handingBack.abort(this.closing.signal.reason), graceMs);
    try {
      await closed;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs what is due of a kind, one after the other, until nothing is. Never throws: what is left is found by looking. */
  private async workOff(kind: JobKind, handler: JobHandler): Promise<void> {
    try {
      while (!this.closing.signal.aborted && (await this.runNext(kind, handler)));
    } catch (error) {
      if (!this.closing.signal.aborted) this.log.error({ err: error, kind }, 'job interrupted; it will be tried again');
    }
  }

  /** @returns false when nothing was due */
  private runNext(kind: JobKind, handler: JobHandler): Promise<boolean> {
    return inTurn(this.store, kind, this.closing.signal, async (turn) => {
      const run = await beginNext(this.store, kind, turn);
      if (run === null) return false;
      const ending = endingBefore(run);
      await (ending === null ? this.run(run, handler, turn.lost) : this.settle(run, ending));
      return true;
    });
  }

  private async run(run: JobRun, handler: JobHandler, lost: AbortSignal): Promise<void> {
    const { id, attempts } = run;
    const about = aboutOf(run);
    const onUnwritten = (error: unknown) => this.log.warn({ err: error, ...about }, 'progress not written');
    const progress = new ProgressWriter(this.store, run, WRITE_MS, onUnwritten);
    const log = new LogWriter(this.store, id, WRITE_MS, onUnwritten);
    const worked = new AbortController();
    const signal = AbortSignal.any([this.handingBack.signal, lost, cancelSignal(this.store, id, worked.signal)]);
    const say = (words: string) => {
      log.add('info', words);
      this.log.info(about, words);
    };
    const backoff = () => backoffMs(attempts, this.options.retryMs ?? RETRY_MS, this.options.random.next());
    this.log.info({ ...about, attempt: attempts }, 'job started');
    log.add('info', `Attempt ${attempts} began in process ${process.pid} of ${hostname()}.`);
    const ending = await endingOf(run, signal, backoff, (input) =>
      handler({ ...run, input }, progress.report, signal, say),
    ).finally(() => worked.abort());
    await progress.finish();
    log.add(...wordsOf(ending));
    await log.finish();
    await this.settle(run, ending);
  }

  /** Writes down what became of a run. */
  private async settle(run: JobRun, ending: Ending): Promise<void> {
    const about = aboutOf(run);
    if (ending.to !== 'later' && ending.to !== 'handed back') {
      const onLeft = (error: unknown) => this.log.warn({ err: error, ...about }, 'job left something behind');
      // One that went on elsewhere still needs what lies there.
      if (await this.isStillOurs(run)) await this.options.tidy?.(run).catch(onLeft);
    }
    if (!(await this.record(run, ending))) {
      this.log.warn(
        { ...about, ending: ending.to },
        'job has another worker or another end by now; this one is not recorded',
      );
      return;
    }
    if (!('error' in ending)) {
      this.log.info(about, `job ${ending.to}`);
      return;
    }
    // A stack tells of an error of ours; what a person can mend is said in a sentence.
    const { cause, error, to } = ending;
    const details = cause instanceof WeftError || cause === null ? { code: error.code } : { err: cause };
    const words = to === 'later' ? `job failed, to be tried again in ${ending.delayMs} ms` : `job ${to}`;
    this.log[to === 'later' ? 'warn' : 'error']({ ...about, ...details }, `${words}: ${error.message}`);
  }

  private async isStillOurs({ id, starts }: JobRun): Promise<boolean> {
    const now = await this.store.find(id);
    return now?.state === 'running' && now.starts === starts;
  }

  private record(run: JobRun, ending: Ending): Promise<boolean> {
    switch (ending.to) {
      case 'succeeded':
        return this.store.succeed(run, ending.result);
      case 'failed':
        return this.store.fail(run, ending.error);
      case 'dead':
        return this.store.bury(run, ending.error);
      case 'later':
        return this.store.tryLater(run, ending.error, ending.delayMs);
      case 'cancelled':
        return this.store.settleCancelled(run);
      case 'handed back':
        return this.store.handBack(run);
    }
  }

  private lookLater(): void {
    if (this.closing.signal.aborted) return;
    this.lookTimer = setTimeout(() => void this.look().then(() => this.lookLater()), this.options.lookMs ?? LOOK_MS);
  }

  private async look(): Promise<void> {
    try {
      await this.wakeForUnattended();
      this.isDatabaseLost = false;
    } catch (error) {
      if (this.closing.signal.aborted || this.isDatabaseLost) return;
      this.isDatabaseLost = true;
      this.log.error({ err: error }, `jobs that wait cannot be looked for: ${messageOf(error)}`);
    }
  }

  private async wakeForUnattended(): Promise<void> {
    for (const run of await this.store.unattended()) await wake(this.queues, run);
  }

  /** While Redis is away every connection fails several times a second; one line is enough. */
  private noteRedisError(error: unknown): void {
    if (this.isRedisLost || this.closing.signal.aborted) return;
    this.isRedisLost = true;
    this.log.error({ err: error }, 'Redis reported an error; waiting for it');
  }
}

/** What every line of a run carries: with `reqId`, those of the request that asked for it are found, too. */
function aboutOf({ id, kind, requestId }: JobRun): { job: string; kind: JobKind; reqId?: string } {
  return { job: id, kind, ...(requestId === null ? {} : { reqId: requestId }) };
}
