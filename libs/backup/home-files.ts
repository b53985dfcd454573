import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Directories of WEFT_HOME that a backup takes as they are, besides the models. */
export const KEPT_DIRECTORIES = ['photos', 'feeds', 'backbones'] as const;
/** The only one of them that no store shares: an API puts feeds there for the workers that see it. */
export const UPLOADS_DIRECTORY = 'feeds';
/** Computed again from the photos if they are lost: 2.9 KB a photo against 6 ms of a core. */
export const FEATURES_DIRECTORY = 'features';
export const MODELS_DIRECTORY = 'models';

/** A file under WEFT_HOME, by its path relative to it. */
export interface HomeFile {
  name: string;
  path: string;
}

/** Files of a directory of the home, in order, without temporary ones. None when there is no such directory. */
export async function* filesUnder(home: string, directory: string): AsyncGenerator<HomeFile> {
  const entries = await readdir(join(home, directory), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(home, directory, entry.name);
    if (entry.name.endsWith('.partial')) continue;
    if (entry.isDirectory()) yield* filesUnder(home, join(directory, entry.name));
    else if (entry.isFile()) yield { name: relative(home, path), path };
  }
}

/** Size and content of a file, as it was when it was opened; null when it is gone. */
export async function openFile(path: string): Promise<{ size: number; content: AsyncIterable<Buffer> } | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return null;
  const { size } = await file.stat();
  if (size > 0) return { size, content: file.createReadStream({ end: size - 1 }) as AsyncIterable<Buffer> };
  await file.close();
  return { size, content: noBytes() };
}

async function* noBytes(): AsyncGenerator<Buffer> {}
