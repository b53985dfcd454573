import { readFile } from 'node:fs/promises';
import { Artifacts, type ArtifactStore } from '#artifacts';
import { describe, expect, it } from 'vitest';
import { lookAtArtifacts } from './artifacts.js';

const HOME = '/home-of-the-doctor';

/** A store in memory, but for what is said of it. */
function storeWith(changes: Partial<ArtifactStore>) {
  const objects = new Map<string, Buffer>();
  const store: ArtifactStore = {
    name: 'memory',
    put: async (key, file) => void objects.set(key, await readFile(file)),
    read: async (key) => {
      const bytes = objects.get(key);
      return bytes === undefined
        ? null
        : (async function* () {
            yield bytes;
          })();
    },
    sizeOf: async (key) => objects.get(key)?.length ?? null,
    list: async function* (directory) {
      for (const [key, { length: bytes }] of objects)
        if (key.startsWith(`${directory}/`)) yield { key, bytes, changedAt: new Date(0) };
    },
    remove: async (key) => void objects.delete(key),
    ...changes,
  };
  return { objects, look: () => lookAtArtifacts(new Artifacts(HOME, store)) };
}

describe('the look at an artifact store', () => {
  it('finds nothing wrong with one that does what is asked of it, and leaves nothing there', async () => {
    const { objects, look } = storeWith({});
    expect(await look()).toMatchObject({ state: 'ok', value: { store: 'memory' } });
    expect(objects.size).toBe(0);
  });

  it.each([
    ['listed', { list: () => refused() }],
    ['read', { read: () => Promise.reject(new Error('Access Denied')) }],
  ] satisfies [string, Partial<ArtifactStore>][])(
    'fails where it may not be %s, and leaves nothing',
    async (_, changes) => {
      const { objects, look } = storeWith(changes);
      await expect(look()).rejects.toThrow('Access Denied');
      expect(objects.size).toBe(0);
    },
  );

  it.each([
    ['list', { list: async function* () {} }],
    ['give', { read: async () => null }],
  ] satisfies [string, Partial<ArtifactStore>][])(
    'finds a problem where it does not %s what was put',
    async (_, changes) => {
      expect(await storeWith(changes).look()).toMatchObject({ id: 'artifacts', state: 'problem' });
    },
  );
});

/** A listing that fails at its first page. */
async function* refused(): AsyncGenerator<never> {
  yield await Promise.reject<never>(new Error('Access Denied'));
}
