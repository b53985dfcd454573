import { EMBEDDING_SIZE, SHAPE_SIZE } from '#foundation';
import { PRODUCTS_A_STYLE, productId, type Shop, type ShopFilter } from './shop.js';

/**
 * The nearest in stock that pass, every product compared, in float64: what the API's answers are held against. The
 * product's own style is left out, as there.
 *
 * @param dial t: `(1 - t) shape + t colour`
 */
export function exactNearest(shop: Shop, product: number, dial: number, filter: ShopFilter, count: number): string[] {
  const query = shop.embeddingOf(product);
  const style = Math.floor(product / PRODUCTS_A_STYLE);
  const best: { other: number; similarity: number }[] = [];
  for (let other = 0; other < shop.size; other += 1) {
    const facts = shop.facts[other]!;
    if (!facts.inStock || !filter.passes(facts) || Math.floor(other / PRODUCTS_A_STYLE) === style) continue;
    const start = other * EMBEDDING_SIZE;
    let [shape, colour] = [0, 0];
    for (let i = 0; i < SHAPE_SIZE; i += 1) shape += query[i]! * shop.embeddings[start + i]!;
    for (let i = SHAPE_SIZE; i < EMBEDDING_SIZE; i += 1) colour += query[i]! * shop.embeddings[start + i]!;
    const similarity = (1 - dial) * shape + dial * colour;
    if (best.length === count && similarity <= best[count - 1]!.similarity) continue;
    const place = best.findIndex((one) => one.similarity < similarity);
    best.splice(place === -1 ? best.length : place, 0, { other, similarity });
    best.length = Math.min(best.length, count);
  }
  return best.map(({ other }) => productId(other));
}

/** The share of the true ones that were found; 1 where there are none. */
export function recallOf(found: string[], exact: string[]): number {
  if (exact.length === 0) return 1;
  const known = new Set(found);
  return exact.filter((id) => known.has(id)).length / exact.length;
}
