import { type Assortment, measureChurn, measureExposure, scaleQuery, type ShownProduct, TopStyles } from '#evaluation';
import { EMBEDDING_SIZE, type GenerationId, type ProductId, stableFraction } from '#foundation';
import type { GenerationStore, ProductVector } from '#generations';
import type { Database } from '#persistence';
import { packed } from './packed.js';

/** Pairs of products that are compared under each of both generations: some 6 s, up to 100,000 products. */
const MOST_PAIRS = 40_000_000;
/** As many are asked of larger catalogues: a share of them is right to .05. */
const LEAST_ASKED = 400;
/** Products read at once: 2.5 MB of vectors. */
const PRODUCTS_AT_ONCE = 5_000;
/** Decides which products are asked: always the same. */
const ORDER = 'churn';

/** A generation and the dial of its model. */
export interface ServedGeneration {
  id: GenerationId;
  dial: number;
}

/**
 * What product pages show under both generations: ten products of other styles, of the whole catalogue. Asked are all products, or
 * where there are many some that a hash picks; the catalogue is read block by block.
 */
export async function compareTopTens(
  { generations, index }: Pick<Database, 'generations' | 'index'>,
  active: ServedGeneration,
  candidate: ServedGeneration,
) {
  const { asked: wanted, assortment } = await askedOf(generations, candidate.id);
  const ids = wanted.map(({ productId }) => productId as ProductId);
  const vectors = await Promise.all([index.embeddings(active.id, ids), index.embeddings(candidate.id, ids)]);
  const asked = wanted.filter(({ productId }) => vectors.every((found) => found.has(productId as ProductId)));
  const before = await topTens(generations, active, asked, vectors[0]);
  const after = await topTens(generations, candidate, asked, vectors[1]);
  return {
    churn: measureChurn(asked, assortment.products, before, after),
    exposure: measureExposure(assortment, before, after),
  };
}

/** What is for sale, and the products whose neighbours are looked for. */
async function askedOf(generations: GenerationStore, id: GenerationId) {
  const categories = new Map<string | null, number>();
  const brands = new Map<string | null, number>();
  const order: { product: ShownProduct; at: number }[] = [];
  let products = 0;
  for await (const page of pagesOf(generations, id)) {
    products += page.length;
    for (const { embedding: _, ...product } of page) {
      categories.set(product.category, (categories.get(product.category) ?? 0) + 1);
      brands.set(product.brand, (brands.get(product.brand) ?? 0) + 1);
      order.push({ product, at: stableFraction(product.productId, ORDER) });
    }
  }
  const most = Math.max(LEAST_ASKED, Math.floor(MOST_PAIRS / Math.max(1, products)));
  const asked = order
    .sort((a, b) => a.at - b.at)
    .slice(0, most)
    .map(({ product }) => product);
  const assortment: Assortment = { products, categories, brands };
  return { asked, assortment };
}

async function topTens(
  generations: GenerationStore,
  { id, dial }: ServedGeneration,
  asked: ShownProduct[],
  vectors: ReadonlyMap<string, Float32Array>,
): Promise<ShownProduct[][]> {
  const queries = scaleQuery(packed(asked.map(({ productId }) => vectors.get(productId)!)), dial);
  const top = new TopStyles(asked, queries, EMBEDDING_SIZE);
  for await (const page of pagesOf(generations, id)) {
    const products = page.map(({ embedding: _, ...product }) => product);
    top.add(products, packed(page.map(({ embedding }) => embedding)));
  }
  return top.results();
}

async function* pagesOf(generations: GenerationStore, id: GenerationId): AsyncGenerator<ProductVector[]> {
  let after: ProductId | null = null;
  for (;;) {
    const page: ProductVector[] = await generations.productPage(id, after, PRODUCTS_AT_ONCE);
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)!.productId;
  }
}
