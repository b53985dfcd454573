import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import type { BackupHeader, CopiedTable, DatabaseRestore } from '#backup';
import { WeftError } from '#foundation';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { completenessOf } from './completeness.js';
import { type Migration, MIGRATIONS_TABLE, runMigration } from './migrate.js';
import { attachPartitions, indexPartitions, makePartition, VECTOR_TABLES, type VectorTable } from './partition.js';
import { relationOf } from './pg-database-snapshot.js';
import { rowOf, rowsOf } from './transaction.js';
import { takeUpkeepLock } from './upkeep-lock.js';
import { weftTables } from './weft-tables.js';

/**
 * One transaction that removes Weft's tables, makes them anew as the backup's version knew them, fills them, and brings
 * them up to date. Whatever ends it early leaves the database as it was.
 */
export class PgDatabaseRestore implements DatabaseRestore {
  private isOpen = true;

  private constructor(
    private readonly client: Client,
    private readonly database: BackupHeader['database'],
    private readonly oldHome: string,
    private readonly newer: Migration[],
  ) {}

  static async begin(
    client: Client,
    header: BackupHeader,
    migrations: Migration[],
    options: { replace: boolean },
  ): Promise<PgDatabaseRestore> {
    try {
      const { older, newer } = splitMigrations(migrations, header);
      await takeUpkeepLock(client, 'alone');
      await refuseOtherUsers(client);
      const tables = await weftTables();
      if (!options.replace) await refuseContent(client, tables);
      await client.query('BEGIN');
      await client.query('SET LOCAL client_min_messages = warning');
      await dropTables(client, tables);
      await client.query(MIGRATIONS_TABLE);
      for (const migration of older) await runMigration(client, migration);
      const filled = [...new Set(header.database.tables.map(({ name }) => name))];
      // Migrations put rows of their own into new tables; the backup has its own of them.
      await client.query(`TRUNCATE ${filled.join(', ')}`);
      // What they write, the backup has: nothing happens anew because it is restored.
      for (const name of filled) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
      return new PgDatabaseRestore(client, header.database, header.home, newer);
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  async write(table: CopiedTable, bytes: AsyncIterable<Buffer>): Promise<number> {
    if (table.generation !== null) await makePartition(this.client, table.name as VectorTable, table.generation);
    const stream = this.client.query(
      copyFrom(`COPY ${relationOf(table)} (${table.columns.join(', ')}) FROM STDIN (FORMAT binary)`),
    );
    await pipeline(bytes, stream);
    return stream.rowCount ?? 0;
  }

  async finish(home: string): Promise<void> {
    const { client, database, oldHome } = this;
    const generations = new Set(database.tables.flatMap(({ generation }) => (generation === null ? [] : [generation])));
    for (const generation of generations) {
      await indexPartitions(client, generation);
      await attachPartitions(client, generation);
    }
    for (const { table, column, value } of database.sequences)
      await client.query('SELECT setval(pg_get_serial_sequence($1, $2), $3)', [table, column, value]);
    for (const { name } of database.tables) await client.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
    for (const migration of this.newer) await runMigration(client, migration);
    await client.query(`UPDATE model SET directory = $1 || '/models/' || version`, [home]);
    await client.query(
      `UPDATE image SET source = $1 || substr(source, length($2) + 1) WHERE starts_with(source, $2 || '/')`,
      [home, oldHome],
    );
    for (const table of await weftTables())
      if (!Object.hasOwn(VECTOR_TABLES, table)) await client.query(`ANALYZE ${table}`);
    await this.requireComplete();
    await client.query('COMMIT');
    this.isOpen = false;
    await client.end();
  }

  async abandon(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.client.end().catch(() => undefined);
  }

  private async requireComplete(): Promise<void> {
    const { active } = this.database;
    if (active === null) return;
    const found = await completenessOf(this.client, active.generation);
    if (isDeepStrictEqual(found, active.completeness)) return;
    throw new WeftError('restore-incomplete', 'The served vectors are not what the backup says they were.', {
      value: { backup: active.completeness, restored: found },
      remedy: 'Nothing was changed. Use another backup.',
    });
  }
}

/** @throws WeftError `backup-newer` when this Weft does not know a migration of the backup */
function splitMigrations(known: Migration[], header: BackupHeader): { older: Migration[]; newer: Migration[] } {
  const applied = new Map(header.database.migrations.map(({ name, checksum }) => [name, checksum]));
  for (const [name, checksum] of applied) {
    if (known.find((migration) => migration.name === name)?.checksum === checksum) continue;
    throw new WeftError(
      'backup-newer',
      `The backup was made by a newer Weft (${header.weft}): its database has the migration ${name}.`,
      {
        value: name,
        remedy: 'Restore it with that version of Weft or a newer one. Nothing was changed.',
      },
    );
  }
  return {
    older: known.filter(({ name }) => applied.has(name)),
    newer: known.filter(({ name }) => !applied.has(name)),
  };
}

async function refuseOtherUsers(client: Client): Promise<void> {
  const { others } = await rowOf<{ others: number }>(
    client,
    `SELECT count(*)::int AS others FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'weft' AND pid <> pg_backend_pid()`,
  );
  if (others === 0) return;
  throw new WeftError('database-in-use', `Weft is running on this database (${others} connections).`, {
    value: others,
    remedy: 'Stop weft serve and every other weft command, then restore again.',
  });
}

async function refuseContent(client: Client, tables: string[]): Promise<void> {
  const there = await rowsOf<{ name: string }>(
    client,
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1) ORDER BY relname`,
    // Every new database has the row of its installation.
    [tables.filter((name) => name !== 'installation')],
  );
  for (const { name } of there) {
    const { hasRows } = await rowOf<{ hasRows: boolean }>(client, `SELECT EXISTS (SELECT FROM ${name}) AS "hasRows"`);
    if (!hasRows) continue;
    throw new WeftError('database-not-empty', `The database is not empty: ${name} has rows.`, {
      value: name,
      remedy: 'Restore into an empty database, or give up what is there: weft restore --replace',
    });
  }
}

async function dropTables(client: Client, tables: string[]): Promise<void> {
  const partitions = await rowsOf<{ name: string }>(
    client,
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname ~ '^(product|image)_vector_g[0-9]+$'`,
  );
  const all = [...partitions.map(({ name }) => name), ...tables, '_prisma_migrations'];
  await client.query(`DROP TABLE IF EXISTS ${all.join(', ')}`);
}
