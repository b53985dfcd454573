/**
 * Codes that say that Postgres cannot be reached or is going away: of the operating system (socket file or listener
 * gone), of Postgres (class 08 connection exception but 08P01, what we sent was wrong; 57P01 to 57P03 shutting or starting, 53300 too many connections)
 * and of Prisma (P1001 and P1002 not reachable, P1017 connection closed).
 */
const CODE =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08(?!P01)\w{3}|57P0[123]|53300|P1001|P1002|P1017)$/;
/** What `pg` says without a code when a connection breaks, falls silent or cannot be had. */
const MESSAGE = /^Connection terminated|timeout exceeded when trying to connect|^timeout expired$|^Query read timeout$/;
/** What Prisma's driver adapter calls the same. */
const KIND = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|TlsConnectionError)$/;

/** System calls that only a connection makes: a missing photo is ENOENT too, of `open`. */
const CONNECTING = new Set<unknown>(['connect', 'read', 'write', 'getaddrinfo']);

/** Whether an error, or what caused it, means that the database cannot be asked at the moment. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, kind, message, syscall, cause } = at as Record<string, unknown>;
    const isOfConnection = syscall === undefined || CONNECTING.has(syscall);
    if (typeof code === 'string' && CODE.test(code) && isOfConnection) return true;
    if (typeof kind === 'string' && KIND.test(kind)) return true;
    if (typeof message === 'string' && MESSAGE.test(message)) return true;
    at = cause;
  }
  return false;
}

/** Whether Postgres ended a statement because it took too long (57014, query_canceled). */
export function isStatementTimeout(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const { code, cause, meta } = at as Record<string, unknown>;
    if (code === '57014') return true;
    // Prisma keeps what its driver said elsewhere.
    at = cause ?? (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
  return false;
}
