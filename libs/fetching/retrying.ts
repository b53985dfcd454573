import { FetchError } from './fetch-error.js';
import type { FetchLimits } from './fetch-limits.js';

/** Waits; ends early with the signal's reason. Injected, so that tests wait for nothing. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Runs an attempt again while another one may help: after a pause that doubles, or the one the host asked for.
 *
 * @throws what the last attempt threw
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { attempts, backoffMs, patienceMs }: Pick<FetchLimits, 'attempts' | 'backoffMs' | 'patienceMs'>,
  sleep: Sleep,
  signal: AbortSignal,
): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof FetchError) || !error.isRetryable || made >= attempts) throw error;
      const pause = error.retryAfterMs ?? backoffMs * 2 ** (made - 1);
      if (pause > patienceMs) throw error;
      await sleep(pause, signal);
    }
  }
}
