import { WeftFailure } from './weft-failure.js';

/** The world that a client waits in; replaced in tests. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The clock, the generator and the timer of browser and Node. */
export const realTiming: Timing = {
  now: () => Date.now(),
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
};

const FIRST_PAUSE_MS = 200;
/** A page has better things to do than to wait longer than this for one try. */
const LONGEST_PAUSE_MS = 5_000;
const PASSING = new Set([408, 429, 502, 503, 504]);

/**
 * Tries again what failed in passing, up to `retries` times: pauses of a random part of 200, 400, 800 ... ms ("full jitter"),
 * or what Retry-After asks for and a little more, so that those who were sent away together do not return together.
 *
 * @throws WeftFailure the last one; also one that asks for a pause of more than five seconds, at once
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { retries, timing, signal }: { retries: number; timing: Timing; signal: AbortSignal },
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tried >= retries || !isPassing(error)) throw error;
      const jitter = timing.random() * FIRST_PAUSE_MS * 2 ** tried;
      const pause = (error.retryAfterMs ?? 0) + jitter;
      if (pause > LONGEST_PAUSE_MS) throw error;
      await timing.wait(pause, signal);
    }
  }
}

/** Whether a call may come through when it is made again. */
export function isPassing(error: unknown): error is WeftFailure {
  if (!(error instanceof WeftFailure)) return false;
  const { code, status } = error;
  return code === 'unreachable' || code === 'timeout' || (status !== null && PASSING.has(status));
}
