import type { JobId, Progress } from '#foundation';
import type { JobInput, JobKind } from './job-inputs.js';

/**
 * queued: waits for a worker, or for its next try. running: a worker has it, or had it when it died. succeeded. failed: for
 * a reason that a person must mend. cancelled: a person ended it. dead: it was tried as often as its kind may be.
 */
export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'dead'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Which of the runs of a kind that wait goes first; among equals the older one does. */
export const PRIORITIES = ['high', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Why a run failed, in words for whoever started it; never a stack. */
export interface JobError {
  code: string;
  message: string;
  remedy?: string;
}

/** Who wants a job, and how. */
export interface JobAsk {
  /** The id of an API key, `command line`, or `schedule NAME`. 1 to 200 characters. */
  requestedBy: string;
  /**
   * Names the wish; those of Weft itself begin with `weft:`, and nobody else's do. Asked for again under this key, the same job
   * is the same run, whatever became of it. 1 to 200 characters; one space for all who ask, because they ask for the same
   * catalogue. Default: every call is a run of its own.
   */
  key?: string | undefined;
  /** Default: normal. */
  priority?: Priority | undefined;
  /** Id of the HTTP request that asks: the lines that the work logs carry it. 1 to 64 characters. */
  requestId?: string | undefined;
}

/** The record of one job: the truth about it. Bull only wakes the workers. */
export interface JobRun<K extends JobKind = JobKind> {
  id: JobId;
  /** Grows with each run that is asked for, whatever clocks do. */
  number: number;
  kind: K;
  state: JobState;
  requestedBy: string;
  priority: Priority;
  idempotencyKey: string | null;
  /** The finished run that this one tries again. */
  retryOf: JobId | null;
  /** Id of the HTTP request that asked for it; null: none did. */
  requestId: string | null;
  input: JobInput<K>;
  progress: Progress | null;
  /** What the handler returned; null until the run has succeeded. */
  result: unknown;
  /** Why it is failed or dead; of one that waits for its next try or has begun it, why the one before failed. */
  error: JobError | null;
  createdAt: Date;
  /** A queued run waits until then for its next try; null: it may begin at once. */
  notBefore: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** How often a worker began this run and did not hand it back. */
  attempts: number;
  /** How often a worker began it at all. */
  starts: number;
  /** When and by whom its end was asked for; the run is cancelled when its work has stopped. */
  cancelRequestedAt: Date | null;
  cancelRequestedBy: string | null;
}

/** One line of what happened to a run. */
export interface JobLogLine {
  at: Date;
  level: 'info' | 'warn' | 'error';
  words: string;
}

/** Which runs to show. */
export interface JobListing {
  kind?: JobKind | undefined;
  state?: JobState | undefined;
  /** Those behind this one, the last of the page before. Default: from the newest on. */
  after?: JobId | undefined;
  limit: number;
}
