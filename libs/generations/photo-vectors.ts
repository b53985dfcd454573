import type { ImageId, ProductId } from '#foundation';
import { GenerationError } from './generation-error.js';
import type { CataloguePhoto, PhotoVector } from './generation.js';

/** How photos become embeddings: cached features, then a model. */
export interface PhotoEmbedder {
  /** Features of photos, one row an id that is not missing, in the order of `imageIds`; good until the next call. */
  features(imageIds: ImageId[]): Promise<{ features: Float32Array /* [n - missing, width] */; missing: ImageId[] }>;
  /** Embeddings of features, unit length by part. */
  embed(features: Float32Array /* [n, width] */): Promise<Float32Array /* [n, 128] */>;
}

/** Photos embedded together: large enough for the matrix product, small enough to stream (12 MB of features). */
const BATCH_PHOTOS = 1024;

/**
 * Vectors of the catalogue's photos, each once, with the products it is the main photo of; as many at once as are embedded together.
 *
 * @param photos by product, a product's main photo before its others
 * @throws GenerationError `features-missing`, after the last vector, when any photo had no features
 */
export async function* photoVectors(
  photos: CataloguePhoto[],
  embedder: PhotoEmbedder,
  onProgress: (share: number, message: string) => void,
): AsyncGenerator<PhotoVector[]> {
  const products = new Set<ProductId>();
  const mainOf = new Map<ImageId, ProductId[]>();
  for (const { imageId, productId } of photos) {
    const mains = mainOf.get(imageId) ?? [];
    mainOf.set(imageId, mains);
    if (!products.has(productId)) mains.push(productId);
    products.add(productId);
  }
  const missing: ImageId[] = [];
  for await (const batch of embedPhotos([...mainOf.keys()], embedder, onProgress)) {
    missing.push(...batch.missing);
    yield batch.vectors.map((vector) => ({ ...vector, mainOf: mainOf.get(vector.imageId) ?? [] }));
  }
  if (missing.length === 0) return;
  const message = `The features of ${missing.length} of ${mainOf.size} photos are not in the cache.`;
  throw new GenerationError('features-missing', message, {
    value: missing.slice(0, 5),
    remedy: 'Import the feed again: it reads the photos whose features are gone. Then run `weft embed`.',
  });
}

/** The embeddings of photos, a batch at a time; `missing`: photos without features. */
export async function* embedPhotos(
  imageIds: ImageId[],
  embedder: PhotoEmbedder,
  onProgress: (share: number, message: string) => void,
): AsyncGenerator<{ vectors: Pick<PhotoVector, 'imageId' | 'embedding'>[]; missing: ImageId[] }> {
  for (let start = 0; start < imageIds.length; start += BATCH_PHOTOS) {
    const batch = imageIds.slice(start, start + BATCH_PHOTOS);
    const { features, missing } = await embedder.features(batch);
    const absent = new Set(missing);
    const present = batch.filter((imageId) => !absent.has(imageId));
    const embeddings = present.length === 0 ? new Float32Array() : await embedder.embed(features);
    const width = embeddings.length / present.length;
    const embeddingOf = (i: number) => embeddings.subarray(i * width, (i + 1) * width);
    yield { vectors: present.map((imageId, i) => ({ imageId, embedding: embeddingOf(i) })), missing };
    const done = Math.min(start + BATCH_PHOTOS, imageIds.length);
    onProgress(done / imageIds.length, `${done} of ${imageIds.length} photos embedded`);
  }
}
