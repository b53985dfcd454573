import type { GenerationId, ProductId, StyleId } from '#foundation';
import type { ProductFilter } from './product-filter.js';

/** A product found near a query. */
export interface Neighbour {
  productId: ProductId;
  styleId: StyleId;
  /** As stored: shape and colour, each of unit length, unscaled. */
  embedding: Float32Array; // [128]
  /** Inner product of the (dial-scaled) query and the stored embedding; larger is nearer. */
  similarity: number;
}

/** One nearest-neighbour question. */
export interface NeighbourQuery {
  generation: GenerationId;
  /** Already scaled by the dial, see `scaleQuery`. */
  query: Float32Array; // [128]
  /** Most neighbours to return; at least 1. */
  count: number;
  filter: ProductFilter;
  excludeProducts: ProductId[];
  excludeStyles: StyleId[];
  /** Keep the best product of each style only. */
  onePerStyle: boolean;
}

/** What came of a question. */
export interface NeighbourAnswer {
  /** Best first; equal similarities by product id, ascending. Fewer than `count` only when no more match. */
  neighbours: Neighbour[];
  /** How it was searched: every matching product, or the approximate index. */
  plan: 'exact' | 'hnsw';
  /** Products that pass filter and exclusions, where the plan had to count them. */
  matching: number | null;
}

/** Where product embeddings are searched. Implementations pass test/conformance/vector-index.ts. */
export interface VectorIndex {
  search(question: NeighbourQuery): Promise<NeighbourAnswer>;
  /** The stored embeddings of these products; what has none is absent from the map. */
  embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>>;
}
