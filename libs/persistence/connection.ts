import { messageOf, WeftError } from '#foundation';
import pg, { type PoolConfig } from 'pg';

/** Where a Postgres is: by URL, or embedded behind a Unix socket. */
export type DatabaseConnection = { url: string } | { socketDir: string; user: string; database: string };

/**
 * Nearest-neighbour settings of every connection, given once at its start: `SET LOCAL` before each search would double
 * its time. Relaxed order keeps scanning until enough rows pass the filters; without it pgvector silently returns fewer.
 * `ef_search` 100 finds .985 of the exact ten among 100,000 in 3.7 ms; the default of 40 finds .955 in 1.3 ms.
 *
 * No parallel workers: starting one costs 5 ms of processor time, as much as comparing 10,000 vectors, and requests that
 * come together have every core busy already.
 */
const SEARCH_SETTINGS =
  '-c hnsw.iterative_scan=relaxed_order -c hnsw.ef_search=100 -c max_parallel_workers_per_gather=0';

/**
 * After ten seconds of silence Postgres lets go of what a machine held that lost its power or its network: the turn of a kind of
 * job, a generation half built. By default it waits two hours. Of no effect on a Unix socket.
 */
const VANISHED_SETTINGS =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=5 -c tcp_user_timeout=10000';

/** Settings for `pg`. */
export function poolConfig(connection: DatabaseConnection): PoolConfig {
  const place =
    'url' in connection
      ? { connectionString: connection.url }
      : { host: connection.socketDir, user: connection.user, database: connection.database };
  const options = `${SEARCH_SETTINGS} ${VANISHED_SETTINGS}`;
  return {
    ...{ ...place, options, application_name: 'weft', connectionTimeoutMillis: 10_000 },
    // A server that is gone without a word is noticed by the kernel, in minutes.
    ...{ keepAlive: true, keepAliveInitialDelayMillis: 30_000 },
  };
}

/** A pool of such connections, closed by the caller. */
export function openPool(connection: DatabaseConnection, limits: PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ ...poolConfig(connection), ...limits });
  // A connection that dies tells its query, or the next one; an event that nobody hears would end the process. The pool
  // stops listening to a client before its socket is closed.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

class DatabaseUnreachable extends WeftError {
  override get isRetryable(): boolean {
    return true;
  }
}

/** What to say when no connection can be made; errors that say it already stay as they are. */
export function unreachable(error: unknown): WeftError {
  if (error instanceof WeftError) return error;
  return new DatabaseUnreachable('database-unreachable', `Postgres cannot be reached: ${messageOf(error)}`, {
    remedy: 'Check DATABASE_URL, or unset it to use the embedded Postgres. `weft doctor` tells more.',
    cause: error,
  });
}

/** One connection, ended by the caller. @throws WeftError `database-unreachable` */
export async function openClient(connection: DatabaseConnection): Promise<pg.Client> {
  const client = new pg.Client(poolConfig(connection));
  // A server that ends meanwhile tells the query under way; an event that nobody hears would end the process.
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw unreachable(error);
  });
  return client;
}
