import type { Filter } from '#filters';
import type { GenerationId, ProductId, StyleId } from '#foundation';

/** Raises, or with a negative weight lowers, what passes a filter. */
export interface Boost {
  filter: Filter;
  /** Added to the similarity of each product that passes, in [-1, 1]. */
  weight: number;
}

/** A product found near a query. */
export interface Neighbour {
  productId: ProductId;
  styleId: StyleId;
  /** As stored: shape and colour, each of unit length, unscaled. */
  embedding: Float32Array; // [128]
  /** Inner product of the (dial-scaled) query and the stored embedding; larger is nearer. */
  similarity: number;
  /** Sum of the weights of the boosts that it passes. */
  boost: number;
}

/** One nearest-neighbour question. */
export interface NeighbourQuery {
  generation: GenerationId;
  /** Already scaled by the dial, see `scaleQuery`. */
  query: Float32Array; // [128]
  /** Most neighbours to return; at least 1. */
  count: number;
  /** null: everything. */
  filter: Filter | null;
  /** The ages that filters ask for count from here. */
  now: Date;
  boosts: Boost[];
  /** Least similarity, boosts not counted; null: any. */
  minimumSimilarity: number | null;
  excludeProducts: ProductId[];
  excludeStyles: StyleId[];
  /** Keep the best product of each style only. */
  onePerStyle: boolean;
}

/** What came of a question. */
export interface NeighbourAnswer<Found extends Neighbour = Neighbour> {
  /**
   * By similarity and boost together, best first; equal ones by product id, ascending. Fewer than `count` only when no more
   * match.
   */
  neighbours: Found[];
  /** How it was searched: every matching product, or the approximate index. */
  plan: 'exact' | 'hnsw';
  /** Products that pass filter, exclusions and least similarity, where the plan had to count them. */
  matching: number | null;
}

/** Where product embeddings are searched. Implementations pass test/conformance/vector-index.ts. */
export interface VectorIndex {
  search(question: NeighbourQuery): Promise<NeighbourAnswer>;
  /** The stored embeddings of these products; what has none is absent from the map. */
  embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>>;
}

/** Best first, as every index answers; sorts in place. Of each style the best alone where that is asked for. */
export function rankNeighbours(
  found: Neighbour[],
  { count, onePerStyle }: Pick<NeighbourQuery, 'count' | 'onePerStyle'>,
): Neighbour[] {
  const score = ({ similarity, boost }: Neighbour) => similarity + boost;
  const ranked = found.sort((a, b) => score(b) - score(a) || (a.productId < b.productId ? -1 : 1));
  const styles = new Set<StyleId>();
  const kept = onePerStyle ? ranked.filter(({ styleId }) => !styles.has(styleId) && styles.add(styleId)) : ranked;
  return kept.slice(0, count);
}
