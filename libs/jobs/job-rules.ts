import type { JobKind } from './job-inputs.js';

/** How the runs of a kind are worked on. */
interface JobRules {
  /** How many may run at the same time, on all workers together. */
  atOnce: number;
  /** How often a run is begun before it is given up as dead. */
  tries: number;
}

/**
 * What changes the catalogue, a model or what is served goes one at a time: two imports at once would each deactivate what only
 * the other has seen. What only reads may run beside its like. Kinds run beside each other.
 */
export const JOB_RULES: Record<JobKind, JobRules> = {
  import: { atOnce: 1, tries: 5 },
  train: { atOnce: 1, tries: 5 },
  embed: { atOnce: 1, tries: 5 },
  refresh: { atOnce: 1, tries: 5 },
  judge: { atOnce: 2, tries: 3 },
  audit: { atOnce: 2, tries: 3 },
};

/** The longest wait before another try, in milliseconds. */
export const LONGEST_WAIT_MS = 600_000;

/**
 * How long a run waits after a try that failed: three times as long each time, and up to half of it less by chance, so that all
 * that failed when a server went away do not come back in one moment.
 *
 * @param attempt that failed, from 1
 * @param firstMs the longest wait after the first one, in milliseconds
 * @param chance in [0, 1)
 */
export function backoffMs(attempt: number, firstMs: number, chance: number): number {
  return Math.round(Math.min(firstMs * 3 ** (attempt - 1), LONGEST_WAIT_MS) * (1 - chance / 2));
}
