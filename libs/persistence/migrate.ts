import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '#config';
import { messageOf, sha256, WeftError } from '#foundation';
import type pg from 'pg';
import { type DatabaseConnection, openClient } from './connection.js';
import { assertPgvectorAvailable } from './pgvector-version.js';
import { rowsOf } from './transaction.js';

/** The advisory lock that Prisma's own migrate takes, so that the two never run at once. */
const PRISMA_LOCK = 72_707_369;

/** Prisma's table, as its migrate makes it: `prisma migrate status` and `deploy` understand what we have done. */
export const MIGRATIONS_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36)  PRIMARY KEY,
    checksum            varchar(64)  NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz  NOT NULL DEFAULT now(),
    applied_steps_count integer      NOT NULL DEFAULT 0
  )`;

export interface Migration {
  name: string;
  sql: string;
  /** SHA-256 of the file, as Prisma counts it. */
  checksum: string;
}

export interface AppliedMigration {
  name: string;
  checksum: string;
  isFinished: boolean;
}

/**
 * Brings a database up to date. May be called by any number of processes at once and does nothing when there is nothing
 * to do. Each migration is one transaction.
 *
 * @param directory of the migrations, each a folder with a migration.sql
 * @returns the names of the migrations applied
 * @throws WeftError `database-unreachable`, `migration-changed`, `database-newer`, `migration-unfinished`, `migration-failed`,
 * `pgvector-missing`, `pgvector-too-old`
 */
export async function migrate(connection: DatabaseConnection, directory = migrationsDirectory()): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = await openClient(connection);
  try {
    // Ends with the connection, so a killed process leaves no lock behind.
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK]);
    await client.query('SET client_min_messages = warning');
    await assertPgvectorAvailable(client);
    await client.query(MIGRATIONS_TABLE);
    const pending = pendingMigrations(migrations, await appliedMigrations(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * Names of the migrations that {@link migrate} would apply to a database that it has met before; changes nothing.
 *
 * @throws WeftError `migration-changed`, `database-newer`, `migration-unfinished`
 */
export async function pendingMigrationsOf(client: pg.Client): Promise<string[]> {
  const migrations = await readMigrations();
  return pendingMigrations(migrations, await appliedMigrations(client)).map(({ name }) => name);
}

function migrationsDirectory(): string {
  return join(repositoryRoot(import.meta.url), 'prisma', 'migrations');
}

/** The migrations of this version of Weft, oldest first. */
export async function readMigrations(directory = migrationsDirectory()): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: sha256(sql) };
    }),
  );
}

/** The migrations that a database has seen, oldest first. */
export function appliedMigrations(client: pg.ClientBase): Promise<AppliedMigration[]> {
  return rowsOf<AppliedMigration>(
    client,
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isFinished"
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
}

function pendingMigrations(migrations: Migration[], applied: AppliedMigration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum, isFinished } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new WeftError('database-newer', `The database has the migration ${name}, which this Weft does not know.`, {
        value: name,
        remedy: 'Use the newer version of Weft that made it.',
      });
    }
    if (!isFinished) {
      throw new WeftError('migration-unfinished', `The migration ${name} was begun and not finished.`, {
        value: name,
        remedy: 'Mend the database, then mark the row in _prisma_migrations as finished or rolled back.',
      });
    }
    if (migration.checksum !== checksum) {
      throw new WeftError('migration-changed', `The migration ${name} was changed after it had been applied.`, {
        value: { applied: checksum, file: migration.checksum },
        remedy: 'Restore its migration.sql and put the change into a new migration.',
      });
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}

/** Runs a migration and records it, inside the caller's transaction. */
export async function runMigration(client: pg.ClientBase, { name, sql, checksum }: Migration): Promise<void> {
  await client.query(sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const { name } = migration;
  try {
    await client.query('BEGIN');
    await runMigration(client, migration);
    await client.query('COMMIT');
  } catch (error) {
    // The first error is the one to tell; a connection that cannot roll back ends, and the server rolls back.
    await client.query('ROLLBACK').catch(() => undefined);
    throw new WeftError('migration-failed', `The migration ${name} failed and was undone: ${messageOf(error)}`, {
      value: name,
      cause: error,
    });
  }
}
