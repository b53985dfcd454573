import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Bull from 'bull';

type Redis = Bull.Queue['client'];

// Both act only while the turn is still ours: it may have expired and gone to another worker.
const RENEW = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;
const LET_GO = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/**
 * Runs `work` while no other worker runs any of the same key. Two imports at once would each deactivate what only the
 * other has seen; Bull limits concurrency per worker only.
 *
 * A turn whose worker died is free after `turnMs`.
 *
 * @param signal ends the waiting with its reason; `work` itself must watch the signal on its own
 */
export async function inTurn<T>(
  redis: Redis,
  key: string,
  turnMs: number,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const owner = randomUUID();
  while ((await redis.set(key, owner, 'PX', turnMs, 'NX')) === null) {
    signal.throwIfAborted();
    await sleep(Math.min(500, turnMs / 3), undefined, { signal });
  }
  const renewal = setInterval(() => {
    // A renewal that fails (Redis away) is tried again at the next tick.
    redis.eval(RENEW, 1, key, owner, turnMs).catch(() => undefined);
  }, turnMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await redis.eval(LET_GO, 1, key, owner);
  }
}
