import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A name for what is not whole yet, in the directory that it will appear in. Everything under such a name may be a killed
 * process's: backups leave it out, and `weft gc` removes it from a home when nobody has touched it for a day.
 */
export function partialName(path: string): string {
  return `${path}.${randomUUID()}.partial`;
}

/**
 * Writes a file that appears whole or not at all, and is on the disk when this resolves.
 *
 * @param beforeNamed does what must be done before the file has its name; given the file as it is on the disk
 */
export async function writeDurably(
  path: string,
  bytes: Uint8Array,
  beforeNamed: (file: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const partial = partialName(path);
  try {
    const file = await open(partial, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeNamed(partial);
    await renameDurably(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Gives a file that is on the disk its name, and puts that on the disk as well. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
}

/** Puts the names in a directory on the disk. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Puts the bytes of a file on the disk. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
