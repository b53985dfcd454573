import type { FastifyReply, FastifyRequest } from 'fastify';
import type { KeyStore } from '#access';
import type { Clock } from '#foundation';
import { Refusal } from './refusal.js';

/** How long a browser may remember the answer to a preflight, in seconds. */
const REMEMBER_S = 600;
const READABLE = 'retry-after, ratelimit, ratelimit-policy, x-request-id, location';

/** Whether a browser asks, before the request itself and without its key, whether a page may send it. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}

/**
 * Answers for pages that a valid storefront key is bound to. Which key the page has, and whether it suffices, is seen when
 * the request comes.
 *
 * @throws Refusal for other pages
 */
export async function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  keys: KeyStore,
  clock: Clock,
): Promise<void> {
  const origin = request.headers.origin ?? '';
  void reply.header('vary', 'origin');
  if (!(await keys.isOriginBound(origin, clock.now()))) throw originRefused(origin);
  await reply
    .headers({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'authorization, content-type, x-request-id',
      'access-control-max-age': String(REMEMBER_S),
    })
    .status(204)
    .send();
}

/** Lets the page of this origin read the answer. */
export function allowPage(reply: FastifyReply, origin: string): void {
  void reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': READABLE,
    vary: 'origin',
  });
}

export function originRefused(origin: string): Refusal {
  return new Refusal('origin-refused', `No key lets pages of ${origin.slice(0, 200)} call this.`, {
    remedy: 'weft keys create storefront --name NAME --origin ORIGIN',
  });
}
