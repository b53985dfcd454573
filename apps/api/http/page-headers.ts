import type { FastifyInstance } from 'fastify';

/** Answers are data: a browser that is led to one runs nothing of it and shows it in no frame. */
const OF_DATA = "default-src 'none'; frame-ancestors 'none'";
/** The pages of /docs run their own scripts and no other; Swagger sets styles in place. */
const OF_PAGES =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** What every answer tells a browser. */
export function setBrowserHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const isPage = /^\/docs([/?]|$)/.test(request.url);
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': isPage ? OF_PAGES : OF_DATA,
      // Photos are shown by the pages of shops.
      'cross-origin-resource-policy': request.url.startsWith('/v1/images/') ? 'cross-origin' : 'same-origin',
    });
    done();
  });
}
