import type { BackupHeader, BackupStore, DatabaseRestore, DatabaseSnapshot } from '#backup';
import { type DatabaseConnection, openClient } from './connection.js';
import { PgDatabaseRestore } from './pg-database-restore.js';
import { PgDatabaseSnapshot } from './pg-database-snapshot.js';

/** Reads and brings back the whole database, through binary COPY: no pg_dump of the server's version is needed. */
export class PgBackupStore implements BackupStore {
  constructor(private readonly connection: DatabaseConnection) {}

  async snapshot(): Promise<DatabaseSnapshot> {
    return PgDatabaseSnapshot.open(await openClient(this.connection));
  }

  async restore(header: BackupHeader, options: { replace: boolean }): Promise<DatabaseRestore> {
    return PgDatabaseRestore.begin(await openClient(this.connection), header, options);
  }
}
