import type { GenerationId, ImageId, ProductId } from '#foundation';

/** A photo of a product, found near a query. A photo that several products share comes once for each of them. */
export interface PhotoNeighbour {
  imageId: ImageId;
  productId: ProductId;
  /** As stored: shape and colour, each of unit length, unscaled. */
  embedding: Float32Array; // [128]
  /** Inner product of the query, as it was given, and the embedding; larger is nearer. */
  similarity: number;
}

/** Where embeddings of photos are searched. Implementations pass test/conformance/photo-index.ts. */
export interface PhotoIndex {
  /**
   * The nearest photos of active products, best first; equal similarities by image id, then product id, ascending.
   *
   * @param query `[128]`, scaled as the asker likes
   * @param count most to return; at least 1
   */
  nearestPhotos(generation: GenerationId, query: Float32Array, count: number): Promise<PhotoNeighbour[]>;
  /** The stored embeddings of these photos, of active products or not; what has none is absent from the map. */
  photoEmbeddings(generation: GenerationId, images: ImageId[]): Promise<Map<ImageId, Float32Array>>;
}
