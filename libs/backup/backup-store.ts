import type { BackupHeader, CopiedTable } from './backup-header.js';

/** The database at one moment, read while others go on writing. Close it after use. */
export interface DatabaseSnapshot {
  /** What the database says of itself at that moment. */
  readonly database: BackupHeader['database'];
  /** Bundles and files that the rows of that moment refer to. */
  readonly models: { version: string; directory: string; isServed: boolean }[];
  /** An upper bound of what the tables will take in the backup, in bytes. */
  readonly bytes: number;
  /** The rows of one table in Postgres's binary COPY format, and how many they were once all are read. */
  read(table: CopiedTable): { bytes: AsyncIterable<Buffer>; rows: () => number };
  close(): Promise<void>;
}

/** A restore of the database under way: nothing of it shows before `finish`, and nothing stays if that is never reached. */
export interface DatabaseRestore {
  /** @returns how many rows were taken */
  write(table: CopiedTable, bytes: AsyncIterable<Buffer>): Promise<number>;
  /**
   * Builds the indexes, applies the migrations that are newer than the backup, checks the active generation, and makes all
   * of it visible.
   *
   * @param home where bundles and photos lie from now on
   * @throws WeftError `restore-incomplete`
   */
  finish(home: string): Promise<void>;
  /** Leaves the database as it was. Does nothing after `finish`. */
  abandon(): Promise<void>;
}

/** The port to the database as backup and restore see it. Implemented by #persistence. */
export interface BackupStore {
  /** @throws WeftError `upkeep-busy` while a `weft gc` or a restore is running */
  snapshot(): Promise<DatabaseSnapshot>;
  /**
   * Begins a restore.
   *
   * @param options.replace whether a database that holds anything may be replaced
   * @throws WeftError `backup-newer`, `database-not-empty`, `database-in-use`, `upkeep-busy`
   */
  restore(header: BackupHeader, options: { replace: boolean }): Promise<DatabaseRestore>;
}
