import type { JobId, Progress } from '#foundation';
import type { JobInput, JobKind } from './job-inputs.js';

export const JOB_STATES = ['queued', 'running', 'succeeded', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** Why a run failed, in words for whoever started it; never a stack. */
export interface JobError {
  code: string;
  message: string;
  remedy?: string;
}

/** The record of one job: the truth about it. Bull only wakes the workers. */
export interface JobRun<K extends JobKind = JobKind> {
  id: JobId;
  kind: K;
  state: JobState;
  input: JobInput<K>;
  progress: Progress | null;
  /** What the handler returned; null until the run has succeeded. */
  result: unknown;
  error: JobError | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  /** How often a worker began this run and did not hand it back. */
  attempts: number;
}
