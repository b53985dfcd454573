import type { BackupHeader, BackupStore, DatabaseRestore, DatabaseSnapshot } from '#backup';
import { type DatabaseConnection, openClient } from './connection.js';
import { readMigrations } from './migrate.js';
import { PgDatabaseRestore } from './pg-database-restore.js';
import { PgDatabaseSnapshot } from './pg-database-snapshot.js';

/** Reads and brings back the whole database, through binary COPY: no pg_dump of the server's version is needed. */
export class PgBackupStore implements BackupStore {
  /** @param migrationsDirectory of this version of Weft; default: prisma/migrations */
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly migrationsDirectory?: string,
  ) {}

  async snapshot(): Promise<DatabaseSnapshot> {
    return PgDatabaseSnapshot.open(await openClient(this.connection));
  }

  /** Keeps that a whole backup was written at this time: its age is watched. */
  async noteWritten(at: Date): Promise<void> {
    const client = await openClient(this.connection);
    try {
      await client.query('UPDATE installation SET backed_up_at = $1', [at]);
    } finally {
      await client.end();
    }
  }

  async restore(header: BackupHeader, options: { replace: boolean }): Promise<DatabaseRestore> {
    const migrations = await readMigrations(this.migrationsDirectory);
    return PgDatabaseRestore.begin(await openClient(this.connection), header, migrations, options);
  }
}
