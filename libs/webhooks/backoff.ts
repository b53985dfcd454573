import type { Random } from '#foundation';

const FIRST_MS = 10_000;
const FACTOR = 3;
const LONGEST_MS = 6 * 3_600_000;
/** Up to this share more, so that what failed together is not tried together. */
const JITTER = 0.2;
/** No message waits longer for its next attempt, in milliseconds. */
export const LONGEST_PAUSE_MS = LONGEST_MS * (1 + JITTER);
/** After which a message is dead: some 15 hours after the first. */
const MOST_ATTEMPTS = 10;

/**
 * How long after an attempt the next one is made, in milliseconds: 10 s, 30 s, 1.5 min ... 6 h, and up to a fifth more.
 *
 * @param attempts made so far, 1 or more
 * @param retryAfterMs what the receiver asked for: waited for, if it is longer and not longer than 6 h
 * @returns null when there is no next one
 */
export function pauseAfter(
  attempts: number,
  retryAfterMs: number | undefined,
  random: Pick<Random, 'next'>,
): number | null {
  if (attempts >= MOST_ATTEMPTS) return null;
  const pause = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (attempts - 1));
  return Math.max(pause, Math.min(LONGEST_MS, retryAfterMs ?? 0)) * (1 + JITTER * random.next());
}
