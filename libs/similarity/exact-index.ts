import { type FilterFacts, passesFilter } from '#filters';
import type { GenerationId, ProductId, StyleId } from '#foundation';
import type { ProductCard } from './catalog-reader.js';
import { innerProduct } from './parts.js';
import {
  type Neighbour,
  type NeighbourAnswer,
  type NeighbourQuery,
  rankNeighbours,
  type VectorIndex,
} from './vector-index.js';

/** A product as an index knows it. */
export interface IndexedProduct {
  generation: GenerationId;
  card: ProductCard;
  facts: FilterFacts;
  embedding: Float32Array; // [128]
}

/**
 * Searches every product, in memory. The oracle that other indexes are held against, and enough for small catalogues:
 * about a millisecond per 10,000 products.
 */
export class ExactIndex implements VectorIndex {
  constructor(private readonly products: readonly IndexedProduct[]) {}

  async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const { filter, boosts, now } = question;
    const excludedProducts = new Set<ProductId>(question.excludeProducts);
    const excludedStyles = new Set<StyleId>(question.excludeStyles);
    const matching = this.products
      .filter(
        ({ generation, card, facts }) =>
          generation === question.generation &&
          !excludedProducts.has(card.productId) &&
          !excludedStyles.has(card.styleId) &&
          (filter === null || passesFilter(facts, filter, now)),
      )
      .map(({ card: { productId, styleId }, facts, embedding }): Neighbour => {
        const passed = boosts.map((boost) => (passesFilter(facts, boost.filter, now) ? boost.weight : 0));
        const boost = passed.reduce((sum, weight) => sum + weight, 0);
        return { productId, styleId, embedding, similarity: innerProduct(question.query, embedding), boost };
      })
      .filter(({ similarity }) => similarity >= (question.minimumSimilarity ?? -Infinity));
    return { neighbours: rankNeighbours(matching, question), plan: 'exact', matching: matching.length };
  }

  async embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>> {
    const wanted = new Set(products);
    const found = this.products.filter(
      (product) => product.generation === generation && wanted.has(product.card.productId),
    );
    return new Map(found.map(({ card, embedding }) => [card.productId, embedding]));
  }
}
