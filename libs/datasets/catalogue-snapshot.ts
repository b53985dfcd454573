import type { FeatureCache } from '#embedder';
import { type ViewName, WeftError } from '#foundation';
import { cachedViews } from './shape-views.js';
import { buildSnapshot, type Snapshot, type SnapshotPhoto } from './snapshot.js';

/** What a snapshot asks of the catalogue. */
interface CataloguePhotos {
  photosOfCatalogue(): Promise<Omit<SnapshotPhoto, 'split'>[]>;
  salt(): Promise<string>;
}

/**
 * The photos of the catalogue with their cached features, and how many of them have none.
 *
 * @param views what single-photo products have beside their photo, as far as it is in the cache
 * @throws WeftError `catalogue-empty`, `features-missing`
 */
export async function catalogueSnapshot(
  catalogue: CataloguePhotos,
  cache: FeatureCache,
  views: ViewName,
): Promise<{ snapshot: Snapshot; missing: number }> {
  const photos = await catalogue.photosOfCatalogue();
  if (photos.length === 0) {
    throw new WeftError('catalogue-empty', 'There is nothing to train on: the catalogue has no photos.', {
      remedy: 'weft import FEED',
    });
  }
  const known = photos.filter(({ imageId }) => cache.has(imageId));
  const { features, lab, missing } = await cache.readMany(known.map(({ imageId }) => imageId));
  if (known.length === 0 || missing.length > 0) {
    throw new WeftError('features-missing', 'The features of the photos are not in the feature cache.', {
      value: { photos: photos.length, known: known.length, unreadable: missing.length },
      remedy: 'Import the feed again: that computes what is missing.',
    });
  }
  const salt = await catalogue.salt();
  const snapshot = buildSnapshot({
    photos: known,
    features,
    lab,
    extractorId: cache.extractorId,
    layout: cache.layout,
    views: views === 'none' ? null : await cachedViews(photos, salt, cache),
    salt,
  });
  return { snapshot, missing: photos.length - known.length };
}
