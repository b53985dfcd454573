import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, messageOf, partialName, renameDurably } from '#foundation';
import { ArchiveWriter } from './archive-writer.js';
import { BackupError } from './backup-error.js';
import { type BackupHeader, type BackupManifest, HEADER_NAME, manifestName, tableDirectory } from './backup-header.js';
import type { BackupStore, DatabaseSnapshot } from './backup-store.js';
import { requireSpace } from './disk-space.js';
import { FEATURES_DIRECTORY, filesUnder, KEPT_DIRECTORIES, MODELS_DIRECTORY, openFile } from './home-files.js';

/** What a backup is made of. */
export interface BackupInput {
  home: string;
  store: BackupStore;
  /** Version of this Weft. */
  weft: string;
  clock: Clock;
  /** Whether to take the feature cache along; without it the next import reads every photo again. */
  features: boolean;
  /**
   * Makes sure that the home has what the rows of a snapshot name, these models among it: other homes may have made it.
   *
   * @returns a sentence for each thing that could not be brought, but models: those are verified one by one
   */
  bring: (models: DatabaseSnapshot['models']) => Promise<string[]>;
  /** Where a model lies on this machine. */
  modelPath: (model: DatabaseSnapshot['models'][number]) => string;
  /** Throws when a bundle is damaged. */
  verifyModel: (model: DatabaseSnapshot['models'][number]) => Promise<void>;
  report: (line: string) => void;
}

/** What was written. */
export interface BackupResult {
  /** null: a stream. */
  file: string | null;
  bytes: number;
  createdAt: string;
  rows: Record<string, number>;
  files: Record<string, number>;
  leftOut: string[];
  seconds: number;
}

/** The file that a backup goes to: the one named, or a dated one in a directory that exists. */
async function backupFileIn(target: string, now: Date): Promise<string> {
  const path = resolve(target);
  const known = await stat(path).catch(() => null);
  if (known === null) return path;
  if (known.isDirectory()) return join(path, `weft-backup-${now.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z.tar`);
  throw new BackupError('backup-exists', `${path} exists already and is left as it is.`, {
    value: path,
    remedy: 'Name another file, or a directory: the backup is then called after its time.',
  });
}

/**
 * Writes a backup under a temporary name and renames it when it is whole and on the disk.
 *
 * @throws BackupError `disk-full`, `backup-exists`; those of `BackupStore.snapshot`
 */
