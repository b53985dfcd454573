import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifacts } from '#artifacts';
import { partialName, renameDurably } from '#foundation';
import type { ArchiveEntry } from './archive-reader.js';
import { damaged } from './backup-error.js';
import { FEATURES_DIRECTORY, KEPT_DIRECTORIES, MODELS_DIRECTORY, UPLOADS_DIRECTORY } from './home-files.js';

/** The file without which a model, or a backbone, does not count. */
export interface LastFiles {
  models: string;
  backbones: string;
}

/** A file of the archive that is whole and on the disk, and the path that it is about to have. */
interface WrittenFile {
  temporary: string;
  path: string;
}

/**
 * Puts the files of an archive into a home and its store. Each has its name when it is whole, and those without which a model or a
 * backbone does not count have it when all others do: a restore that is killed leaves other homes nothing to trip over.
 *
 * @throws BackupError `backup-damaged`
 */
export async function restoreFiles(
  archive: string,
  entries: AsyncIterable<ArchiveEntry>,
  artifacts: Artifacts,
  lastFiles: LastFiles,
): Promise<void> {
  const held: WrittenFile[] = [];
  try {
    for await (const entry of entries) {
      const [top = ''] = entry.name.split('/');
      const path = pathOf(archive, artifacts.home, entry.name, top);
      const file = { path, temporary: await writeTemporary(path, entry.content) };
      const last = Object.hasOwn(lastFiles, top) ? lastFiles[top as keyof LastFiles] : null;
      if (basename(path) === last) held.push(file);
      else await appear(artifacts, file, top !== UPLOADS_DIRECTORY);
    }
    for (const file of held) await appear(artifacts, file, true);
  } finally {
    for (const { temporary } of held) await rm(temporary, { force: true });
  }
}

function pathOf(archive: string, home: string, name: string, top: string): string {
  const path = join(home, name);
  const isOurs = [...KEPT_DIRECTORIES, FEATURES_DIRECTORY, MODELS_DIRECTORY].some((directory) => directory === top);
  if (!isOurs || !path.startsWith(join(home, top) + sep)) throw damaged(archive, `${name} belongs nowhere in a home`);
  return path;
}

/** @returns a name beside the path, of a file that is on the disk */
async function writeTemporary(path: string, content: AsyncIterable<Buffer>): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = partialName(path);
  try {
    // `flush`: on the disk before the name is, and before others have it.
    await pipeline(content, createWriteStream(temporary, { flags: 'wx', flush: true }));
    await chmod(temporary, 0o644);
    return temporary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function appear(artifacts: Artifacts, { temporary, path }: WrittenFile, isShared: boolean): Promise<void> {
  try {
    if (isShared) await artifacts.share(temporary, path);
    await renameDurably(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
