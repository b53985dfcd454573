import type { GenerationId, ImageId, ProductId } from '#foundation';
import { innerProduct } from './parts.js';
import type { PhotoIndex, PhotoNeighbour } from './photo-index.js';

/** A photo as an index knows it. */
export interface IndexedPhoto {
  generation: GenerationId;
  imageId: ImageId;
  /** Active products that show it. */
  products: ProductId[];
  embedding: Float32Array; // [128]
}

/** Searches every photo, in memory: the oracle that other indexes are held against. */
export class ExactPhotoIndex implements PhotoIndex {
  constructor(private readonly photos: readonly IndexedPhoto[]) {}

  async nearestPhotos(generation: GenerationId, query: Float32Array, count: number): Promise<PhotoNeighbour[]> {
    return this.photos
      .filter((photo) => photo.generation === generation)
      .flatMap(({ imageId, products, embedding }) => {
        const similarity = innerProduct(query, embedding);
        return products.map((productId): PhotoNeighbour => ({ imageId, productId, embedding, similarity }));
      })
      .sort((a, b) => b.similarity - a.similarity || compare(a.imageId, b.imageId) || compare(a.productId, b.productId))
      .slice(0, count);
  }

  async photoEmbeddings(generation: GenerationId, images: ImageId[]): Promise<Map<ImageId, Float32Array>> {
    const wanted = new Set(images);
    const found = this.photos.filter((photo) => photo.generation === generation && wanted.has(photo.imageId));
    return new Map(found.map(({ imageId, embedding }) => [imageId, embedding]));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
