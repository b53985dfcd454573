import { setTimeout as sleep } from 'node:timers/promises';
import type { JobKind } from './job-inputs.js';
import type { JobStore } from './job-store.js';

const POLL_MS = 250;

/**
 * Runs `work` while no other worker runs any of the same kind. Two imports at once would each deactivate what only the
 * other has seen; Bull limits concurrency per worker only, and gives a stalled worker's job to another one.
 *
 * @param signal ends the waiting with its reason
 * @param work is given a signal that aborts with `signal`, and when the turn is lost; it must stop soon then
 */
export async function inTurn<T>(
  store: JobStore,
  kind: JobKind,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let turn = await store.takeTurn(kind);
  while (turn === null) {
    await sleep(POLL_MS, undefined, { signal });
    turn = await store.takeTurn(kind);
  }
  try {
    return await work(AbortSignal.any([signal, turn.lost]));
  } finally {
    await turn.letGo();
  }
}
