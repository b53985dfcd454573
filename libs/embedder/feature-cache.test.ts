import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random, sha256, type ImageId } from '#foundation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FeatureBuffer, FeatureCache, type PhotoFeatures } from './index.js';
import { roundToHalf } from './half-float.js';

const EXTRACTOR = '0123456789abcdef';
const layout = { shape: 1280, colour: 128 };

function photo(name: string): PhotoFeatures {
  const random = new Random(name.length + name.charCodeAt(0));
  return {
    imageId: sha256(name) as ImageId,
    features: roundToHalf(Float32Array.from({ length: 1408 }, () => random.between(0, 6))),
    lab: [Math.fround(random.between(0, 100)), Math.fround(random.between(-50, 50)), 0],
  };
}

const [a, b, c] = [photo('a'), photo('b'), photo('c')];

describe('FeatureCache', () => {
  let directory: string;
  const segmentDirectory = () => join(directory, EXTRACTOR);
  const segments = async () => (await readdir(segmentDirectory())).sort();

  async function opened(extractorId = EXTRACTOR, wide = layout): Promise<FeatureCache> {
    const cache = new FeatureCache(directory, { extractorId, layout: wide });
    await cache.open();
    return cache;
  }

  /** Changes one byte of the only segment; a negative position counts from its end. */
  async function damage(position: number): Promise<void> {
    const [name] = await segments();
    const path = join(segmentDirectory(), name as string);
    const bytes = await readFile(path);
    const at = position < 0 ? bytes.length + position : position;
    bytes[at] = (bytes[at] as number) ^ 1;
    await writeFile(path, bytes);
  }

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-features-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives back what was kept, bit for bit, also after it is opened again', async () => {
    const first = await opened();
    await first.append([a, b]);
    for (const cache of [first, await opened()]) {
      const { features, lab, missing } = await cache.readMany([b.imageId, a.imageId]);
      expect(missing).toEqual([]);
      expect(features).toEqual(Float32Array.of(...b.features, ...a.features));
      expect(lab).toEqual(Float32Array.of(...b.lab, ...a.lab));
    }
  });

  it('names what is missing and closes the ranks of the rest', async () => {
    const cache = await opened();
    await cache.append([a, c]);
    const { features, lab, missing } = await cache.readMany([a.imageId, b.imageId, c.imageId, a.imageId]);
    expect(missing).toEqual([b.imageId]);
    expect(features).toEqual(Float32Array.of(...a.features, ...c.features, ...a.features));
    expect(lab).toEqual(Float32Array.of(...a.lab, ...c.lab, ...a.lab));
    expect([a, b, c].map(({ imageId }) => cache.has(imageId))).toEqual([true, false, true]);
  });

  it('keeps a photo once', async () => {
    const cache = await opened();
    await cache.append([a, a]);
    await cache.append([a]);
    expect(cache.counts()).toEqual({ photos: 1, segments: 1, damaged: [] });
    expect(await segments()).toHaveLength(1);
  });

  it('sees what others append after a refresh', async () => {
    const [one, two] = [await opened(), await opened()];
    await Promise.all([one.append([a, b]), two.append([b, c])]);
    expect(one.has(c.imageId)).toBe(false);
    await Promise.all([one.refresh(), two.refresh()]);
    for (const cache of [one, two]) {
      const { features } = await cache.readMany([a.imageId, b.imageId, c.imageId]);
      expect(features).toEqual(Float32Array.of(...a.features, ...b.features, ...c.features));
    }
  });

  it('appends many batches at once', async () => {
    const cache = await opened();
    const photos = Array.from({ length: 40 }, (_, at) => photo(`${at}`));
    await Promise.all(photos.map((each) => cache.append([each])));
    expect(cache.counts().photos).toBe(40);
    expect((await opened()).counts()).toEqual({ photos: 40, segments: 40, damaged: [] });
  });

  it('treats a damaged record as missing, reports its file, and mends it when the photos come again', async () => {
    await (await opened()).append([a, b]);
    await damage(-1);
    const cache = await opened();
    expect(cache.has(b.imageId)).toBe(true);
    const { features, missing } = await cache.readMany([a.imageId, b.imageId]);
    expect({ rows: features.length, missing }).toEqual({ rows: 0, missing: [a.imageId, b.imageId] });
    expect(cache.has(a.imageId)).toBe(false);
    expect(cache.counts().damaged.map(({ code }) => code)).toEqual(['features-damaged']);

    await cache.append([a, b]);
    expect(cache.counts()).toEqual({ photos: 2, segments: 1, damaged: [] });
    expect((await cache.readMany([a.imageId])).features).toEqual(a.features);
  });

  it('reads the same into a buffer that held others as into one of their own', async () => {
    const cache = await opened();
    await cache.append([a, b]);
    const buffer = new FeatureBuffer();
    for (const ids of [[a, b], [b], [b, a], [a]].map((photos) => photos.map(({ imageId }) => imageId))) {
      expect(await cache.readMany(ids, buffer)).toEqual(await cache.readMany(ids));
    }
    const strangers = [photo('stranger').imageId, a.imageId];
    expect((await cache.readMany(strangers, buffer)).features).toEqual(a.features);
  });

  it('keeps the photos of sound segments when another is damaged', async () => {
    await (await opened()).append([a]);
    await damage(-1);
    const cache = await opened();
    await cache.append([b]);
    const { features, missing } = await cache.readMany([a.imageId, b.imageId]);
    expect(features).toEqual(b.features);
    expect(missing).toEqual([a.imageId]);
  });

  it.each([
    ['the magic', 0],
    ['the extractor', 9],
    ['the count', 24],
    ['an image id', 30],
    ['the checksum of the index', 70],
  ])('reports a segment with %s altered, and opens all the same', async (_, position) => {
    await (await opened()).append([a]);
    await damage(position);
    const { photos, damaged } = (await opened()).counts();
    expect({ photos, damaged: damaged.length }).toEqual({ photos: 0, damaged: 1 });
  });

  it('reports a segment cut short at any place', async () => {
    await (await opened()).append([a]);
    const [name] = await segments();
    const path = join(segmentDirectory(), name as string);
    for (const length of [2000, 90, 40, 10, 0]) {
      await truncate(path, length);
      expect((await opened()).counts().damaged, `${length} bytes`).toHaveLength(1);
    }
  });

  it('treats photos whose segment was deleted as missing', async () => {
    const cache = await opened();
    await cache.append([a]);
    await rm(join(segmentDirectory(), (await segments())[0] as string));
    expect((await cache.readMany([a.imageId])).missing).toEqual([a.imageId]);
  });

  it('ignores a file that was not finished', async () => {
    const cache = await opened();
    await writeFile(join(segmentDirectory(), 'abc.features.1234.partial'), 'half');
    await cache.refresh();
    expect(cache.counts()).toEqual({ photos: 0, segments: 0, damaged: [] });
  });

  it('never mixes extractors', async () => {
    await (await opened()).append([a]);
    const other = await opened('fedcba9876543210');
    expect(other.has(a.imageId)).toBe(false);
  });

  it('keeps features of the width that its extractor gives', async () => {
    const wide = { shape: 40, colour: 10 };
    const narrow = { ...a, features: a.features.slice(0, 50) };
    await (await opened(EXTRACTOR, wide)).append([narrow]);
    const cache = await opened(EXTRACTOR, wide);
    expect((await cache.readMany([a.imageId])).features).toEqual(narrow.features);
    await expect(cache.append([b])).rejects.toMatchObject({ code: 'features-unsuitable' });
  });

  it('tells of a file whose features are of another width, and reads none of it', async () => {
    await (await opened()).append([a]);
    const cache = await opened(EXTRACTOR, { shape: 40, colour: 10 });
    expect(cache.has(a.imageId)).toBe(false);
    expect(cache.counts().damaged[0]?.message).toContain('1408 numbers a photo, not 50');
  });

  it.each([
    ['are not finite', { features: a.features.map((value, at) => (at === 3 ? NaN : value)) }],
    ['are too large for 16 bits', { features: a.features.map((value, at) => (at === 3 ? 70000 : value)) }],
    ['are too few', { features: new Float32Array(1407) }],
    ['belong to no photo', { imageId: 'photo-1' as ImageId }],
    ['come with a colour that is not finite', { lab: [0, NaN, 0] as [number, number, number] }],
  ])('refuses features that %s, and keeps none of the batch', async (_, wrong) => {
    const cache = await opened();
    await expect(cache.append([b, { ...a, ...wrong }])).rejects.toMatchObject({ code: 'features-unsuitable' });
    expect(await segments()).toEqual([]);
  });

  it('refuses an extractor id that could be a path', () => {
    expect(() => new FeatureCache(directory, { extractorId: '../../somewhere', layout })).toThrow(
      '16 hexadecimal digits',
    );
  });
});
