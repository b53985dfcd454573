import type { ImageId, ProductId } from '#foundation';
import { GenerationError } from './generation-error.js';
import type { CataloguePhoto, PhotoVector } from './generation.js';

/** How photos become embeddings: cached features, then a model. */
export interface PhotoEmbedder {
  /** Features of photos, one row an id that is not missing, in the order of `imageIds`. */
  features(imageIds: ImageId[]): Promise<{ features: Float32Array /* [n - missing, width] */; missing: ImageId[] }>;
  /** Embeddings of features, unit length by part. */
  embed(features: Float32Array /* [n, width] */): Promise<Float32Array /* [n, 128] */>;
}

/** Photos embedded together: large enough for the matrix product, small enough to stream (6 MB of features). */
const BATCH_PHOTOS = 1024;

/** Turns the photos of the catalogue into vectors, each once, and remembers which had no features. */
export class PhotoVectors {
  private readonly seenImages = new Set<ImageId>();
  private readonly seenProducts = new Set<ProductId>();
  private readonly missing: ImageId[] = [];

  constructor(private readonly embedder: PhotoEmbedder) {}

  /** Vectors of the photos that were not asked for before; null when there are none. */
  ofNew(
    photos: CataloguePhoto[],
    onProgress: (share: number, message: string) => void,
  ): AsyncIterable<PhotoVector> | null {
    const fresh = this.notSeen(photos);
    return fresh.size === 0 ? null : this.embedAll(fresh, onProgress);
  }

  /** @throws GenerationError `features-missing` when any photo had no features. */
  assertNothingMissing(): void {
    if (this.missing.length === 0) return;
    const total = this.seenImages.size;
    const message = `The features of ${this.missing.length} of ${total} photos are not in the cache.`;
    throw new GenerationError('features-missing', message, {
      value: this.missing.slice(0, 5),
      remedy: 'Import the feed again: it reads the photos whose features are gone. Then run `weft embed`.',
    });
  }

  /**
   * Photo to the products it is the main photo of. A product's photos come together, the main one first. A new product
   * that shares a photo embedded in an earlier round gets no vector here; the completeness check finds it.
   */
  private notSeen(photos: CataloguePhoto[]): Map<ImageId, ProductId[]> {
    const fresh = new Map<ImageId, ProductId[]>();
    for (const { imageId, productId } of photos) {
      const isKnown = this.seenImages.has(imageId);
      const isMain = !this.seenProducts.has(productId);
      this.seenImages.add(imageId);
      this.seenProducts.add(productId);
      const mainOf = fresh.get(imageId);
      if (mainOf === undefined && !isKnown) fresh.set(imageId, isMain ? [productId] : []);
      else if (isMain) mainOf?.push(productId);
    }
    return fresh;
  }

  private async *embedAll(
    fresh: Map<ImageId, ProductId[]>,
    onProgress: (share: number, message: string) => void,
  ): AsyncGenerator<PhotoVector> {
    const ids = [...fresh.keys()];
    for (let start = 0; start < ids.length; start += BATCH_PHOTOS) {
      const batch = ids.slice(start, start + BATCH_PHOTOS);
      const { features, missing } = await this.embedder.features(batch);
      this.missing.push(...missing);
      const absent = new Set(missing);
      const present = batch.filter((imageId) => !absent.has(imageId));
      if (present.length > 0) {
        const embeddings = await this.embedder.embed(features);
        const width = embeddings.length / present.length;
        for (const [i, imageId] of present.entries()) {
          const embedding = embeddings.subarray(i * width, (i + 1) * width);
          yield { imageId, embedding, mainOf: fresh.get(imageId) ?? [] };
        }
      }
      const done = Math.min(start + BATCH_PHOTOS, ids.length);
      onProgress(done / ids.length, `${done} of ${ids.length} photos embedded`);
    }
  }
}
