import { messageOf } from '#foundation';
import { FetchError, type FetchErrorCode } from './fetch-error.js';

/** Aborts an attempt that takes too long; told apart from the caller's own abort by its type. */
export class DeadlineExceeded extends Error {}

const TOO_SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const SEVERED = new Set([
  'UND_ERR_SOCKET',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ECONNABORTED',
]);
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;
const MALFORMED = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_RESPONSE|Z_)/;

/** What a failed request or body means. What the caller aborted, and what nobody knows, is passed on as it is. */
export function failureOf(error: unknown, url: URL): unknown {
  if (error instanceof FetchError) return error;
  const because = (code: FetchErrorCode, message: string) =>
    new FetchError(code, message, { value: url.href.slice(0, 200), cause: error });
  if (error instanceof DeadlineExceeded) return because('fetch-too-slow', `${url.host} took too long.`);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const sentence = `${messageOf(error).split('\n')[0] ?? ''} (${code})`;
  if (TOO_SLOW.has(code)) return because('fetch-too-slow', `${url.host} took too long: ${sentence}.`);
  if (SEVERED.has(code))
    return because('fetch-connection-failed', `The connection to ${url.host} failed: ${sentence}.`);
  if (TLS.test(code)) return because('fetch-tls-failed', `${url.host} has no certificate to trust: ${sentence}.`);
  if (MALFORMED.test(code))
    return because('fetch-answer-malformed', `${url.host} answers no proper HTTP: ${sentence}.`);
  return error;
}
