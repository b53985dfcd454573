import type { FastifyInstance } from 'fastify';
import { type Clock, sha256 } from '#foundation';
import { isNamed } from './etag.js';

/** May be kept by the shopper's browser, which asks each time whether it still holds: stock and prices are never old. */
const ASK_AGAIN = 'private, no-cache';
/** Jobs move on, keys are shown once, and what a POST brings is nobody else's. */
const KEEP_NOTHING = 'no-store';

/**
 * Each answer has others, because they hold its time; those that a caller has still name the same results, and the page after
 * them, of the same generation. What a cursor says of rules and scenario, after its dot, counts: it would be refused.
 */
const NAMES_OF_ANSWER = /"recommendationId":"[^"]*"|"nextCursor":"[\w-]*/g;

/**
 * Tells what may be kept of every answer that does not say so itself. What a storefront reads gets an ETag, and 304 without
 * a body when the caller has it already.
 *
 * The ETag is a hash of the answer and not of what it was made of (generation, import, rules, stock): it cannot miss a
 * change. It saves the bytes, not the query. Weak, because the
 * compressed answer has it too, and because what only names the answer does not count. But an answer is named anew each day: its
 * name says when it was given, and what follows is owed to it for some days alone. An answer of an experiment says its arm, so
 * that no shopper is told that the other one still holds.
 */
export function tellWhatMayBeKept(fastify: FastifyInstance, clock: Clock): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (reply.hasHeader('cache-control')) return payload;
    const isRead =
      request.routeOptions.config.scope === 'read' && (request.method === 'GET' || request.method === 'HEAD');
    if (!isRead || reply.statusCode !== 200 || typeof payload !== 'string') {
      void reply.header('cache-control', KEEP_NOTHING);
      return payload;
    }
    const said = payload.replace(NAMES_OF_ANSWER, '');
    const day = said === payload ? '' : clock.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
    const etag = `W/"${sha256(said + day).slice(0, 32)}"`;
    void reply.headers({ 'cache-control': ASK_AGAIN, etag });
    if (!isNamed(etag, request.headers['if-none-match'])) return payload;
    void reply.status(304).removeHeader('content-type').removeHeader('content-length');
    // What Fastify does for HEAD reads the payload.
    return request.method === 'HEAD' ? '' : null;
  });
}
