import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePhotoReader, ImportService } from '#catalog';
import type { ImageId, JobId, Progress } from '#foundation';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noWeb } from '../support/no-web.js';
import { RecordingCatalogStore } from '../support/recording-catalog-store.js';

const IMPORT = '00000000-0000-4000-8000-000000000001' as JobId;

let directory: string;
let store: RecordingCatalogStore;
let cached: Set<ImageId>;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-import-'));
  store = new RecordingCatalogStore();
  cached = new Set();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A real decoder before an extractor that answers with zeros, and a cache that remembers ids. */
function photoReader(): FilePhotoReader {
  const extractor = { side: 224, extract: async (pixels: Uint8Array[]) => pixels.map(() => new Float32Array(2824)) };
  const cache = {
    has: (id: ImageId) => cached.has(id),
    append: async (photos: { imageId: ImageId }[]) => photos.forEach(({ imageId }) => cached.add(imageId)),
  };
  return new FilePhotoReader(extractor, cache, 2);
}

async function photo(name: string, red: number): Promise<void> {
  const image = sharp({ create: { width: 40, height: 50, channels: 3, background: { r: red, g: 0, b: 0 } } });
  await writeFile(join(directory, name), await image.png().toBuffer());
}

async function importFeed(content: string, options: { root?: string; report?: (progress: Progress) => void } = {}) {
  const feed = join(directory, 'feed.csv');
  await writeFile(feed, content);
  const input = { feed, root: options.root ?? null };
  return new ImportService(store, photoReader(), noWeb).run(IMPORT, input, options.report ?? (() => undefined));
}

const reasons = () => store.quarantine.map(({ row, field, code }) => `${row} ${field} ${code}`).sort();

