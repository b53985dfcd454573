import { messageOf } from '#foundation';
import { errors } from 'undici';
import { FetchError, type FetchErrorCode } from './fetch-error.js';

/** Aborts an attempt that takes too long; told apart from the caller's own abort by its type. */
export class DeadlineExceeded extends Error {}

const TOO_SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const TLS = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;
/** Everything else that sockets and undici report: a hostile host is never to end an import by a code nobody listed. */
const NETWORK = /^(E[A-Z]+|UND_ERR_\w+|ERR_STREAM_PREMATURE_CLOSE)$/;
const MALFORMED = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_RESPONSE|Z_)/;

/** What a failed request or body means. What the caller aborted, and a fault of our own, is passed on as it is. */
export function failureOf(error: unknown, url: URL): unknown {
  if (error instanceof FetchError) return error;
  const because = (code: FetchErrorCode, message: string) =>
    new FetchError(code, message, { value: url.href.slice(0, 200), cause: error });
  if (error instanceof DeadlineExceeded) return because('fetch-too-slow', `${url.host} took too long.`);
  const sentence = messageOf(error).split('\n')[0] ?? '';
  if (error instanceof errors.HTTPParserError) return because('fetch-answer-malformed', `${url.host}: ${sentence}.`);
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return error;
  const { code } = error;
  const detail = `${sentence} (${code})`;
  if (TOO_SLOW.has(code)) return because('fetch-too-slow', `${url.host} took too long: ${detail}.`);
  if (TLS.test(code)) return because('fetch-tls-failed', `${url.host} has no certificate to trust: ${detail}.`);
  if (MALFORMED.test(code)) return because('fetch-answer-malformed', `${url.host} answers no proper HTTP: ${detail}.`);
  if (NETWORK.test(code)) return because('fetch-connection-failed', `The connection to ${url.host} failed: ${detail}.`);
  return error;
}