export async function writeBackup(target: string, input: BackupInput): Promise<BackupResult> {
  const path = await backupFileIn(target, input.clock.now());
  const temporary = partialName(path);
  try {
    // `flush`: on the disk before the name is.
    const out = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
    await once(out, 'open');
    const result = await streamBackup(input, out, (bytes) => requireSpace(dirname(path), bytes));
    await renameDurably(temporary, path);
    return { ...result, file: path };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw isOfFiles(error) ? notWritten(path, error) : error;
  }
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function notWritten(path: string, error: NodeJS.ErrnoException): BackupError {
  return new BackupError('backup-not-written', `The backup ${path} was not made: ${error.message}.`, {
    value: path,
    remedy: 'Name a directory with enough space that this account may write to.',
    cause: error,
  });
}

/** Writes a backup to a stream, such as a pipe to other storage; its last entry tells that it is whole. */
export async function streamBackup(
  input: BackupInput,
  out: NodeJS.WritableStream,
  checkSpace: (bytes: number) => Promise<void> = async () => undefined,
): Promise<BackupResult> {
  const start = performance.now();
  const snapshot = await input.store.snapshot();
  try {
    // After the rows were fixed: what they name is in the store by now, and the snapshot keeps gc from removing it.
    const notBrought = await input.bring(snapshot.models);
    await checkSpace(snapshot.bytes + (await bytesOfHome(input, snapshot)));
    const createdAt = input.clock.now();
    const archive = new ArchiveWriter(createdAt);
    const written = pipeline(Readable.from(archive.stream), out);
    // Heard below; a writer that fails first is what to tell.
    written.catch(() => undefined);
    const filling = fill(archive, snapshot, input, createdAt, notBrought);
    const manifest = await Promise.race([filling, written.then(() => filling)]);
    await written;
    return summary(archive, manifest, createdAt, (performance.now() - start) / 1000);
  } finally {
    await snapshot.close();
  }
}

async function fill(
  archive: ArchiveWriter,
  snapshot: DatabaseSnapshot,
  input: BackupInput,
  createdAt: Date,
  notBrought: string[],
): Promise<BackupManifest> {
  const { home, weft, features, report } = input;
  try {
    const header: BackupHeader = {
      format: 'weft-backup-1',
      ...{ weft, createdAt: createdAt.toISOString(), home, features, database: snapshot.database },
    };
    await archive.addBytes(HEADER_NAME, json(header));
    const rows: BackupManifest['rows'] = [];
    for (const table of snapshot.database.tables) {
      const { name, generation } = table;
      report(generation === null ? `Copying the table ${name}.` : `Copying ${name} of generation ${generation}.`);
      const copy = snapshot.read(table);
      await archive.addPieces(tableDirectory(table), copy.bytes);
      rows.push({ name, generation, rows: copy.rows() });
    }
    const leftOut = [...notBrought, ...(await addModels(archive, snapshot, input))];
    for (const directory of features ? [...KEPT_DIRECTORIES, FEATURES_DIRECTORY] : KEPT_DIRECTORIES) {
      report(`Copying ${directory}.`);
      for await (const { name, path } of filesUnder(home, directory)) {
        const file = await openFile(path);
        if (file !== null) await archive.addFile(name, file.size, file.content);
      }
    }
    const manifest: BackupManifest = { format: 'weft-backup-manifest-1', rows, entries: [...archive.entries], leftOut };
    const content = json(manifest);
    await archive.addBytes(manifestName(content), content);
    archive.end();
    return manifest;
  } catch (error) {
    archive.stream.destroy();
    throw error;
  }
}

/** @returns a sentence for each model that was left out */
async function addModels(
  archive: ArchiveWriter,
  snapshot: DatabaseSnapshot,
  { modelPath, verifyModel, report }: BackupInput,
): Promise<string[]> {
  const leftOut: string[] = [];
  for (const model of snapshot.models) {
    const { version, isServed } = model;
    const directory = modelPath(model);
    report(`Copying the model ${version}.`);
    try {
      await verifyModel(model);
    } catch (error) {
      // A backup that could not bring back what is served now would be none.
      if (isServed) throw error;
      leftOut.push(`The model ${version}, which is not served: ${messageOf(error)}`);
      continue;
    }
    for (const name of (await readdir(directory)).sort()) {
      const file = await openFile(join(directory, name));
      if (file !== null) await archive.addFile(`${MODELS_DIRECTORY}/${version}/${name}`, file.size, file.content);
    }
  }
  return leftOut;
}

async function bytesOfHome({ home, features, modelPath }: BackupInput, { models }: DatabaseSnapshot): Promise<number> {
  let bytes = 0;
  const add = async (files: AsyncIterable<{ path: string }>) => {
    // Tar fills each entry up to 512 bytes and puts a header of 512 before it; the manifest has a line for it.
    for await (const { path } of files) bytes += ((await stat(path).catch(() => null))?.size ?? 0) + 1_200;
  };
  for (const model of models) await add(filesUnder(modelPath(model), '.'));
  for (const directory of features ? [...KEPT_DIRECTORIES, FEATURES_DIRECTORY] : KEPT_DIRECTORIES)
    await add(filesUnder(home, directory));
  return bytes;
}

function summary(archive: ArchiveWriter, manifest: BackupManifest, createdAt: Date, seconds: number): BackupResult {
  const rows: Record<string, number> = {};
  for (const table of manifest.rows) rows[table.name] = (rows[table.name] ?? 0) + table.rows;
  const files: Record<string, number> = {};
  for (const { name } of manifest.entries) {
    const directory = name.split('/')[0] ?? '';
    if (name.includes('/') && directory !== 'database') files[directory] = (files[directory] ?? 0) + 1;
  }
  const bytes = archive.entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { file: null, bytes, createdAt: createdAt.toISOString(), rows, files, leftOut: manifest.leftOut, seconds };
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
}
