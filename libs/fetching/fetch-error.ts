import { WeftError } from '#foundation';

/**
 * Why an address gave nothing usable:
 * `fetch-address-invalid` (no http or https address, or one with a user name in it), `fetch-address-refused` (a private or
 * otherwise special network address or port), `fetch-redirect-refused` (from https to http, or to nowhere),
 * `fetch-too-many-redirects`, `fetch-host-unknown` (the name does not resolve), `fetch-connection-failed`,
 * `fetch-tls-failed` (no trusted certificate), `fetch-too-slow`, `fetch-busy` (429 or 503), `fetch-server-error` (other 5xx),
 * `fetch-not-found` (404 or 410), `fetch-status` (any other status), `fetch-answer-malformed` (no HTTP, broken gzip, an
 * encoding nobody asked for), `fetch-too-many-bytes`, `fetch-host-given-up` (it failed too often to be asked again now).
 */
export type FetchErrorCode =
  | 'fetch-address-invalid'
  | 'fetch-address-refused'
  | 'fetch-redirect-refused'
  | 'fetch-too-many-redirects'
  | 'fetch-host-unknown'
  | 'fetch-connection-failed'
  | 'fetch-tls-failed'
  | 'fetch-too-slow'
  | 'fetch-busy'
  | 'fetch-server-error'
  | 'fetch-not-found'
  | 'fetch-status'
  | 'fetch-answer-malformed'
  | 'fetch-too-many-bytes'
  | 'fetch-host-given-up';

const RETRYABLE: ReadonlySet<string> = new Set<FetchErrorCode>([
  'fetch-host-unknown',
  'fetch-connection-failed',
  'fetch-too-slow',
  'fetch-busy',
  'fetch-server-error',
  'fetch-host-given-up',
]);

/** Whether what failed for this reason may work a while later, though nobody mends anything. */
export function mayPass(code: string): boolean {
  return RETRYABLE.has(code);
}

/** A fetch that failed, with the reason. `value` is the address. */
export class FetchError extends WeftError {
  declare readonly code: FetchErrorCode;
  /** What the host asked for with Retry-After, in milliseconds from its answer. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: FetchErrorCode,
    message: string,
    options: { value?: unknown; remedy?: string; cause?: unknown; retryAfterMs?: number | undefined } = {},
  ) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether the same address may answer a minute later. */
  override get isRetryable(): boolean {
    return mayPass(this.code);
  }
}
