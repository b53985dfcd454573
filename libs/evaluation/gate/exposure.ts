import type { Judgement } from './judgement.js';
import type { ShownProduct } from './top-styles.js';

/** Of each kind, what is told: those that gain or lose most. */
const SHOWN = 10;

/** Products for sale, in all and by what they are sorted by. */
export interface Assortment {
  products: number;
  categories: ReadonlyMap<string | null, number>;
  brands: ReadonlyMap<string | null, number>;
}

type Appearances = ShownProduct & { before: number; after: number };

/** Who appears in top tens, before and after: a model may find as much as another and hide half of the shop. */
export function measureExposure(
  { products, categories, brands }: Assortment,
  before: ShownProduct[][],
  after: ShownProduct[][],
): Judgement['exposure'] {
  const seen = new Map<string, Appearances>();
  const count = (lists: ShownProduct[][], when: 'before' | 'after') => {
    for (const product of lists.flat()) {
      const known = seen.get(product.productId) ?? { ...product, before: 0, after: 0 };
      known[when] += 1;
      seen.set(product.productId, known);
    }
  };
  count(before, 'before');
  count(after, 'after');
  const all = [...seen.values()];
  const figures = (when: 'before' | 'after') => ({
    shown: all.filter((product) => product[when] > 0).length,
    gini: gini(
      all.map((product) => product[when]),
      products,
    ),
  });
  const shifted = all
    .map(({ productId, before: old, after: fresh }) => ({ productId, before: old, after: fresh }))
    .sort((a, b) => b.after - b.before - (a.after - a.before) || (a.productId < b.productId ? -1 : 1));
  return {
    ...{ before: figures('before'), after: figures('after') },
    categories: sharesOf(all, categories, ({ category }) => category),
    brands: sharesOf(all, brands, ({ brand }) => brand),
    gainers: shifted.filter((one) => one.after > one.before).slice(0, SHOWN),
    losers: shifted
      .filter((one) => one.after < one.before)
      .reverse()
      .slice(0, SHOWN),
  };
}

/** Shares of the places, the largest shifts first. */
function sharesOf(
  all: readonly Appearances[],
  assortment: ReadonlyMap<string | null, number>,
  nameOf: (product: ShownProduct) => string | null,
): Judgement['exposure']['categories'] {
  const places = { before: 0, after: 0 };
  const byName = new Map([...assortment.keys()].map((name) => [name, { before: 0, after: 0 }]));
  for (const product of all) {
    const own = byName.get(nameOf(product)) ?? { before: 0, after: 0 };
    byName.set(nameOf(product), own);
    for (const when of ['before', 'after'] as const) {
      own[when] += product[when];
      places[when] += product[when];
    }
  }
  return [...byName]
    .map(([name, { before, after }]) => ({
      ...{ name, products: assortment.get(name) ?? 0 },
      ...{ before: before / Math.max(1, places.before), after: after / Math.max(1, places.after) },
    }))
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before) || b.products - a.products)
    .slice(0, SHOWN);
}

/** Gini coefficient of counts, with as many zeros as are missing to `total`. */
export function gini(counts: number[], total: number): number {
  const ascending = counts.filter((count) => count > 0).sort((a, b) => a - b);
  const sum = ascending.reduce((a, b) => a + b, 0);
  if (sum === 0 || total === 0) return 0;
  const zeros = total - ascending.length;
  const weighted = ascending.reduce((so, count, at) => so + (zeros + at + 1) * count, 0);
  return (2 * weighted) / (total * sum) - (total + 1) / total;
}
