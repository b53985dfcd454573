import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetcher } from '#fetching';
import { isWebAddress, type ImageId, type JobId, type ProductId, type StyleId } from '#foundation';
import { readFeed, type FeedOffer, type FeedReadingOptions } from './feed-offers.js';
import { PhotoDownloads } from './photo-downloads.js';
import type { FetchLog } from './photo-fetching.js';
import { PhotoFiles } from './photo-files.js';
import type { PhotoReader } from './photo-reading.js';

/** A photo and which product it shows. */
export interface FeedPhoto {
  imageId: ImageId;
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  gender: string | null;
  colour: string | null;
}

/** The photos of a feed, each once a product, and what of it could not be used. */
export interface FeedPhotos {
  photos: FeedPhoto[];
  leftOut: { rows: number; images: number };
}

/** Nothing is kept of fetched photos, so nothing is remembered of them. */
const forgetful: FetchLog = { copiesOf: async () => new Map(), keep: async () => {}, confirm: async () => {} };

/**
 * Reads the photos of a feed, from files and from the web: their features go into the reader's cache, the catalogue is
 * neither read nor changed. Rows and images that cannot be used are left out and counted.
 *
 * @param feed absolute path
 * @throws FeedError when the file is no feed
 */
export async function readFeedPhotos(
  feed: string,
  reader: PhotoReader,
  fetcher: Pick<Fetcher, 'receive'>,
  { signal = new AbortController().signal, ...reading }: FeedReadingOptions & { signal?: AbortSignal } = {},
): Promise<FeedPhotos> {
  const offers: FeedOffer[] = [];
  let rows = 0;
  for await (const item of readFeed(feed, reading)) {
    if ('offer' in item) offers.push(item.offer);
    else rows += 1;
  }
  const usable = offers.flatMap(({ images }) => images.filter(({ rejection }) => rejection === null));
  const sources = [...new Set(usable.map(({ source }) => source))];
  const directory = await mkdtemp(join(tmpdir(), 'weft-photos-'));
  try {
    const fetched = await fetchPhotos(sources.filter(isWebAddress), directory, fetcher, signal);
    const fileOf = (source: string) => (isWebAddress(source) ? fetched.get(source) : source) ?? '';
    const local = sources.filter((source) => !isWebAddress(source));
    const readings = new Map([
      ...(await reader.read(local, reading.root ?? null, () => signal.throwIfAborted())),
      ...(await reader.read([...new Set(fetched.values())], null, () => signal.throwIfAborted())),
    ]);
    const photos = new Map<string, FeedPhoto>();
    for (const { productId, styleId, category, gender, colour, images } of offers) {
      for (const { source } of images) {
        const read = readings.get(fileOf(source));
        if (read === undefined || 'rejected' in read) continue;
        const { imageId } = read.ok;
        photos.set(`${productId}\n${imageId}`, { imageId, productId, styleId, category, gender, colour });
      }
    }
    const isUnusable = (source: string) => !('ok' in (readings.get(fileOf(source)) ?? {}));
    return { photos: [...photos.values()], leftOut: { rows, images: sources.filter(isUnusable).length } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The file of each address; those that could not be fetched are absent. */
async function fetchPhotos(
  urls: string[],
  directory: string,
  fetcher: Pick<Fetcher, 'receive'>,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const wanted = urls.map((url) => ({ url, isBroken: false }));
  const downloads = new PhotoDownloads(fetcher, new PhotoFiles(directory), forgetful);
  const got = await downloads.fetch(wanted, '' as JobId, () => undefined, signal);
  return new Map([...got].flatMap(([url, photo]) => ('file' in photo ? [[url, photo.file] as const] : [])));
}
