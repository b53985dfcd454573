import type { FastifyInstance } from 'fastify';

/** Answers are data: a browser that is led to one runs nothing of it and shows it in no frame. */
const OF_DATA = "default-src 'none'; frame-ancestors 'none'";
/** The pages of /docs run their own scripts and no other; Swagger sets styles in place. */
const OF_PAGES =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** The sample shop runs its own script and style, and writes no HTML from text. */
const OF_DEMO =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/** What the pages of shops show and run: photos, the web component and the client, with their types. */
const FOR_OTHER_PAGES = /^\/(v1\/images\/|weft(-client)?\.(js|d\.ts)(\?|$))/;

/** What every answer tells a browser. */
export function setBrowserHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': policyOf(request.url),
      'cross-origin-resource-policy': FOR_OTHER_PAGES.test(request.url) ? 'cross-origin' : 'same-origin',
    });
    done();
  });
}

function policyOf(url: string): string {
  const [, page] = /^\/(docs|demo)([/?]|$)/.exec(url) ?? [];
  if (page === undefined) return OF_DATA;
  return page === 'docs' ? OF_PAGES : OF_DEMO;
}
