import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArtifactStore } from '#artifacts';
import { Random, sha256 } from '#foundation';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** What every store does, whatever it keeps its objects in. @param openStore an empty one */
export function behavesLikeAStore(openStore: () => ArtifactStore | Promise<ArtifactStore>): void {
  let store: ArtifactStore;
  let directory: string;
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'weft-store-files-'));
    store = await openStore();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function put(key: string, bytes: Uint8Array | string): Promise<void> {
    const file = join(directory, 'file');
    writeFileSync(file, bytes);
    await store.put(key, file);
  }

  async function read(key: string): Promise<Buffer | null> {
    const body = await store.read(key);
    if (body === null) return null;
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function list(under: string): Promise<[string, number][]> {
    const found: [string, number][] = [];
    for await (const { key, bytes } of store.list(under)) found.push([key, bytes]);
    return found.sort();
  }

  it('gives what was put, of every size', async () => {
    const random = new Random(1);
    for (const size of [0, 1, 5_000_000]) {
      const bytes = Uint8Array.from({ length: size }, () => random.int(256));
      await put(`sizes/${size}`, bytes);
      expect(await store.sizeOf(`sizes/${size}`)).toBe(size);
      expect(sha256((await read(`sizes/${size}`)) as Buffer)).toBe(sha256(bytes));
    }
  });

  it('gives what was put last', async () => {
    await put('models/v/card.html', 'first');
    await put('models/v/card.html', 'second, and longer');
    expect((await read('models/v/card.html'))?.toString()).toBe('second, and longer');
  });

  it('says that nothing is there, whether a directory is or not', async () => {
    await put('models/v/manifest.json', '{}');
    for (const key of ['models/w/manifest.json', 'models/v/heads.onnx', 'nowhere']) {
      expect([await read(key), await store.sizeOf(key)]).toEqual([null, null]);
    }
  });

  it('lists what is in a directory and below, and nothing that only begins alike', async () => {
    const keys = ['photos/ab/1', 'photos/cd/2', 'photos/3', 'photos-of-others/4', 'models/5'];
    for (const key of keys) await put(key, 'bytes');
    expect(await list('photos')).toEqual([
      ['photos/3', 5],
      ['photos/ab/1', 5],
      ['photos/cd/2', 5],
    ]);
    expect(await list('photos/ab')).toEqual([['photos/ab/1', 5]]);
    expect(await list('features')).toEqual([]);
  });

  it('says when an object was put', async () => {
    const before = Date.now();
    await put('models/1', 'bytes');
    for await (const { changedAt } of store.list('models')) {
      // Some stores keep whole seconds.
      expect(changedAt.getTime()).toBeGreaterThanOrEqual(before - 1_000);
      expect(changedAt.getTime()).toBeLessThanOrEqual(Date.now());
    }
  });

  it('removes, once or twice', async () => {
    await put('photos/ab/1', 'bytes');
    await put('photos/ab/2', 'bytes');
    await store.remove('photos/ab/1');
    await store.remove('photos/ab/1');
    expect(await list('photos')).toEqual([['photos/ab/2', 5]]);
  });

  it('takes many at the same time', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, 'bytes');
    await Promise.all(Array.from({ length: 20 }, (_, at) => store.put(`features/same-${at % 2}`, file)));
    expect(await list('features')).toEqual([
      ['features/same-0', 5],
      ['features/same-1', 5],
    ]);
  });
}
