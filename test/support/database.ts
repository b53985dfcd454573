import pg from 'pg';
import { inject } from 'vitest';
import { sha256 } from '#foundation';

/** Connection of a test database: usable as `openDatabase`'s argument; `pgConnection` turns it into `pg`'s. */
export interface TestConnection {
  socketDir: string;
  user: string;
  database: string;
}

export interface TestDatabase {
  connection: TestConnection;
  /** Removes the database, ending connections that are still open. */
  drop(): Promise<void>;
}

let created = 0;

/**
 * A database of its own for a test file, with pgvector, in the Postgres that all test files share.
 *
 * @param migrate brings an empty database up to date; it runs once, and every database that asks for it is a copy of the
 *   result. Without it the database is empty.
 */
export async function createTestDatabase(migrate?: Migrate): Promise<TestDatabase> {
  const { socketDir, user, database: empty } = inject('servers');
  created += 1;
  const database = `test_${process.pid}_${created}`;
  await administer(async (client) => {
    const template = migrate ? await makeTemplate(client, migrate) : empty;
    await client.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
  });
  return {
    connection: { socketDir, user, database },
    drop: () =>
      administer(async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      }),
  };
}

type Migrate = (connection: TestConnection) => Promise<unknown>;

/** Makes the migrated database unless another test file has; files that come meanwhile wait for it. */
async function makeTemplate(client: pg.Client, migrate: Migrate): Promise<string> {
  const template = `migrated_${sha256(migrate.toString()).slice(0, 12)}`;
  const { socketDir, user, database: empty } = inject('servers');
  await client.query('SELECT pg_advisory_lock(1)');
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) {
    const making = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${making} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${making} TEMPLATE ${empty}`);
    await migrate({ socketDir, user, database: making });
    await client.query(`ALTER DATABASE ${making} RENAME TO ${template}`);
  }
  await client.query('SELECT pg_advisory_unlock(1)');
  return template;
}

/** The same connection in the words of `pg`'s Client and Pool. */
export function pgConnection(connection: TestConnection): { host: string; user: string; database: string } {
  return { host: connection.socketDir, user: connection.user, database: connection.database };
}

/** Runs one statement on a connection of its own. */
export async function queryOnce(connection: TestConnection, sql: string): Promise<unknown[]> {
  const client = new pg.Client(pgConnection(connection));
  // Without a listener a server that ends while we are connected would end the test process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The shared Redis and a key prefix that no other test file uses. */
export function testRedis(): { path: string; prefix: string } {
  created += 1;
  return { path: inject('servers').redisPath, prefix: `test-${process.pid}-${created}` };
}

async function administer(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const { socketDir, user } = inject('servers');
  // Not the template itself: a database with other sessions cannot be copied.
  const client = new pg.Client({ host: socketDir, user, database: 'postgres' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
