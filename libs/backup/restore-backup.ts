import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Artifacts } from '#artifacts';
import { makeDirectory } from '#foundation';
import { type ArchiveEntry, readEntries, verifyArchive } from './archive-reader.js';
import { BackupError, damaged } from './backup-error.js';
import {
  type BackupHeader,
  type BackupManifest,
  HEADER_NAME,
  isManifestName,
  tableDirectory,
} from './backup-header.js';
import type { BackupStore, DatabaseRestore } from './backup-store.js';
import { requireSpace } from './disk-space.js';
import { MODELS_DIRECTORY } from './home-files.js';
import { type LastFiles, restoreFiles } from './restore-files.js';

/** What a restore works with. */
export interface RestoreInput {
  /** Of the home to fill; what is restored is shared by them. */
  artifacts: Artifacts;
  lastFiles: LastFiles;
  store: BackupStore;
  /** Whether what is there may be replaced. */
  replace: boolean;
  report: (line: string) => void;
}

/** What a backup holds, after every byte of it was verified. */
export interface VerifiedBackup {
  file: string;
  header: BackupHeader;
  manifest: BackupManifest;
}

/** The file itself, or the newest backup of a directory. @throws BackupError `backup-missing` */
async function backupFile(source: string): Promise<string> {
  const path = resolve(source);
  const known = await stat(path).catch(() => null);
  if (known?.isFile()) return path;
  const names = known?.isDirectory() ? await readdir(path) : [];
  const newest = names
    .filter((name) => /^weft-backup-\d{8}T\d{6}Z\.tar$/.test(name))
    .sort()
    .at(-1);
  if (newest !== undefined) return join(path, newest);
  throw new BackupError('backup-missing', known === null ? `There is no ${path}.` : `${path} holds no backup.`, {
    value: path,
    remedy: 'Name the file that weft backup wrote, or the directory that it lies in.',
  });
}

/**
 * Reads a backup to its end and holds every entry against its hash; changes nothing.
 *
 * @throws BackupError `backup-missing`, `backup-damaged`
 */
export async function verifyBackup(source: string): Promise<VerifiedBackup> {
  const file = await backupFile(source);
  return { file, ...(await verifyArchive(file)) };
}

/**
 * Brings a verified backup back: files first, each under a temporary name until it is whole, then the database in one
 * transaction. Killed at any moment, the database is as it was, and the same call again completes the rest.
 *
 * @throws BackupError `disk-full`, `backup-damaged`; those of `BackupStore.restore`
 */
export async function restoreBackup(backup: VerifiedBackup, input: RestoreInput): Promise<void> {
  const { file, header, manifest } = backup;
  const { artifacts, store, replace, report } = input;
  const { home } = artifacts;
  makeDirectory(home);
  const inFiles = sum(manifest.entries.filter(({ name }) => !name.startsWith('database/')));
  await requireSpace(home, inFiles);
  const database = await store.restore(header, { replace });
  try {
    await restoreEntries(backup, input, database);
    report('Building the indexes and checking what is served.');
    await database.finish(home);
  } catch (error) {
    await database.abandon();
    throw error;
  }
  if (replace) await removeOtherModels(input, manifest);
  report(`Restored ${file}.`);
}

async function restoreEntries(
  { file, header, manifest }: VerifiedBackup,
  { artifacts, lastFiles, report }: RestoreInput,
  database: DatabaseRestore,
): Promise<void> {
  const entries = readEntries(file);
  const written = new Map<string, number>();
  const isNext = (directory: string, entry: ArchiveEntry) => dirname(entry.name) === directory;
  try {
    // The header was read when the backup was verified.
    let entry = await nextOf(entries);
    if (entry?.name === HEADER_NAME) entry = await nextOf(entries);
    for (const table of header.database.tables) {
      const directory = tableDirectory(table);
      report(`Restoring ${directory.slice('database/'.length)}.`);
      const pieces = async function* (): AsyncGenerator<Buffer> {
        while (entry !== null && isNext(directory, entry)) {
          yield* entry.content;
          entry = await nextOf(entries);
        }
      };
      written.set(directory, await database.write(table, pieces()));
    }
    for (const table of manifest.rows) {
      const rows = written.get(tableDirectory(table));
      if (rows !== table.rows) throw damaged(file, `${table.name} has ${rows} rows in place of ${table.rows}`);
    }
    report('Restoring models, photos and features.');
    const files = async function* (): AsyncGenerator<ArchiveEntry> {
      for (; entry !== null && !isManifestName(entry.name); entry = await nextOf(entries)) yield entry;
    };
    await restoreFiles(file, files(), artifacts, lastFiles);
  } finally {
    await entries.return();
  }
}

async function nextOf(entries: AsyncGenerator<ArchiveEntry, void>): Promise<ArchiveEntry | null> {
  return (await entries.next()).value ?? null;
}

/** Models of the catalogue that was replaced: nothing names them any more. */
async function removeOtherModels({ artifacts, lastFiles }: RestoreInput, { entries }: BackupManifest): Promise<void> {
  const kept = new Set(
    entries.map(({ name }) => name.split('/')).flatMap(([top, version]) => (top === MODELS_DIRECTORY ? [version] : [])),
  );
  const models = join(artifacts.home, MODELS_DIRECTORY);
  const names = await readdir(models).catch(() => []);
  for (const name of new Set([...names, ...(await artifacts.namesIn(models))])) {
    if (kept.has(name)) continue;
    await artifacts.forgetDirectory(join(models, name), lastFiles.models);
    await rm(join(models, name), { recursive: true, force: true });
  }
}

function sum(entries: { bytes: number }[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}