describe('ImportService', () => {
  it('accepts and quarantines every row and every image, each exactly once', async () => {
    await photo('red.png', 200);
    await photo('dark.png', 50);
    await writeFile(join(directory, 'text.png'), 'no photo');
    await writeFile(join(directory, 'empty.png'), '');
    await writeFile(join(directory, 'cut.png'), (await readFile(join(directory, 'red.png'))).subarray(0, 60));
    const result = await importFeed(
      [
        'id,item_group_id,color,size,price,image_link,additional_image_link',
        'a-s,a,Red,S,5.00 USD,red.png,"dark.png,text.png"',
        'a-m,a,red,M,6.00 USD,red.png,dark.png',
        'b,b,Blue,S,cheap,red.png,',
        'c,c,Blue,S,5.00 USD,missing.png,',
        'd,d,Blue,S,5.00 USD,cut.png,dark.png',
        'e,e,Blue,S,5.00 USD,ftp://shop.example/e.jpg,',
        'f,f,Blue,S,5.00 USD,empty.png,text.png',
      ].join('\n'),
    );
    expect(result.rows).toEqual({ read: 7, accepted: 3, quarantined: 4 });
    expect(result.images).toEqual({ read: 7, accepted: 2, quarantined: 5 });
    expect(result).toMatchObject({ products: 2, styles: 2, photosDecoded: 2, featuresExtracted: 2 });
    expect(reasons()).toEqual([
      '1 additional_image_link image-not-an-image',
      '3 price price-invalid',
      '4 image_link image-missing',
      '4 image_link no-usable-image',
      '5 image_link image-broken',
      '6 image_link image-url-not-supported',
      '6 image_link no-usable-image',
      '7 image_link image-empty',
      '7 image_link no-usable-image',
    ]);
    expect(result.reasons).toEqual({
      'image-broken': 1,
      'image-empty': 1,
      'image-missing': 1,
      'image-not-an-image': 1,
      'image-url-not-supported': 1,
      'no-usable-image': 3,
      'price-invalid': 1,
    });
    expect(store.kept).toEqual(['b', 'c', 'e', 'f']);
    expect(store.products.get('a--red')).toMatchObject({ styleId: 'a', title: 'a-s', colour: 'Red' });
    expect(store.products.get('a--red')?.imageIds).toHaveLength(2);
    expect(store.products.get('d--blue')?.imageIds).toHaveLength(1);
  });

  it('does no image work for an unchanged feed, and only the changed file for a changed one', async () => {
    await photo('red.png', 200);
    await photo('dark.png', 50);
    await writeFile(join(directory, 'text.png'), 'no photo');
    const feed = 'id,image_link\n1,red.png\n2,dark.png\n3,text.png\n';
    await importFeed(feed);
    const again = await importFeed(feed);
    expect(again).toMatchObject({ photosDecoded: 0, featuresExtracted: 0, images: { accepted: 2, quarantined: 1 } });
    expect(store.batches.at(-1)?.images).toEqual([]);
    await photo('red.png', 90);
    await utimes(join(directory, 'red.png'), 1, 1);
    expect(await importFeed(feed)).toMatchObject({ photosDecoded: 1, featuresExtracted: 1 });
  });

  it('reads photos again whose features were lost', async () => {
    await photo('red.png', 200);
    await importFeed('id,image_link\n1,red.png\n');
    cached.clear();
    expect(await importFeed('id,image_link\n1,red.png\n')).toMatchObject({ photosDecoded: 1, featuresExtracted: 1 });
  });

  it('looks again for a file that was missing', async () => {
    await photo('red.png', 200);
    const feed = 'id,image_link\n1,red.png\n2,dark.png\n';
    expect(await importFeed(feed)).toMatchObject({ rows: { accepted: 1 } });
    await photo('dark.png', 50);
    expect(await importFeed(feed)).toMatchObject({ rows: { accepted: 2 }, photosDecoded: 1 });
  });

  it('looks again at a photo that took too long', async () => {
    await photo('red.png', 200);
    await photo('dark.png', 50);
    const feed = join(directory, 'feed.csv');
    await writeFile(feed, 'id,image_link\n1,red.png\n2,dark.png\n');
    const busy = photoReader();
    const read = busy.read.bind(busy);
    busy.read = async (sources, ...others) => {
      const readings = await read(sources, ...others);
      return readings.set(join(directory, 'dark.png'), { rejected: { code: 'image-too-slow', message: 'Too slow.' } });
    };
    const first = await new ImportService(store, busy, noWeb).run(IMPORT, { feed, root: null }, () => undefined);
    expect(first).toMatchObject({ rows: { accepted: 1 }, reasons: { 'image-too-slow': 1 } });
    const again = await new ImportService(store, photoReader(), noWeb).run(
      IMPORT,
      { feed, root: null },
      () => undefined,
    );
    expect(again).toMatchObject({ rows: { accepted: 2 }, photosDecoded: 1 });
  });

  it('extracts the features of equal files once', async () => {
    await photo('red.png', 200);
    await photo('same.png', 200);
    const result = await importFeed('id,image_link\n1,red.png\n2,same.png\n');
    expect(result).toMatchObject({
      images: { read: 2, accepted: 2 },
      photosDecoded: 2,
      featuresExtracted: 1,
      products: 2,
    });
  });

  it('keeps the fields of the first row and gathers images across batches', async () => {
    await photo('red.png', 200);
    await photo('dark.png', 50);
    const sizes = Array.from({ length: 2_450 }, (_, at) => `a-${at},a,red,Size ${at},red.png`).join('\n');
    const result = await importFeed(`id,item_group_id,color,title,image_link\n${sizes}\nlast,a,Red,Other,dark.png\n`);
    expect(result).toMatchObject({
      rows: { read: 2_451, accepted: 2_451 },
      images: { read: 2 },
      products: 1,
      styles: 1,
    });
    expect(store.batches.length).toBe(3);
    expect(store.products.get('a--red')).toMatchObject({ title: 'Size 0', imageIds: { length: 2 } });
    expect(store.batches.map(({ products, morePhotos }) => [products.length, morePhotos.length])).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
  });

  it('reads nothing outside the root, by path or by link, and tells nothing of it', async () => {
    const root = join(directory, 'root');
    await mkdir(root);
    await photo('secret.png', 10);
    await photo('root/open.png', 20);
    await symlink(join(directory, 'secret.png'), join(root, 'link.png'));
    const feed = join(root, 'feed.csv');
    const links = ['open.png', '../secret.png', 'link.png', '/etc/passwd', '/nowhere/at-all.png'];
    await writeFile(feed, `id,image_link\n${links.map((link, at) => `${at},${link}`).join('\n')}\n`);
    const result = await new ImportService(store, photoReader(), noWeb).run(IMPORT, { feed, root }, () => undefined);
    expect(result.images).toEqual({ read: 5, accepted: 1, quarantined: 4 });
    expect(result.reasons).toEqual({ 'image-outside-root': 4, 'no-usable-image': 4 });
    expect(store.batches.flatMap(({ sources }) => sources).map(({ source }) => source)).toEqual([
      join(root, 'open.png'),
    ]);
    const free = await new ImportService(store, photoReader(), noWeb).run(
      IMPORT,
      { feed, root: null },
      () => undefined,
    );
    expect(free.images).toMatchObject({ accepted: 3 });
  });

  it.each([
    ['no row can be used', 'id,image_link\n1,none.png\n2,none.png\n', 'feed-no-usable-row'],
    ['there is no row', 'id,image_link\n', 'feed-empty'],
  ])('fails and deactivates nothing when %s', async (_, content, code) => {
    await expect(importFeed(content)).rejects.toMatchObject({ code });
    expect(store.finished).toBe(0);
  });

  it('deactivates nothing when it is ended early', async () => {
    await photo('red.png', 200);
    const feed = join(directory, 'feed.csv');
    await writeFile(feed, 'id,image_link\n1,red.png\n');
    const run = new ImportService(store, photoReader(), noWeb).run(
      IMPORT,
      { feed, root: null },
      () => undefined,
      AbortSignal.abort(new Error('closing')),
    );
    await expect(run).rejects.toThrow('closing');
    expect(store.finished).toBe(0);
  });

  it('deactivates nothing when it is ended after its last row', async () => {
    await photo('red.png', 200);
    const feed = join(directory, 'feed.csv');
    await writeFile(feed, 'id,image_link\n1,red.png\n');
    const ending = new AbortController();
    const saveBatch = store.saveBatch.bind(store);
    store.saveBatch = async (...args) => {
      await saveBatch(...args);
      ending.abort(new Error('the turn was lost'));
    };
    const run = new ImportService(store, photoReader(), noWeb).run(
      IMPORT,
      { feed, root: null },
      () => undefined,
      ending.signal,
    );
    await expect(run).rejects.toThrow('the turn was lost');
    expect(store.finished).toBe(0);
  });

  it('writes nothing when it is ended while it reads photos', async () => {
    await photo('red.png', 200);
    const feed = join(directory, 'feed.csv');
    await writeFile(feed, 'id,image_link\n1,red.png\n');
    const ending = new AbortController();
    const photos = photoReader();
    const read = photos.read.bind(photos);
    photos.read = async (sources, root) => {
      const readings = await read(sources, root);
      ending.abort(new Error('the turn was lost'));
      return readings;
    };
    const run = new ImportService(store, photos, noWeb).run(
      IMPORT,
      { feed, root: null },
      () => undefined,
      ending.signal,
    );
    await expect(run).rejects.toThrow('the turn was lost');
    expect(store.batches).toEqual([]);
  });

  it('reports progress that never falls and ends at 1', async () => {
    await photo('red.png', 200);
    const fractions: number[] = [];
    const rows = Array.from({ length: 1_000 }, (_, at) => `${at},red.png`).join('\n');
    await importFeed(`id,image_link\n${rows}\n`, { report: ({ fraction }) => fractions.push(fraction) });
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });
});
