import type { BackupHeader, CopiedTable, DatabaseSnapshot } from '#backup';
import type { GenerationId } from '#foundation';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { completenessOf } from './completeness.js';
import { appliedMigrations } from './migrate.js';
import { partitionOf, VECTOR_TABLES, type VectorTable } from './partition.js';
import { rowOf, rowsOf } from './transaction.js';
import { takeUpkeepLock } from './upkeep-lock.js';
import { tablesInLoadOrder, weftTables } from './weft-tables.js';

type Database = BackupHeader['database'];

/**
 * One transaction that sees the database as it was at its first query, whatever imports write meanwhile. It holds off
 * only what changes tables themselves: an old generation is dropped after the backup.
 */
export class PgDatabaseSnapshot implements DatabaseSnapshot {
  private constructor(
    private readonly client: Client,
    readonly database: Database,
    readonly models: DatabaseSnapshot['models'],
    readonly bytes: number,
  ) {}

  static async open(client: Client): Promise<PgDatabaseSnapshot> {
    try {
      await takeUpkeepLock(client, 'shared');
      const names = await weftTables();
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // Before the first query, which fixes what is seen: a partition dropped between the two would be seen and gone.
      await client.query(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`);
      const database = await describe(client, names);
      const models = await rowsOf<DatabaseSnapshot['models'][number]>(
        client,
        `SELECT version, directory, EXISTS (
           SELECT FROM generation WHERE model_version = version AND state = 'active') AS "isServed"
         FROM model ORDER BY version`,
      );
      return new PgDatabaseSnapshot(client, database, models, await bytesOf(client, database.tables));
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  read(table: CopiedTable): { bytes: AsyncIterable<Buffer>; rows: () => number } {
    const stream = this.client.query(
      copyTo(`COPY ${relationOf(table)} (${table.columns.join(', ')}) TO STDOUT (FORMAT binary)`),
    );
    return { bytes: stream, rows: () => stream.rowCount };
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** The table that holds the rows: for vectors, the generation's own. */
export function relationOf({ name, generation }: Pick<CopiedTable, 'name' | 'generation'>): string {
  if (generation === null) return name;
  if (!Object.hasOwn(VECTOR_TABLES, name)) throw new TypeError(`${name} holds no vectors.`);
  return partitionOf(name as VectorTable, generation);
}

async function describe(client: Client, names: string[]): Promise<Database> {
  const { postgres } = await rowOf<{ postgres: string }>(
    client,
    `SELECT current_setting('server_version') AS postgres`,
  );
  const generations = await rowsOf<{ id: GenerationId; state: string }>(
    client,
    `SELECT id, state FROM generation WHERE state IN ('ready', 'active', 'retired') ORDER BY id`,
  );
  const active = generations.find(({ state }) => state === 'active') ?? null;
  const tables = (await tablesInLoadOrder(client, names)).flatMap(({ name, columns }): CopiedTable[] =>
    Object.hasOwn(VECTOR_TABLES, name)
      ? generations.map(({ id }) => ({ name, generation: id, columns }))
      : [{ name, generation: null, columns }],
  );
  return {
    postgres,
    migrations: (await appliedMigrations(client)).map(({ name, checksum }) => ({ name, checksum })),
    tables,
    sequences: await sequencesOf(client, names),
    active: active && { generation: active.id, completeness: await completenessOf(client, active.id) },
  };
}

/** The last number that each counting column was given. A number that was used once is not used again. */
async function sequencesOf(client: Client, names: string[]): Promise<Database['sequences']> {
  const rows = await rowsOf<{ table: string; column: string; value: string | null }>(
    client,
    `SELECT relname::text AS table, attname::text AS column,
            pg_sequence_last_value(pg_get_serial_sequence(relname::text, attname::text)::regclass)::text AS value
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1) AND attnum > 0 AND NOT attisdropped
       AND pg_get_serial_sequence(relname::text, attname::text) IS NOT NULL
     ORDER BY relname, attname`,
    [names],
  );
  return rows.flatMap(({ table, column, value }) => (value === null ? [] : [{ table, column, value: Number(value) }]));
}

/** Twice the rows on disk: long values are compressed there, and not in the backup. */
async function bytesOf(client: Client, tables: CopiedTable[]): Promise<number> {
  const { bytes } = await rowOf<{ bytes: string }>(
    client,
    'SELECT coalesce(sum(pg_table_size(name::regclass)), 0)::text AS bytes FROM unnest($1::text[]) name',
    [tables.map(relationOf)],
  );
  return 2 * Number(bytes);
}
