import type { ProductId, StyleId } from '#foundation';
import type { Spread } from './asked.js';
import { scaleQuery } from './parts.js';
import { inTurn } from './places.js';
import type { Relevance, ShopperProfile } from './shopper-profile.js';
import type { Neighbour, NeighbourAnswer, NeighbourQuery, VectorIndex } from './vector-index.js';

/** A product that suits a profile, and why. Its `total` counts its boost, and what having been shown takes. */
export interface ProfileNeighbour extends Neighbour, Omit<Relevance, 'similarity'> {
  /** What having been shown takes, 0 or more. */
  takenByShowing: number;
}

/** How what is found is put in order. */
interface Ordering {
  /**
   * Nearest products of each interest that are ordered together: what is lowered falls behind others of these, and no
   * further. The same on all pages of an answer.
   */
  band: number;
  /** What having been shown takes from each product. */
  shown: ReadonlyMap<ProductId, number>;
  /** Categories of products, where a purchase lowers one. */
  categoriesOf: (products: ProductId[]) => Promise<ReadonlyMap<ProductId, string | null>>;
  /** Of one interest's products. */
  spread: Spread;
}

/**
 * Searches each interest of a profile by itself, all at once, and gives each its share of the places. A product is its most
 * similar interest's.
 *
 * The nearest `band` of each interest come first, then the next, and so on: an answer that is asked for more only grows at
 * its end, and its pages neither repeat nor miss a product.
 *
 * @param question but for its query
 * @returns neighbours in the order of the places; all that were found, at least `count` where so many match
 */
export async function searchForProfile(
  index: VectorIndex,
  profile: ShopperProfile,
  dial: number,
  question: Omit<NeighbourQuery, 'query'>,
  { band, shown, categoriesOf, spread }: Ordering,
): Promise<NeighbourAnswer<ProfileNeighbour>> {
  const count = band * Math.ceil(question.count / band);
  const answers = await Promise.all(
    profile.interests.map(({ embedding }) => index.search({ ...question, count, query: scaleQuery(embedding, dial) })),
  );
  const found = new Map(answers.flatMap(({ neighbours }) => neighbours.map((near) => [near.productId, near])));
  const categories = profile.takesByCategory ? await categoriesOf([...found.keys()]) : null;
  const weights = profile.interests.map(({ weight }) => weight);
  const metProducts = new Set<ProductId>();
  const metStyles = new Set<StyleId>();
  const neighbours: ProfileNeighbour[] = [];
  for (let start = 0; start < count; start += band) {
    const next = answers
      .flatMap((answer) => answer.neighbours.slice(start, start + band))
      .filter(({ productId }) => !metProducts.has(productId) && metProducts.add(productId));
    const suited = next.flatMap((neighbour): ProfileNeighbour[] => {
      const { productId, embedding, boost } = neighbour;
      const relevance = profile.relevanceOf({ embedding, category: categories?.get(productId) ?? null });
      if (relevance === null) return [];
      const takenByShowing = shown.get(productId) ?? 0;
      return [{ ...neighbour, ...relevance, total: relevance.total + boost - takenByShowing, takenByShowing }];
    });
    suited.sort((a, b) => b.total - a.total || (a.productId < b.productId ? -1 : 1));
    const kept = question.onePerStyle
      ? suited.filter(({ styleId }) => !metStyles.has(styleId) && metStyles.add(styleId))
      : suited;
    const apart = weights.flatMap((_, interest) =>
      spread(
        kept.filter((one) => one.interest === interest),
        ({ total }) => total,
      ),
    );
    neighbours.push(...inTurn(apart, weights));
  }
  // Each interest has its own products that are similar enough.
  const counted = question.minimumSimilarity === null ? answers.find((answer) => answer.matching !== null) : undefined;
  const plan = answers.some((answer) => answer.plan === 'hnsw') ? 'hnsw' : 'exact';
  return { neighbours, plan, matching: counted?.matching ?? null };
}
