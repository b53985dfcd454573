import { FetchError } from './fetch-error.js';
import { webAddress } from './web-address.js';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Where an answer sends on to; null when it does not.
 *
 * @throws FetchError `fetch-redirect-refused`, `fetch-address-invalid`
 */
export function redirectTarget(status: number, location: string | undefined, url: URL): URL | null {
  if (!REDIRECTS.has(status)) return null;
  const value = url.href.slice(0, 200);
  if (location === undefined) {
    throw new FetchError('fetch-redirect-refused', `${url.host} redirects to nowhere.`, { value });
  }
  const target = webAddress(location, url);
  if (url.protocol === 'https:' && target.protocol === 'http:') {
    throw new FetchError('fetch-redirect-refused', `${url.host} redirects from https to http, to ${target.host}.`, {
      value,
      remedy: 'Name the http address in the feed if it is to be trusted.',
    });
  }
  return target;
}
