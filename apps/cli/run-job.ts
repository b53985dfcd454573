import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '#foundation';
import type { JobAsk, JobKind, JobRequest, JobRun } from '#jobs';
import { startProcess, type WeftProcess } from './child.js';
import { ProgressBar, say } from './output.js';
import type { Session } from './session.js';

const POLL_MS = 200;
/** Who asks, in the record of jobs. */
export const COMMAND_LINE = 'command line';

/**
 * Queues a job, follows it to its end with a progress bar, and returns its result.
 * A running service's worker takes the job; where there is none, this command starts one for as long as it needs it.
 *
 * @throws WeftError with the run's own code, sentence and remedy when the job fails; `job-cancelled`
 */
export async function runJob<K extends JobKind>(
  session: Session,
  kind: K,
  input: JobRequest<K>,
  how: Pick<JobAsk, 'priority'> = {},
): Promise<JobRun> {
  return followJob(session, await session.queue.enqueue(kind, input, { requestedBy: COMMAND_LINE, ...how }));
}

/** As {@link runJob}, for a job that was queued before. */
export async function followJob({ database, queue }: Session, { id, kind }: JobRun): Promise<JobRun> {
  const bar = new ProgressBar();
  let worker: WeftProcess | null = null;
  let failures = 0;
  try {
    for (;;) {
      const run = await database.jobs.find(id);
      if (run === null) throw new WeftError('job-lost', `Job ${id} is no longer in the database.`, { value: id });
      if (run.state === 'succeeded') return run;
      if (run.state === 'cancelled') {
        const sentence = `Job ${id} was cancelled by ${run.cancelRequestedBy}.`;
        throw new WeftError('job-cancelled', sentence, { value: { job: id }, remedy: `weft jobs retry ${id}` });
      }
      if (run.state === 'failed' || run.state === 'dead') {
        const { code, message, remedy } = run.error ?? { code: 'unexpected', message: 'The job failed.' };
        throw new WeftError(code, message, { value: { job: id }, ...(remedy === undefined ? {} : { remedy }) });
      }
      if (run.state === 'queued' && run.error !== null && run.attempts > failures) {
        failures = run.attempts;
        bar.close();
        say(
          `weft: ${run.error.message} It may pass by itself: the job is tried again at ${run.notBefore?.toISOString()}.`,
        );
      }
      if (run.progress !== null) bar.update(run.progress);
      if (worker === null && (await queue.workerCount(kind)) === 0) {
        worker = await startProcess('worker', { isQuiet: true });
        // Killed, say: the next round starts another, until the run has cost too many.
        void worker.ended.then(() => (worker = null));
      }
      await sleep(POLL_MS);
    }
  } finally {
    bar.close();
    await worker?.stop();
  }
}
