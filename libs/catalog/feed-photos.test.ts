import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Fetcher, FetchError } from '#fetching';
import type { ImageId } from '#foundation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeedPhotos } from './feed-photos.js';
import type { PhotoReader, PhotoReading } from './photo-reading.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-feed-photos-'));
  const rows = [
    'id,item_group_id,title,color,image_link,additional_image_link,price',
    's1-red-m,s1,One,red,red.jpg,back.jpg,5 EUR',
    's1-red-l,s1,One,red,red.jpg,,5 EUR',
    's1-blue,s1,One,blue,blue.jpg,broken.jpg,5 EUR',
    's2,s2,Two,red,https://shop.example/two.jpg,https://shop.example/gone.jpg,5 EUR',
    's3,s3,Three,red,three.jpg,,cheap',
  ];
  await writeFile(join(directory, 'feed.csv'), rows.join('\n'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Reads every file but broken ones; a photo is known by the name of its file, a fetched one by what was fetched. */
const reader: PhotoReader = {
  knows: () => true,
  timings: { decode: 0, features: 0, decoded: 0, extracted: 0, byOthers: 0 },
  read: async (sources) => new Map(sources.map((source) => [source, readingOf(basename(source))])),
};

const LOOK = { hash: new Uint8Array(32), grid: new Uint8Array(588), detail: 50 };

function readingOf(name: string): PhotoReading {
  if (name === 'broken.jpg') return { rejected: { code: 'image-broken', message: 'It is broken.' } };
  return { ok: { imageId: (name.length > 40 ? 'fetched' : name) as ImageId, width: 9, height: 9, look: LOOK } };
}

/** As many bytes as tell that a file is a JPEG. */
const JPEG = Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xe0), Buffer.alloc(28)]);
const web: Pick<Fetcher, 'receive'> = {
  receive: (address, _, use) => {
    if (address.includes('gone')) return Promise.reject(new FetchError('fetch-not-found', 'It is gone.'));
    const body = Readable.from([JPEG]);
    return use({ status: 'fresh', body, finalUrl: address, etag: null, lastModified: null });
  },
};

describe('readFeedPhotos', () => {
  it('gives each photo of a product once, and counts what it leaves out', async () => {
    const feed = join(directory, 'feed.csv');
    const { photos, leftOut } = await readFeedPhotos(feed, reader, web);
    expect(photos.map(({ productId, styleId, imageId }) => [productId, styleId, imageId])).toEqual([
      ['s1--red', 's1', 'red.jpg'],
      ['s1--red', 's1', 'back.jpg'],
      ['s1--blue', 's1', 'blue.jpg'],
      ['s2--red', 's2', 'fetched'],
    ]);
    expect(leftOut).toEqual({ rows: 1, images: 2 });
  });
});
