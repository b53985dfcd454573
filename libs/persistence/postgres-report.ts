import { WeftError } from '#foundation';
import pg from 'pg';
import { type DatabaseConnection, poolConfig, unreachable } from './connection.js';
import { assertNewEnough } from './pgvector-version.js';
import { rowsOf } from './transaction.js';

/** What a Postgres says of itself. */
export interface PostgresReport {
  /** Version of the server, for example `18.4`. */
  postgres: string;
  /** Version of pgvector that this database has or can be given; null: none. */
  pgvector: string | null;
  /** Why Weft cannot use it; null: it can. */
  flaw: WeftError | null;
}

/**
 * Asks a Postgres for its versions and changes nothing.
 *
 * @throws WeftError `database-unreachable`
 */
export async function reportPostgres(connection: DatabaseConnection): Promise<PostgresReport> {
  const client = new pg.Client(poolConfig(connection));
  // A server that ends meanwhile tells the query under way; an event that nobody hears would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const [row] = await rowsOf<{ postgres: string; pgvector: string | null }>(
      client,
      `SELECT current_setting('server_version') AS postgres,
              (SELECT coalesce(installed_version, default_version)
                 FROM pg_available_extensions WHERE name = 'vector') AS pgvector`,
    );
    const { postgres = 'unknown', pgvector = null } = row ?? {};
    return { postgres, pgvector, flaw: flawOf(pgvector) };
  } catch (error) {
    throw unreachable(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function flawOf(pgvector: string | null): WeftError | null {
  try {
    assertNewEnough(pgvector);
    return null;
  } catch (error) {
    if (error instanceof WeftError) return error;
    throw error;
  }
}
