import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind } from './job-inputs.js';
import { JOB_RULES } from './job-rules.js';
import type { JobRun } from './job-run.js';
import type { JobStore, Turn } from './job-store.js';

const POLL_MS = 250;

/**
 * Runs `work` while no more workers than may run any of the same kind. Bull limits concurrency per worker only, and gives a
 * stalled worker's job to another one.
 *
 * @param signal ends the waiting with its reason
 */
export async function inTurn<T>(
  store: JobStore,
  kind: JobKind,
  signal: AbortSignal,
  work: (turn: Turn) => Promise<T>,
): Promise<T> {
  const { atOnce } = JOB_RULES[kind];
  let turn = await store.takeTurn(kind, atOnce);
  while (turn === null) {
    await sleep(POLL_MS, undefined, { signal });
    turn = await store.takeTurn(kind, atOnce);
  }
  try {
    return await work(turn);
  } finally {
    await turn.letGo();
  }
}

/** Begins the run of a kind that goes first of those that nobody works on; null: there is none. */
export async function beginNext(store: JobStore, kind: JobKind, turn: Turn): Promise<JobRun | null> {
  for (const id of await store.due(kind)) {
    const run = (await turn.hold(id)) ? await store.markRunning(id) : null;
    if (run !== null) return run;
  }
  return null;
}
