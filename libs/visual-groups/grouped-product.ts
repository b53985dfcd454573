import type { GenerationId, ProductId, StyleId } from '#foundation';

/** A product with what it is grouped and named by. */
export interface GroupedProduct {
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
  colour: string | null;
  brand: string | null;
  embedding: Float32Array; // [128]
}

/** The port to the active products of a generation. Implemented by #persistence. */
export interface GroupedProductStore {
  /** Those with a vector, by product id. */
  groupedProducts(generation: GenerationId): Promise<GroupedProduct[]>;
}
