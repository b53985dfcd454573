import type { GenerationId, ProductId, StyleId } from '#foundation';
import type { ProductCard } from './catalog-reader.js';
import { innerProduct } from './parts.js';
import type { ProductFilter } from './product-filter.js';
import type { Neighbour, NeighbourAnswer, NeighbourQuery, VectorIndex } from './vector-index.js';

/** A product as an index knows it. */
export interface IndexedProduct {
  generation: GenerationId;
  card: ProductCard;
  embedding: Float32Array; // [128]
}

/** Whether a product passes a filter. */
function passesFilter(card: ProductCard, filter: ProductFilter): boolean {
  const paid = card.salePrice ?? card.price;
  const { category, gender, minPrice, maxPrice, inStock } = filter;
  if (category !== undefined && card.category !== category) return false;
  if (gender !== undefined && !gender.some((wanted) => wanted.toLowerCase() === card.gender?.toLowerCase()))
    return false;
  if (minPrice !== undefined && (paid === null || paid < minPrice)) return false;
  if (maxPrice !== undefined && (paid === null || paid > maxPrice)) return false;
  return inStock === undefined || card.inStock === inStock;
}

/**
 * Searches every product, in memory. The oracle that other indexes are held against, and enough for small catalogues:
 * about a millisecond per 10,000 products.
 */
export class ExactIndex implements VectorIndex {
  constructor(private readonly products: readonly IndexedProduct[]) {}

  async search(question: NeighbourQuery): Promise<NeighbourAnswer> {
    const excludedProducts = new Set<ProductId>(question.excludeProducts);
    const excludedStyles = new Set<StyleId>(question.excludeStyles);
    const matching = this.products
      .filter(
        ({ generation, card }) =>
          generation === question.generation &&
          !excludedProducts.has(card.productId) &&
          !excludedStyles.has(card.styleId) &&
          passesFilter(card, question.filter),
      )
      .map(({ card: { productId, styleId }, embedding }): Neighbour => {
        return { productId, styleId, embedding, similarity: innerProduct(question.query, embedding) };
      })
      .sort((a, b) => b.similarity - a.similarity || (a.productId < b.productId ? -1 : 1));
    const neighbours = question.onePerStyle ? bestOfEachStyle(matching) : matching;
    return { neighbours: neighbours.slice(0, question.count), plan: 'exact', matching: matching.length };
  }

  async embeddings(generation: GenerationId, products: ProductId[]): Promise<Map<ProductId, Float32Array>> {
    const wanted = new Set(products);
    const found = this.products.filter(
      (product) => product.generation === generation && wanted.has(product.card.productId),
    );
    return new Map(found.map(({ card, embedding }) => [card.productId, embedding]));
  }
}

/** @param neighbours best first */
function bestOfEachStyle(neighbours: Neighbour[]): Neighbour[] {
  const seen = new Set<StyleId>();
  return neighbours.filter(({ styleId }) => !seen.has(styleId) && seen.add(styleId));
}
