import type { Clock } from '#foundation';
import { FetchError } from './fetch-error.js';

/** What an answer other than 200, 304 and a redirect means. */
export function statusError(status: number, retryAfter: string | undefined, url: URL, clock: Clock): FetchError {
  const value = url.href.slice(0, 200);
  const says = `${url.host} answers ${status}`;
  const retryAfterMs = pauseOf(retryAfter, clock);
  if (status === 429 || status === 503) {
    return new FetchError('fetch-busy', `${says}: it is asked too often or overloaded.`, { value, retryAfterMs });
  }
  if (status >= 500) return new FetchError('fetch-server-error', `${says}.`, { value, retryAfterMs });
  if (status === 404 || status === 410) return new FetchError('fetch-not-found', `${says}: not there.`, { value });
  return new FetchError('fetch-status', `${says} where the content was expected.`, { value });
}

/** Retry-After is a number of seconds or a date; in milliseconds. */
export function pauseOf(retryAfter: string | undefined, clock: Clock): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter) * 1000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? undefined : Math.max(0, until - clock.now().getTime());
}
