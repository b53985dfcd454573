import { basename, join, relative, sep } from 'node:path';
import type { Artifacts, StoredFile } from '#artifacts';
import { isThere } from '#foundation';
import type { Leftover } from './leftover.js';

/** Leftovers of the home that are removed from its store, too: there first, so that they do not come back. */
export async function* alsoInStore(
  leftovers: AsyncIterable<Leftover>,
  forget: (path: string) => Promise<void>,
): AsyncGenerator<Leftover> {
  for await (const leftover of leftovers) {
    yield {
      ...leftover,
      remove: async () => {
        await forget(leftover.name);
        return leftover.remove();
      },
    };
  }
}

/** Leftovers that the store has and this home has not. */
export async function* onlyInStore(
  artifacts: Artifacts,
  directory: string,
  before: Date,
  isUnused: (path: string) => boolean,
): AsyncGenerator<Leftover> {
  for await (const { path, bytes, changedAt } of artifacts.stored(directory)) {
    if (changedAt >= before || !isUnused(path)) continue;
    if (!(await isThere(path))) yield { name: path, bytes, remove: () => artifacts.forget(path) };
  }
}

/**
 * Directories that the store has and this home has not. Each goes as one, first the file without which it does not count: a home
 * that brings it meanwhile gets it whole or not at all.
 */
export async function* directoriesOnlyInStore(
  artifacts: Artifacts,
  directory: string,
  last: string,
  before: Date,
  isUnused: (name: string) => boolean,
): AsyncGenerator<Leftover> {
  const found = new Map<string, StoredFile[]>();
  for await (const file of artifacts.stored(directory)) {
    const name = firstPart(directory, file.path);
    if (isUnused(name)) found.set(name, [...(found.get(name) ?? []), file]);
  }
  for (const [name, files] of found) {
    if (files.some(({ changedAt }) => changedAt >= before) || (await isThere(join(directory, name)))) continue;
    const isLast = ({ path }: StoredFile) => basename(path) === last;
    yield {
      name: join(directory, name),
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      remove: async () => {
        for (const { path } of [...files.filter(isLast), ...files.filter((file) => !isLast(file))])
          await artifacts.forget(path);
      },
    };
  }
}

/** The name directly in a directory on the way to a path in it. */
export function firstPart(directory: string, path: string): string {
  return relative(directory, path).split(sep)[0] ?? '';
}
