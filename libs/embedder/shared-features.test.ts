import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifacts, openArtifacts } from '#artifacts';
import { type ImageId, sha256 } from '#foundation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStore } from '../../test/support/store-directory.js';
import { deadSegments, FeatureCache, type PhotoFeatures } from './index.js';

const SPACE = { extractorId: '0123456789abcdef', layout: { shape: 3, colour: 2 } };

function photo(name: string): PhotoFeatures {
  return { imageId: sha256(name) as ImageId, features: Float32Array.of(1, 2, 3, 4, 5), lab: [50, 1, 2] };
}

const [a, b, c] = [photo('a'), photo('b'), photo('c')];

describe('features of two homes with one store', () => {
  let place: string;
  let stored: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-shared-features-'));
    stored = join(place, 'store', 'features', SPACE.extractorId);
    makeStore(join(place, 'store'));
  });
  afterEach(() => rm(place, { recursive: true }));

  const artifactsOf = (home: string) =>
    openArtifacts({ home: join(place, home), artifacts: { directory: join(place, 'store') } });

  async function cacheOf(home: string, artifacts?: Artifacts): Promise<FeatureCache> {
    const cache = new FeatureCache(join(place, home, 'features'), SPACE, artifacts ?? (await artifactsOf(home)));
    await cache.open();
    return cache;
  }

  const segmentsOf = (home: string) => readdir(join(place, home, 'features', SPACE.extractorId));

  /** As `weft gc` of a home does, when all but one photo has left the catalogue. */
  async function collect(home: string, kept: PhotoFeatures): Promise<void> {
    const own = join(place, home, 'features', SPACE.extractorId);
    const isKept = (id: ImageId) => id === kept.imageId;
    for await (const segment of deadSegments(own, SPACE.extractorId, isKept, await artifactsOf(home))) {
      await segment.remove();
    }
  }

  it('are known to the other after a look, in segments of the same names', async () => {
    const [one, two] = [await cacheOf('one'), await cacheOf('two')];
    await one.append([a, b]);
    expect(two.has(a.imageId)).toBe(false);
    await two.refresh();
    expect((await two.readMany([b.imageId])).features).toEqual(b.features);
    await two.append([c]);
    await one.refresh();
    expect(one.counts()).toMatchObject({ photos: 3, segments: 2, damaged: [] });
    expect(await segmentsOf('one')).toEqual(await segmentsOf('two'));
  });

  it('have no name in a home before they are in the store', async () => {
    const one = await cacheOf('one');
    await rm(join(place, 'store'), { recursive: true });
    await expect(one.append([a])).rejects.toMatchObject({ code: 'artifacts-unreachable', isRetryable: true });
    expect([await segmentsOf('one'), one.has(a.imageId)]).toEqual([[], false]);
    makeStore(join(place, 'store'));
    await one.append([a]);
    expect(await segmentsOf('one')).toEqual(await readdir(stored));
  });

  it('that are damaged in the store are missing, told, and removed from it by the next mending', async () => {
    const [one, two] = [await cacheOf('one'), await cacheOf('two')];
    await one.append([a]);
    const [name = ''] = await readdir(stored);
    await writeFile(join(stored, name), 'no segment');
    await two.refresh();
    expect(two.has(a.imageId)).toBe(false);
    expect(two.counts().damaged[0]?.message).toContain(name);
    await two.mend();
    expect(await readdir(stored)).toEqual([]);
    await two.append([a]);
    expect(await readdir(stored)).toEqual([name]);
  });

  it('that are damaged in a home alone are brought anew, and stay in the store', async () => {
    const one = await cacheOf('one');
    await one.append([a, b]);
    const [name = ''] = await segmentsOf('one');
    await writeFile(join(place, 'one', 'features', SPACE.extractorId, name), 'cut');
    const again = await cacheOf('one');
    expect(again.has(a.imageId)).toBe(false);
    expect(await again.mend()).toHaveLength(1);
    expect(again.counts()).toMatchObject({ photos: 2, damaged: [] });
    expect(await readdir(stored)).toEqual([name]);
  });

  it('that nothing needs do not come back from the store', async () => {
    const one = await cacheOf('one');
    await one.append([a, b, c]);
    await collect('one', b);
    for (const home of ['one', 'two']) {
      expect((await cacheOf(home)).counts()).toMatchObject({ photos: 1, segments: 1 });
    }
  });

  it('that the store has dropped are gone for a home that has a copy, and are put there again when they are computed anew', async () => {
    const [one, two] = [await cacheOf('one'), await cacheOf('two')];
    await one.append([a, b, c]);
    await two.refresh();
    await collect('one', b);
    for (const cache of [two, await cacheOf('two')]) {
      await cache.refresh();
      expect([a, b, c].map(({ imageId }) => cache.has(imageId))).toEqual([false, true, false]);
    }
    await two.append([a, b]);
    await one.refresh();
    expect((await one.readMany([a.imageId])).features).toEqual(a.features);
  });

  it('that another process writes into the home while the store is listed are not taken for dropped', async () => {
    const [artifacts, other] = [await artifactsOf('one'), await cacheOf('one')];
    const bringAll: Artifacts['bringAll'] = async (...asked) => {
      const damaged = await artifacts.bringAll(...asked);
      await other.append([a]);
      return damaged;
    };
    const one = await cacheOf('one', Object.assign(Object.create(artifacts) as Artifacts, { bringAll }));
    expect(one.has(a.imageId)).toBe(true);
  });

  it('that the store has dropped are not put there again by the gc of a home that has a copy', async () => {
    const [one, two] = [await cacheOf('one'), await cacheOf('two')];
    await one.append([a, b, c]);
    await two.refresh();
    await collect('one', b);
    const left = await readdir(stored);
    await collect('two', c);
    expect(left).toHaveLength(1);
    expect(await readdir(stored)).toEqual(left);
    expect(await segmentsOf('two')).toEqual([]);
  });
});
