/** What fetching may cost, and how much of a host's patience it takes. Times in milliseconds. */
export interface FetchLimits {
  /** Name resolution apart, one connection with its TLS handshake. @default 10000 */
  connectMs: number;
  /** From the request to the last header line. @default 15000 */
  headersMs: number;
  /** Between two pieces of the body. @default 15000 */
  idleMs: number;
  /** One attempt, from the first request to the last byte; time spent waiting for a turn is not counted. @default 60000 */
  totalMs: number;
  /** @default 5 */
  redirects: number;
  /** All header lines of one answer, in bytes. @default 32768 */
  headerBytes: number;
  /** Requests to one host at a time. @default 4 */
  perHost: number;
  /** Requests to all hosts at a time. @default 16 */
  atOnce: number;
  /** Attempts in all, where another one may help. @default 3 */
  attempts: number;
  /** Before the second attempt; doubles with each further one. @default 500 */
  backoffMs: number;
  /** A Retry-After beyond this is not waited for: the fetch fails. @default 30000 */
  patienceMs: number;
}

export const DEFAULT_FETCH_LIMITS: Readonly<FetchLimits> = Object.freeze({
  connectMs: 10_000,
  headersMs: 15_000,
  idleMs: 15_000,
  totalMs: 60_000,
  redirects: 5,
  headerBytes: 32 * 1024,
  perHost: 4,
  atOnce: 16,
  attempts: 3,
  backoffMs: 500,
  patienceMs: 30_000,
});
