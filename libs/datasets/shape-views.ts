import type { FeatureCache } from '#embedder';
import { featureColumns, type ImageId, viewIdOf } from '#foundation';
import { assignSplit } from './split.js';
import type { ShapeViews, SnapshotPhoto } from './snapshot.js';

type Labels = Pick<SnapshotPhoto, 'imageId' | 'productId' | 'styleId'>;

/** Photos that are all that their product has, of styles that may be trained on: an augmented view is a positive of shape. */
export function singlePhotos(photos: readonly Labels[], salt: string): ImageId[] {
  const imagesOf = new Map<string, Set<ImageId>>();
  for (const { productId, imageId } of photos) {
    imagesOf.set(productId, (imagesOf.get(productId) ?? new Set()).add(imageId));
  }
  const single = photos.filter(
    ({ productId, styleId }) => imagesOf.get(productId)?.size === 1 && assignSplit(styleId, salt) !== 'holdout',
  );
  return [...new Set(single.map(({ imageId }) => imageId))].sort();
}

/** The views of single photos that the cache holds. */
export async function cachedViews(
  photos: readonly Labels[],
  salt: string,
  cache: Pick<FeatureCache, 'has' | 'readMany' | 'layout'>,
): Promise<ShapeViews> {
  const wanted = singlePhotos(photos, salt).filter((id) => cache.has(viewIdOf(id)));
  const { features, missing } = await cache.readMany(wanted.map(viewIdOf));
  const { layout } = cache;
  const gone = new Set(missing);
  const [from, to] = featureColumns(layout).shape;
  const width = layout.shape + layout.colour;
  const shape = new Float32Array((features.length / width) * (to - from));
  for (let row = 0; row < features.length / width; row += 1) {
    shape.set(features.subarray(row * width + from, row * width + to), row * (to - from));
  }
  return { photos: wanted.filter((id) => !gone.has(viewIdOf(id))), shape };
}
