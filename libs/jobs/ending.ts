import { isLasting, messageOf, WeftError } from '#foundation';
import { JobCancelled } from './job-cancelled.js';
import { type JobInput, type JobKind, parseJobInput } from './job-inputs.js';
import { JOB_RULES } from './job-rules.js';
import type { JobError, JobLogLine, JobRun } from './job-run.js';

/** The worker is closing and lets go of the run; the next one takes it up. */
export class HandedBack extends Error {}

/** What becomes of a run that a worker has begun. */
export type Ending =
  | { to: 'succeeded'; result: unknown }
  | { to: 'failed' | 'dead'; error: JobError; cause: unknown }
  | { to: 'later'; error: JobError; delayMs: number; cause: unknown }
  | { to: 'cancelled' }
  | { to: 'handed back' };

/** How a run ends that has just been begun and must not be worked on; null: it may. */
export function endingBefore({ kind, attempts, cancelRequestedAt }: JobRun): Ending | null {
  // Its worker died before it stopped.
  if (cancelRequestedAt !== null) return { to: 'cancelled' };
  const { tries } = JOB_RULES[kind];
  if (attempts <= tries) return null;
  const error = {
    code: 'job-gave-up',
    message: `The job was begun ${tries} times without coming to an end, and the last time its worker died.`,
    remedy: "Look at the job's log and the end of the worker's, and check its memory limit.",
  };
  return { to: 'dead', error, cause: null };
}

/**
 * How a run ends that is worked on.
 *
 * @param signal given to the work
 * @param backoff how long to wait for the next try, in milliseconds
 * @throws the signal's reason when the turn was lost, and with it the right to say anything of the run: it may be running
 *   elsewhere by now
 */
export async function endingOf<K extends JobKind>(
  { kind, input, attempts }: JobRun<K>,
  signal: AbortSignal,
  backoff: () => number,
  work: (input: JobInput<K>) => Promise<unknown>,
): Promise<Ending> {
  try {
    // The run may have been recorded by another version of Weft.
    return { to: 'succeeded', result: await work(parseJobInput(kind, input)) };
  } catch (cause) {
    if (signal.aborted) {
      if (signal.reason instanceof JobCancelled) return { to: 'cancelled' };
      if (signal.reason instanceof HandedBack) return { to: 'handed back' };
      throw signal.reason;
    }
    const error = describe(cause);
    if (isLasting(cause)) return { to: 'failed', error, cause };
    return attempts < JOB_RULES[kind].tries
      ? { to: 'later', error, delayMs: backoff(), cause }
      : { to: 'dead', error, cause };
  }
}

/** The ending as a line of the run's log. */
export function wordsOf(ending: Ending): [JobLogLine['level'], string] {
  switch (ending.to) {
    case 'succeeded':
      return ['info', 'Succeeded.'];
    case 'cancelled':
      return ['info', 'Stopped, because it was cancelled.'];
    case 'handed back':
      return ['info', 'Handed back, because the worker ends.'];
    case 'later':
      return ['warn', `${saying(ending.error)} It is tried again in ${Math.ceil(ending.delayMs / 1000)} s.`];
    case 'failed':
      return ['error', saying(ending.error)];
    case 'dead':
      return ['error', `${saying(ending.error)} It is not tried again.`];
  }
}

function saying({ code, message }: JobError): string {
  return `${message} (${code})`;
}

/** What whoever started the job learns: never a stack. */
function describe(error: unknown): JobError {
  if (!(error instanceof WeftError)) return { code: 'unexpected', message: messageOf(error) };
  const { code, message, remedy } = error;
  return { code, message, ...(remedy === undefined ? {} : { remedy }) };
}
