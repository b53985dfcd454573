import type { JobId, Progress } from '#foundation';
import type { JobInput, JobKind } from './job-inputs.js';
import type { JobError, JobRun } from './job-run.js';

/** The right to run jobs of one kind. Ends with the process that holds it, however that ends. */
export interface Turn {
  /** Aborts when the turn was lost before it was let go: another worker may have it now. */
  readonly lost: AbortSignal;
  letGo(): Promise<void>;
}

/**
 * The port to the `job_run` table. Implemented by #persistence. A finished run (succeeded, failed) never changes again:
 * every method that is told a run leaves it as it is.
 */
export interface JobStore {
  create<K extends JobKind>(kind: K, input: JobInput<K>): Promise<JobRun<K>>;
  find(id: JobId): Promise<JobRun | null>;
  /**
   * Queued or running -> running, with one attempt more; `startedAt` is that of the first attempt.
   *
   * @returns the run as it is now, or null when it is finished or unknown
   */
  markRunning(id: JobId): Promise<JobRun | null>;
  /** Running -> queued, and the attempt is not counted: a worker that ends lets go of the run. */
  handBack(id: JobId): Promise<void>;
  saveProgress(id: JobId, progress: Progress): Promise<void>;
  succeed(id: JobId, result: unknown): Promise<void>;
  fail(id: JobId, error: JobError): Promise<void>;
  /** Queued and running runs, oldest first. */
  unfinished(): Promise<JobRun[]>;
  /**
   * The turn of this kind, which one holder at a time has, whatever process it is in.
   *
   * @returns null while another holds it
   */
  takeTurn(kind: JobKind): Promise<Turn | null>;
}
