import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { messageOf, sha256 } from '#foundation';
import { extract } from 'tar-stream';
import type { z } from 'zod';
import { BackupError, damaged } from './backup-error.js';
import {
  type BackupHeader,
  backupHeaderSchema,
  type BackupManifest,
  backupManifestSchema,
  HEADER_NAME,
  isManifestName,
  manifestName,
} from './backup-header.js';

/** A file in the archive. What is not read of it before the next one is asked for is passed over. */
export interface ArchiveEntry {
  name: string;
  size: number;
  content: AsyncIterable<Buffer>;
}

/** The files of a tar, in order. Memory stays flat. */
export async function* readEntries(path: string): AsyncGenerator<ArchiveEntry, void> {
  const file = createReadStream(path);
  const tar = extract();
  file.once('error', (error) => tar.destroy(error));
  file.pipe(tar);
  try {
    for await (const entry of tar) {
      const { name, type, size = 0 } = entry.header;
      if (type !== 'file') throw damaged(path, `its entry ${name} is no file`);
      yield { name, size, content: readable(path, entry as AsyncIterable<Buffer>) };
      // What was not read is passed over.
      entry.resume();
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw damaged(path, messageOf(error), error);
  } finally {
    file.destroy();
    tar.destroy();
  }
}

async function* readable(path: string, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw damaged(path, messageOf(error), error);
  }
}

/** A document of JSON: small next to what it describes. */
async function readDocument<T>(
  path: string,
  entry: ArchiveEntry,
  schema: z.ZodType<T>,
): Promise<{ value: T; bytes: Buffer }> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry.content) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  try {
    return { value: schema.parse(JSON.parse(bytes.toString('utf8'))), bytes };
  } catch (cause) {
    throw damaged(path, `${entry.name} cannot be read; it may be of another version of Weft`, cause);
  }
}

/**
 * Reads a whole backup and holds every entry against its hash.
 *
 * @throws BackupError `backup-damaged`
 */
export async function verifyArchive(path: string): Promise<{ header: BackupHeader; manifest: BackupManifest }> {
  let header: BackupHeader | null = null;
  let manifest: BackupManifest | null = null;
  const found: BackupManifest['entries'] = [];
  for await (const entry of readEntries(path)) {
    if (manifest !== null) throw damaged(path, 'it goes on after its manifest');
    if (isManifestName(entry.name)) {
      const read = await readDocument(path, entry, backupManifestSchema);
      if (entry.name !== manifestName(read.bytes)) throw damaged(path, 'its manifest was altered');
      manifest = read.value;
    } else if (found.length === 0) {
      if (entry.name !== HEADER_NAME) throw damaged(path, 'it is no backup made by weft backup');
      const read = await readDocument(path, entry, backupHeaderSchema);
      header = read.value;
      found.push({ name: entry.name, bytes: entry.size, sha256: sha256(read.bytes) });
    } else {
      const hash = createHash('sha256');
      for await (const chunk of entry.content) hash.update(chunk);
      found.push({ name: entry.name, bytes: entry.size, sha256: hash.digest('hex') });
    }
  }
  if (header === null) throw damaged(path, 'it is empty');
  if (manifest === null) throw damaged(path, 'it was cut short: its manifest is missing');
  requireEqual(path, manifest.entries, found);
  return { header, manifest };
}

function requireEqual(path: string, listed: BackupManifest['entries'], found: BackupManifest['entries']): void {
  listed.forEach((entry, at) => {
    const other = found[at];
    if (other?.name !== entry.name) throw damaged(path, `${entry.name} is missing`);
    if (other.sha256 !== entry.sha256 || other.bytes !== entry.bytes) throw damaged(path, `${entry.name} was altered`);
  });
  if (found.length > listed.length) throw damaged(path, `${found[listed.length]?.name} is not in its manifest`);
}
