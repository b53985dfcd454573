import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemDocument } from './problem.js';
import { sendProblem } from './problem-filter.js';

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

const WRITING = new Set(['POST', 'PUT']);

/**
 * Keeps web pages from using a service that trusts whoever reaches it. A browser on this machine will send what any page
 * tells it to: a POST to this port, or, once the page's own name points here (DNS rebinding), any request at all.
 */
export function guardAgainstWebPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isLocalName(request.headers.host)) return refuseHost(request, reply);
    if (WRITING.has(request.method) && !isOwnOrigin(request.headers.origin, request.headers.host)) {
      return refuseOrigin(request, reply);
    }
    done();
  });
}

function isLocalName(host: string | undefined): boolean {
  return host === undefined || LOCAL_NAMES.has(host.replace(/:\d+$/, '').toLowerCase());
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin === undefined || origin === `http://${host}`;
}

function refuseHost(request: FastifyRequest, reply: FastifyReply): void {
  const detail = 'Requests are taken for localhost, 127.0.0.1 and [::1] only.';
  const remedy = 'Address the service by one of these names; a reverse proxy should set the Host header to localhost.';
  sendProblem(reply, problemDocument('host-refused', detail, request, { remedy }));
}

function refuseOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const detail = 'A web page of another origin asked for this.';
  const remedy = "Call the service from the shop's server, not from the shopper's browser.";
  sendProblem(reply, problemDocument('origin-refused', detail, request, { remedy }));
}
