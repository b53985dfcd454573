import { WeftError } from '#foundation';
import type { JobRun } from './job-run.js';

/** What was asked of a job cannot be done. */
export class JobRefused extends WeftError {}

export function unknownJob(id: string): JobRefused {
  return new JobRefused('job-unknown', `There is no job ${id}.`, {
    value: id,
    remedy: '`weft jobs list` and GET /v1/jobs show which there are.',
  });
}

export function keyReused(key: string, { id, kind }: Pick<JobRun, 'id' | 'kind'>): JobRefused {
  const sentence = `The idempotency key belongs to another job already: the ${kind} job ${id}.`;
  return new JobRefused('idempotency-key-reused', sentence, {
    value: key,
    remedy: 'Send the same job again, or take a new key for another one.',
  });
}

/** Only what ended without a result is tried again. */
export function notRetriable({ id, state }: Pick<JobRun, 'id' | 'state'>): JobRefused {
  const why = state === 'succeeded' ? 'has succeeded' : `is ${state}, so it goes on by itself`;
  return new JobRefused('job-not-retriable', `Job ${id} cannot be tried again: it ${why}.`, {
    value: id,
    remedy: state === 'succeeded' ? 'Start a new job.' : 'Cancel it first if it should begin anew.',
  });
}

export function alreadyFinished({ id, state }: Pick<JobRun, 'id' | 'state'>): JobRefused {
  return new JobRefused('job-finished', `Job ${id} cannot be cancelled: its end is ${state}.`, { value: id });
}
