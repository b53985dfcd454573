import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leftover } from './leftover.js';

/** Names in a directory of the home; none when it is not there. */
export async function namesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  return names.sort();
}

/** A file or a directory with all that is in it, and when it was last changed; null when it is gone. */
export async function leftoverAt(path: string): Promise<(Leftover & { changedAt: Date }) | null> {
  const stat = await lstat(path).catch(() => null);
  if (stat === null) return null;
  let bytes = stat.isFile() ? stat.size : 0;
  let changedAt = stat.mtime;
  if (stat.isDirectory()) {
    for (const name of await namesIn(path)) {
      const inside = await leftoverAt(join(path, name));
      bytes += inside?.bytes ?? 0;
      if (inside !== null && inside.changedAt > changedAt) changedAt = inside.changedAt;
    }
  }
  return { name: path, bytes, changedAt, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Leftovers at these paths that nobody has changed since a time. */
export async function* untouchedSince(before: Date, paths: Iterable<string>): AsyncGenerator<Leftover> {
  for (const path of paths) {
    const leftover = await leftoverAt(path);
    if (leftover !== null && leftover.changedAt < before) yield leftover;
  }
}

/** Paths of a directory and of all below it whose names fit. A directory that fits is not looked into. */
export async function* pathsUnder(directory: string, fits: (name: string) => boolean): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (fits(entry.name)) yield path;
    else if (entry.isDirectory()) yield* pathsUnder(path, fits);
  }
}
