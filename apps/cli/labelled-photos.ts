import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePhotoReader, type FeedOffer, readFeed } from '#catalog';
import type { WeftConfig } from '#config';
import { FeatureCache, FeatureExtractor } from '#embedder';
import { type FeatureSpace, type ImageId, isWebAddress, type ProductId, type StyleId, WeftError } from '#foundation';
import { ensureParts, featureGraphPath } from '#provision';
import { say } from './output.js';
import { photosFromWeb } from './photos-from-web.js';

/** A photo as a label: which product, style, category and gender it shows. */
export interface PhotoLabel {
  imageId: ImageId;
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  gender: string | null;
}

/** Labelled photos with what evaluation measures on. Rows run in step. */
export interface LabelledPhotos<Label extends PhotoLabel = PhotoLabel> extends FeatureSpace {
  labels: Label[];
  features: Float32Array; // [n, width of the layout]
  lab: Float32Array; // [n, 3]
}

/**
 * The photos of a feed, read straight from files and from the web: the catalogue is neither read nor changed. Rows and images that
 * cannot be used are left out, and said on stderr.
 *
 * @throws FeedError when the file is no feed; WeftError `nothing-to-evaluate` when no photo is left
 */
export async function photosOfFeed(config: WeftConfig, feed: string): Promise<LabelledPhotos> {
  const offers: FeedOffer[] = [];
  let quarantined = 0;
  for await (const item of readFeed(feed)) {
    if ('offer' in item) offers.push(item.offer);
    else quarantined += 1;
  }
  const images = offers.flatMap((offer) => offer.images.filter(({ rejection }) => rejection === null));
  const sources = [...new Set(images.map(({ source }) => source))];
  await ensureParts(config, ['backbone'], say);
  const threads = config.threads ?? availableParallelism();
  const extractor = await FeatureExtractor.start({ graphPath: featureGraphPath(config), threads });
  const directory = await mkdtemp(join(tmpdir(), 'weft-photos-'));
  try {
    const fetched = await photosFromWeb(sources.filter(isWebAddress), directory, config.fetchAllow);
    const fileOf = (source: string) => (isWebAddress(source) ? fetched.get(source) : source);
    const files = [...new Set(sources.flatMap((source) => fileOf(source) ?? []))];
    const cache = new FeatureCache(join(config.home, 'features'), extractor);
    await cache.open();
    const readings = await new FilePhotoReader(extractor, cache, 2 * threads).read(files, null);
    const labels = new Map<string, PhotoLabel>();
    const isUnusable = (source: string) => !('ok' in (readings.get(fileOf(source) ?? '') ?? {}));
    const unusable = sources.filter(isUnusable).length;
    for (const { productId, styleId, category, gender, images: ofOffer } of offers) {
      for (const { source } of ofOffer) {
        const reading = readings.get(fileOf(source) ?? '');
        if (reading === undefined || 'rejected' in reading) continue;
        const { imageId } = reading.ok;
        labels.set(`${productId}\n${imageId}`, { imageId, productId, styleId, category, gender });
      }
    }
    if (quarantined + unusable > 0)
      say(`weft: left out ${quarantined} rows and ${unusable} images of ${feed} that cannot be used`);
    if (labels.size === 0) {
      throw new WeftError('nothing-to-evaluate', `No photo of ${feed} can be used.`, {
        value: feed,
        remedy: `See why: weft import ${feed}`,
      });
    }
    return withFeatures([...labels.values()], cache);
  } finally {
    await rm(directory, { recursive: true, force: true });
    await extractor.close();
  }
}

/** @throws WeftError `features-missing` when the cache lacks a photo */
export async function withFeatures<Label extends PhotoLabel>(
  labels: Label[],
  cache: FeatureCache,
): Promise<LabelledPhotos<Label>> {
  const { features, lab, missing } = await cache.readMany(labels.map(({ imageId }) => imageId));
  if (missing.length > 0) {
    throw new WeftError('features-missing', `The features of ${missing.length} photos are not in the cache.`, {
      value: missing[0],
      remedy: 'Import the feed again: weft import FEED',
    });
  }
  const { extractorId, layout } = cache;
  return { labels, features, lab, extractorId, layout };
}
