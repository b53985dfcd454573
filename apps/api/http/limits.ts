import type { FastifyReply } from 'fastify';
import { addressGroup, type ApiKey, type Count, type Throttle, WINDOW_S } from '#access';
import { Refusal } from './refusal.js';

/** Requests a minute and address to what needs no key: photos of many pages behind one address. */
const PUBLIC_PER_MINUTE = 3_000;
/** Keys a minute and address that were never ours. One is a typing error; more are a search. */
const WRONG_PER_MINUTE = 10;

interface Limit {
  name: string;
  bucket: string;
  perMinute: number;
}

/**
 * Counts a request of an address that shows no key, or one that no longer holds.
 *
 * @throws Refusal `rate-limited`
 */
export function limitAddress(throttle: Throttle, reply: FastifyReply, address: string): Promise<void> {
  const bucket = `address:${addressGroup(address)}`;
  return count(throttle, reply, [{ name: 'address', bucket, perMinute: PUBLIC_PER_MINUTE }]);
}

/**
 * Counts a request with a key, for the key and for the address that uses it.
 *
 * @param cost requests that it counts for
 * @throws Refusal `rate-limited`
 */
export function limitKey(
  throttle: Throttle,
  reply: FastifyReply,
  { id, limits }: ApiKey,
  address: string,
  cost: number,
): Promise<void> {
  const ofKey = { name: 'key', bucket: `key:${id}`, perMinute: limits.perMinute };
  const bucket = `key:${id}:${addressGroup(address)}`;
  const ofAddress = { name: 'address', bucket, perMinute: limits.perMinutePerAddress };
  return count(throttle, reply, [ofKey, ofAddress], cost);
}

/**
 * Counts a key that was never ours, and turns away the address that keeps showing such. A key that holds is never turned
 * away for it: many callers share an address, and 256 random bits cannot be guessed.
 *
 * @throws Refusal `too-many-wrong-keys`
 */
export async function countGuess(throttle: Throttle, address: string): Promise<void> {
  const { count, resetS } = await throttle.add(`wrong:${addressGroup(address)}`);
  if (count <= WRONG_PER_MINUTE) return;
  throw new Refusal('too-many-wrong-keys', `${WRONG_PER_MINUTE} keys from this address were none of ours.`, {
    ...{ remedy: `Wait ${resetS} s, and check the key.`, headers: { 'retry-after': String(resetS) } },
  });
}

async function count(throttle: Throttle, reply: FastifyReply, limits: Limit[], cost = 1): Promise<void> {
  const counts = await Promise.all(
    limits.map(async (limit) => ({ ...limit, ...(await throttle.add(limit.bucket, cost)) })),
  );
  void reply.headers(rateLimitHeaders(counts));
  const exceeded = counts.filter(({ count: asked, perMinute }) => asked > perMinute);
  if (exceeded.length === 0) return;
  const seconds = Math.max(...exceeded.map(({ resetS }) => resetS));
  const which = exceeded.map(({ name, perMinute }) => `${perMinute} a minute for this ${name}`).join(', ');
  throw new Refusal('rate-limited', `The limit is ${which}.`, {
    ...{ remedy: `Wait ${seconds} s.`, headers: { 'retry-after': String(seconds) } },
  });
}

/** In the words of the IETF draft "RateLimit header fields for HTTP", version 10. */
function rateLimitHeaders(counts: (Limit & Count)[]): Record<string, string> {
  const left = ({ perMinute, count: asked }: Limit & Count) => Math.max(0, perMinute - asked);
  return {
    'ratelimit-policy': counts.map(({ name, perMinute }) => `"${name}";q=${perMinute};w=${WINDOW_S}`).join(', '),
    ratelimit: counts.map((limit) => `"${limit.name}";r=${left(limit)};t=${limit.resetS}`).join(', '),
  };
}
