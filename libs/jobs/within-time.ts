import { WeftError } from '#foundation';

/** Redis did not answer in time. The command may still be carried out when it comes back. */
class RedisUnreachable extends WeftError {
  override get isRetryable(): boolean {
    return true;
  }
}

/**
 * The outcome of a Redis command, for at most `limitMs`: while Redis is gone, Bull's commands wait without end.
 *
 * @throws RedisUnreachable `redis-unreachable`
 */
export async function withinTime<T>(command: PromiseLike<T>, limitMs: number, purpose: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new RedisUnreachable('redis-unreachable', `Redis did not answer within ${limitMs / 1000} s; ${purpose}.`, {
          remedy: 'Check with `weft doctor` that Redis runs and, with REDIS_URL, that the address is right.',
        }),
      );
    }, limitMs);
  });
  try {
    return await Promise.race([command, limit]);
  } finally {
    clearTimeout(timer);
  }
}
