import { setTimeout as sleep } from 'node:timers/promises';
import { WeftError } from '#foundation';
import type { JobRequest, JobKind, JobRun } from '#jobs';
import { startProcess, type WeftProcess } from './child.js';
import { ProgressBar } from './output.js';
import type { Session } from './session.js';

const POLL_MS = 200;

/**
 * Queues a job, follows it to its end with a progress bar, and returns its result.
 * A running service's worker takes the job; where there is none, this command starts one for as long as it needs it.
 *
 * @throws WeftError with the run's own code, sentence and remedy when the job fails.
 */
export async function runJob<K extends JobKind>(
  { database, queue }: Session,
  kind: K,
  input: JobRequest<K>,
): Promise<JobRun> {
  const bar = new ProgressBar();
  let worker: WeftProcess | null = null;
  const { id } = await queue.enqueue(kind, input);
  try {
    for (;;) {
      const run = await database.jobs.find(id);
      if (run === null) throw new WeftError('job-lost', `Job ${id} is no longer in the database.`, { value: id });
      if (run.state === 'succeeded') return run;
      if (run.state === 'failed') {
        const { code, message, remedy } = run.error ?? { code: 'unexpected', message: 'The job failed.' };
        throw new WeftError(code, message, { value: { job: id }, ...(remedy === undefined ? {} : { remedy }) });
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
