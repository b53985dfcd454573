import { type PhotoReader, readFeedPhotos, withFeed } from '#catalog';
import { buildSnapshot, type Snapshot } from '#datasets';
import { type ProgressListener, WeftError } from '#foundation';
import type { JobInput, SecondShopResult } from '#jobs';
import type { FeatureSupply } from './feature-supply.js';
import type { WebSupply } from './import.handler.js';

/**
 * The photos of another shop's feed beside the catalogue, which does not take them in. Photos that the catalogue has, too,
 * are left out: its hold-out must not be trained on by another name.
 *
 * @throws FeedError when the file is no feed; FetchError; WeftError `second-shop-empty` when no photo is left
 */
export async function snapshotOfSecond(
  also: NonNullable<JobInput<'train'>['also']>,
  first: Snapshot,
  { cache }: Pick<FeatureSupply, 'cache'>,
  reader: PhotoReader,
  { fetcher, feeds }: Pick<WebSupply, 'fetcher' | 'feeds'>,
  report: ProgressListener,
  signal: AbortSignal,
): Promise<{ second: Snapshot; leftOut: SecondShopResult['leftOut'] }> {
  report({ stage: 'snapshot', fraction: 0, message: `reading the photos of ${also.feed}` });
  const request = { ...also, format: null, encoding: null, mapping: null };
  const read = await withFeed(request, { fetcher, directory: feeds, known: null, signal }, ({ path, root, download }) =>
    readFeedPhotos(path, reader, fetcher, { root, address: download?.address ?? null, signal }),
  );
  const { photos: all, leftOut } = read ?? { photos: [], leftOut: { rows: 0, images: 0 } };
  const ofFirst = new Set(first.photos.map(({ imageId }) => imageId));
  const photos = all.filter(({ imageId }) => !ofFirst.has(imageId));
  const shared = all.length - photos.length;
  if (photos.length === 0) {
    throw new WeftError(
      'second-shop-empty',
      shared === 0
        ? `No photo of ${also.feed} can be used.`
        : `${also.feed} shows no photo that the catalogue does not have already.`,
      {
        value: also.feed,
        remedy: 'Name the feed of another shop, and see what an import of it would do: weft import --dry-run FEED',
      },
    );
  }
  const { features: values, lab, missing } = await cache.readMany(photos.map(({ imageId }) => imageId));
  if (missing.length > 0) throw new Error(`The features of ${missing[0]} were computed and are not in the cache.`);
  const { extractorId, layout, salt } = first;
  const second = buildSnapshot({ photos, features: values, lab, extractorId, layout, salt });
  return { second, leftOut: { ...leftOut, shared } };
}
