import { categoryPath } from '#filters';
import type { ProductCard } from '../catalog-reader.js';
import type { Membership } from './membership.js';
import type { Rule } from './rule.js';

/** What a question is about, as far as rules ask. */
export interface Occasion {
  /** The product asked about, or that a photo was found to show. */
  about: readonly ProductCard[];
  /** That the request names; null: none. */
  category: string | null;
  scenario: string | null;
  now: Date;
}

/** Whether the conditions hold that need no look at the catalogue: all but that the product passes a filter. */
export function mayHold({ when }: Rule, { about, category, scenario, now }: Occasion): boolean {
  if (when.scenarios !== null && (scenario === null || !when.scenarios.has(scenario))) return false;
  if ((when.from !== null && now < when.from) || (when.until !== null && now >= when.until)) return false;
  if (when.product !== null) {
    const { product } = when;
    if (!about.some(({ productId }) => 'filter' in product || product.products.has(productId))) return false;
  }
  if (when.category === null) return true;
  const wanted = categoryPath(when.category);
  return [category, ...about.map((card) => card.category)].some(
    (one) => one !== null && categoryPath(one).startsWith(wanted),
  );
}

/** Whether the condition on the product holds. @param membership knows its filter of `about` */
export function holdsOfProduct({ when: { product } }: Rule, { about }: Occasion, membership: Membership): boolean {
  return product === null || about.some(({ productId }) => membership.holds(product, productId));
}
