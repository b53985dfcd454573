import { once } from 'node:events';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { type RedisAddress, redisOptions } from '#jobs';

/** Requests are counted in windows of this many seconds, each beginning with the first request in it. */
export const WINDOW_S = 60;
/** Longest that Redis may take; a request waits for it. */
const REDIS_LIMIT_MS = 200;
/** How long it is left alone after it did not answer. */
const ALONE_MS = 1_000;

/** How often something happened in its window. */
export interface Count {
  count: number;
  /** Seconds to the end of the window, 1 to 60. */
  resetS: number;
}

/**
 * Counts requests in Redis, so that several API processes share the counts. While Redis does not answer, each process
 * counts for itself: limits hold by process then, and nobody is locked out or let through without limit.
 */
export class Throttle {
  private readonly counters: RateLimiterRedis;
  private readonly alone = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_S });
  private aloneUntil = 0;
  private isRedisDown = false;

  private constructor(
    private readonly redis: Redis,
    prefix: string,
    private readonly onTrouble: (message: string) => void,
  ) {
    redis.on('error', () => this.tell(true));
    redis.on('ready', () => {
      this.aloneUntil = 0;
      this.tell(false);
    });
    this.counters = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `${prefix}:throttle`,
      // Limits differ by key, so they are compared by the caller; no count is ever refused here.
      ...{ points: Number.MAX_SAFE_INTEGER, duration: WINDOW_S },
    });
  }

  /**
   * Connects, or finds out that Redis is not there yet.
   *
   * @param options.prefix of all keys in Redis; default `weft`
   * @param onTrouble hears, once each time, that Redis is lost or back
   */
  static async open(
    options: { redis: RedisAddress; prefix?: string },
    onTrouble: (message: string) => void,
  ): Promise<Throttle> {
    const redis = new Redis({
      ...redisOptions(options.redis),
      ...{ commandTimeout: REDIS_LIMIT_MS, maxRetriesPerRequest: 0, enableOfflineQueue: false },
    });
    const throttle = new Throttle(redis, options.prefix ?? 'weft', onTrouble);
    await once(redis, 'ready').catch(() => undefined);
    return throttle;
  }

  /** Counts one more, or as many as a dear request counts for. */
  async add(bucket: string, cost = 1): Promise<Count> {
    if (performance.now() >= this.aloneUntil) {
      try {
        const counted = countOf(await this.counters.penalty(bucket, cost));
        this.tell(false);
        return counted;
      } catch {
        // One that hangs costs each request its limit: for a while it is not asked.
        this.aloneUntil = performance.now() + ALONE_MS;
        this.tell(true);
      }
    }
    return countOf(await this.alone.penalty(bucket, cost));
  }

  /** Whether Redis answers now, within the time that a request waits for it. */
  async answers(): Promise<boolean> {
    return this.redis.ping().then(
      () => true,
      () => false,
    );
  }

  close(): void {
    this.redis.disconnect();
  }

  private tell(isDown: boolean): void {
    if (this.isRedisDown === isDown) return;
    this.isRedisDown = isDown;
    this.onTrouble(
      isDown
        ? 'Redis does not answer: requests are counted by this process alone until it does'
        : 'Redis answers again: requests are counted for all processes together',
    );
  }
}

function countOf({ consumedPoints, msBeforeNext }: RateLimiterRes): Count {
  return { count: consumedPoints, resetS: seconds(msBeforeNext) };
}

function seconds(ms: number): number {
  return Math.min(WINDOW_S, Math.max(1, Math.ceil(ms / 1000)));
}
