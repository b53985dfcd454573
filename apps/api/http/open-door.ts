import type { FastifyRequest } from 'fastify';
import { isLoopbackAddress, isLoopbackHost } from '#access';
import { Refusal } from './refusal.js';

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
const MAKE_A_KEY = 'Make a key: weft keys create operator --name NAME';

/**
 * Before the first key, programs on this machine may do everything. Lets through what is one, and nothing that only looks
 * like one: a reverse proxy's callers come from elsewhere, and a browser here sends what any page tells it to: a request to
 * this port or, once the page's own name points here (DNS rebinding), one whose answer the page can read.
 *
 * @param listensOn the address that the service listens on
 * @throws Refusal
 */
export function requireLocalCaller(request: FastifyRequest, listensOn: string): void {
  const { headers, socket } = request.raw;
  if (!isLoopbackHost(listensOn) || !isLoopbackAddress(socket.remoteAddress ?? '')) {
    throw new Refusal('key-required', 'There is no key yet, and without one only this machine is let in.', {
      ...{ remedy: MAKE_A_KEY, headers: { 'www-authenticate': 'Bearer realm="weft"' } },
    });
  }
  if (PROXY_HEADERS.some((name) => headers[name] !== undefined)) {
    throw new Refusal('proxy-refused', 'This came through a proxy, and there is no key yet.', { remedy: MAKE_A_KEY });
  }
  if (headers.host !== undefined && !LOCAL_NAMES.has(headers.host.replace(/:\d+$/, '').toLowerCase())) {
    throw new Refusal(
      'host-refused',
      'Until there is a key, requests are taken for localhost, 127.0.0.1 and [::1] only.',
      {
        remedy: `Address the service by one of these names. To call it by another: ${MAKE_A_KEY}`,
      },
    );
  }
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    throw new Refusal('origin-refused', 'A web page of another origin asked for this.', {
      remedy: 'To call from pages: weft keys create storefront --name NAME --origin ORIGIN',
    });
  }
}
