import { setTimeout as sleep } from 'node:timers/promises';
import type { JobId } from '#foundation';
import type { JobStore } from './job-store.js';

/** Why a handler's signal aborts when a person has ended its run: nothing of it will be gone on with. */
export class JobCancelled extends Error {}

/** How soon a worker learns that a run's end is wanted, in milliseconds. */
const LOOK_MS = 500;

/**
 * Looks now and then whether a person wants a run to end; whoever asks may be in any process.
 *
 * @param until ends the looking
 * @returns aborts with JobCancelled
 */
export function cancelSignal(store: JobStore, id: JobId, until: AbortSignal): AbortSignal {
  const cancelling = new AbortController();
  void (async () => {
    while (!until.aborted) {
      // A database that is away is told by the work itself.
      if (await store.isCancelRequested(id).catch(() => false)) {
        cancelling.abort(new JobCancelled('The job was cancelled.'));
        return;
      }
      await sleep(LOOK_MS, undefined, { signal: until }).catch(() => undefined);
    }
  })();
  return cancelling.signal;
}
