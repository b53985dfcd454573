import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openArtifacts } from '#artifacts';
import type { FeatureGraph } from '#backbones';
import { FilePhotoReader, readFeedPhotos } from '#catalog';
import type { WeftConfig } from '#config';
import { FeatureCache, FeatureExtractor } from '#embedder';
import { AddressRules, Fetcher } from '#fetching';
import { type FeatureSpace, type ImageId, type ProductId, type StyleId, WeftError } from '#foundation';
import { ensureParts, featureGraphPath } from '#provision';
import { say } from './output.js';

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
 * @param graph what computes the features. @default the one that Weft comes with
 * @throws FeedError when the file is no feed; WeftError `nothing-to-evaluate` when no photo is left
 */
export async function photosOfFeed(
  config: WeftConfig,
  feed: string,
  graph: FeatureGraph | null = null,
): Promise<LabelledPhotos> {
  await ensureParts(config, ['backbone'], say);
  const threads = config.threads ?? availableParallelism();
  const extractor = await FeatureExtractor.start({ graphPath: featureGraphPath(config), ...graph, threads });
  const fetcher = new Fetcher(new AddressRules(config.fetchAllow));
  try {
    const cache = new FeatureCache(join(config.home, 'features'), extractor, await openArtifacts(config));
    await cache.open();
    const { photos, leftOut } = await readFeedPhotos(feed, new FilePhotoReader(extractor, cache, 2 * threads), fetcher);
    if (leftOut.rows + leftOut.images > 0)
      say(`weft: left out ${leftOut.rows} rows and ${leftOut.images} images of ${feed} that cannot be used`);
    if (photos.length === 0) {
      throw new WeftError('nothing-to-evaluate', `No photo of ${feed} can be used.`, {
        value: feed,
        remedy: `See why: weft import ${feed}`,
      });
    }
    return await withFeatures(photos, cache);
  } finally {
    await fetcher.close();
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
      remedy: 'Import the feed again: weft import FEED. Over a brought backbone: weft embed',
    });
  }
  const { extractorId, layout } = cache;
  return { labels, features, lab, extractorId, layout };
}
