import type { Artifacts } from '#artifacts';
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
