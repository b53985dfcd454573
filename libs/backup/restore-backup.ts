import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifacts } from '#artifacts';
import { makeDirectory, partialName } from '#foundation';
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
import { FEATURES_DIRECTORY, KEPT_DIRECTORIES, MODELS_DIRECTORY, UPLOADS_DIRECTORY } from './home-files.js';

/** What a restore works with. */
export interface RestoreInput {
  /** Of the home to fill; what is restored is shared by them. */
  artifacts: Artifacts;
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
export async function restoreBackup(
  backup: VerifiedBackup,
  { artifacts, store, replace, report }: RestoreInput,
): Promise<void> {
  const { file, header, manifest } = backup;
  const { home } = artifacts;
  makeDirectory(home);
  const inFiles = sum(manifest.entries.filter(({ name }) => !name.startsWith('database/')));
  await requireSpace(home, inFiles);
  const database = await store.restore(header, { replace });
  try {
    await restoreEntries(backup, artifacts, database, report);
    report('Building the indexes and checking what is served.');
    await database.finish(home);
  } catch (error) {
    await database.abandon();
    throw error;
  }
  if (replace) await removeOtherModels(artifacts, manifest);
  report(`Restored ${file}.`);
}

async function restoreEntries(
  { file, header, manifest }: VerifiedBackup,
  artifacts: Artifacts,
  database: DatabaseRestore,
  report: (line: string) => void,
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
    for (; entry !== null && !isManifestName(entry.name); entry = await nextOf(entries)) {
      await restoreFile(file, artifacts, entry);
    }
  } finally {
    await entries.return();
  }
}

async function nextOf(entries: AsyncGenerator<ArchiveEntry, void>): Promise<ArchiveEntry | null> {
  return (await entries.next()).value ?? null;
}

async function restoreFile(archive: string, artifacts: Artifacts, { name, content }: ArchiveEntry): Promise<void> {
  const { home } = artifacts;
  const path = join(home, name);
  const [top = ''] = name.split('/');
  const isOurs = [...KEPT_DIRECTORIES, FEATURES_DIRECTORY, MODELS_DIRECTORY].some((directory) => directory === top);
  if (!isOurs || !path.startsWith(join(home, top) + sep)) throw damaged(archive, `${name} belongs nowhere in a home`);
  await mkdir(dirname(path), { recursive: true });
  const temporary = partialName(path);
  try {
    await pipeline(content, createWriteStream(temporary, { flags: 'wx' }));
    await chmod(temporary, 0o644);
    if (top !== UPLOADS_DIRECTORY) await artifacts.share(temporary, path);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Models of the catalogue that was replaced: nothing names them any more. */
async function removeOtherModels(artifacts: Artifacts, { entries }: BackupManifest): Promise<void> {
  const kept = new Set(
    entries.map(({ name }) => name.split('/')).flatMap(([top, version]) => (top === MODELS_DIRECTORY ? [version] : [])),
  );
  const models = join(artifacts.home, MODELS_DIRECTORY);
  const names = await readdir(models).catch(() => []);
  for (const name of new Set([...names, ...(await artifacts.namesIn(models))])) {
    if (kept.has(name)) continue;
    await artifacts.forgetDirectory(join(models, name));
    await rm(join(models, name), { recursive: true, force: true });
  }
}

function sum(entries: { bytes: number }[]): number {
  return entries.reduce((total, { bytes }) => total + bytes, 0);
}
