import type { JobId, Progress } from '#foundation';
import type { JobInput, JobKind } from './job-inputs.js';
import type { JobAsk, JobError, JobLogLine, JobRun } from './job-run.js';

/** The right to run jobs of one kind. Ends with the process that holds it, however that ends. */
export interface Turn {
  /** Aborts when the turn was lost before it was let go: another worker may have it now. */
  readonly lost: AbortSignal;
  /**
   * Takes a run for as long as the turn lasts.
   *
   * @returns false while another turn has it
   */
  hold(id: JobId): Promise<boolean>;
  letGo(): Promise<void>;
}

/**
 * A run as its worker began it. Every change of it proves itself by `starts`: a worker that lost its turn without noticing says
 * nothing more of a run that another one has begun meanwhile.
 */
export type BegunRun = Pick<JobRun, 'id' | 'starts'>;

/**
 * The port to the tables `job_run` and `job_log`. Implemented by #persistence. A finished run (succeeded, failed, cancelled,
 * dead) never changes again. Methods that change a begun run say whether they did.
 */
export interface JobStore {
  /**
   * A new queued run; or, as it is now, the one that has the key already, or that tries the same run again.
   *
   * @param ask.retryOf the finished run that is tried again
   */
  create<K extends JobKind>(kind: K, input: JobInput<K>, ask: JobAsk & { retryOf?: JobId }): Promise<JobRun<K>>;
  find(id: JobId): Promise<JobRun | null>;
  /**
   * Runs of this kind that may be begun, in the order in which they should be: those that were running, whose worker may be
   * dead; then those that wait, the more urgent first, the older first.
   */
  due(kind: JobKind): Promise<JobId[]>;
  /** Runs that may be begun and that nobody works on: the first ten of each kind. */
  unattended(): Promise<Pick<JobRun, 'id' | 'kind' | 'starts'>[]>;
  /**
   * Queued or running -> running, with one attempt and one start more; `startedAt` is that of the first attempt.
   *
   * @returns the run as it is now, or null when it is finished or unknown
   */
  markRunning(id: JobId): Promise<JobRun | null>;
  /** Running -> queued, and the attempt is not counted: a worker that ends lets go of the run. */
  handBack(run: BegunRun): Promise<boolean>;
  /** Running -> queued, not to be begun for a while. */
  tryLater(run: BegunRun, error: JobError, delayMs: number): Promise<boolean>;
  saveProgress(run: BegunRun, progress: Progress): Promise<boolean>;
  succeed(run: BegunRun, result: unknown): Promise<boolean>;
  fail(run: BegunRun, error: JobError): Promise<boolean>;
  /** To dead, with the reason. */
  bury(run: BegunRun, error: JobError): Promise<boolean>;
  /** To cancelled, where that was asked for. */
  settleCancelled(run: BegunRun): Promise<boolean>;
  /**
   * Queued -> cancelled at once; a running run is asked to end.
   *
   * @returns the run as it is now, or null when it is unknown
   */
  requestCancel(id: JobId, by: string): Promise<JobRun | null>;
  isCancelRequested(id: JobId): Promise<boolean>;
  /** Adds lines to what is known of a run; the newest 1,000 are kept. */
  addToLog(id: JobId, lines: Pick<JobLogLine, 'level' | 'words'>[]): Promise<void>;
  /** Queued and running runs, oldest first. */
  unfinished(): Promise<JobRun[]>;
  /**
   * A turn of this kind, of which so many holders at a time have one, whatever process they are in.
   *
   * @param atOnce default 1
   * @returns null while others hold all of them
   */
  takeTurn(kind: JobKind, atOnce?: number): Promise<Turn | null>;
}
