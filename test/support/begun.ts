import type { JobId } from '#foundation';
import type { BegunRun, JobStore } from '#jobs';

/** A run as its worker names it, in a test that plays the worker. */
export async function begun(jobs: Pick<JobStore, 'find'>, id: JobId): Promise<BegunRun> {
  const run = await jobs.find(id);
  if (run === null) throw new Error(`There is no job ${id}.`);
  return run;
}
