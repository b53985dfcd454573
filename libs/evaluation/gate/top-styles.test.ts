import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureChurn } from './churn.js';
import { gini, measureExposure } from './exposure.js';
import { type ShownProduct, TopStyles } from './top-styles.js';

const product = (productId: string, styleId = productId, category: string | null = null): ShownProduct => ({
  ...{ productId, styleId, category, brand: null },
});

/** Every product of another style, best first, the first of each style, ten. */
function naive(asked: ShownProduct, query: number[], products: ShownProduct[], vectors: number[][]): string[] {
  const scored = products
    .map((candidate, at) => ({ candidate, score: query.reduce((sum, q, d) => sum + q * vectors[at]![d]!, 0) }))
    .filter(({ candidate }) => candidate.styleId !== asked.styleId)
    .sort((a, b) => b.score - a.score);
  return scored
    .filter(({ candidate }, at) => scored.findIndex((one) => one.candidate.styleId === candidate.styleId) === at)
    .slice(0, 10)
    .map(({ candidate }) => candidate.productId);
}

describe('TopStyles', () => {
  it('finds what sorting everything finds, whatever the blocks', () => {
    // Distinct coordinates, so that nothing ties.
    const shop = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(shop, fc.integer({ min: 1, max: 25 }), fc.integer({ min: 2, max: 20 }), (values, block, styles) => {
        const products = values.map((value, at) => product(`p${at}`, `s${value % styles}`));
        const vectors = values.map((value) => [value / 1024]);
        const asked = products.slice(0, 3);
        const top = new TopStyles(
          asked,
          Float32Array.from(asked, () => 1),
          1,
        );
        for (let at = 0; at < products.length; at += block) {
          const part = vectors.slice(at, at + block).flat();
          top.add(products.slice(at, at + block), Float32Array.from(part));
        }
        const found = top.results().map((list) => list.map(({ productId }) => productId));
        expect(found).toEqual(asked.map((one) => naive(one, [1], products, vectors)));
      }),
    );
  });
});

describe('churn and exposure', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => product(id, id, id < 'c' ? 'tops' : 'shoes')) as [
    ShownProduct,
    ShownProduct,
    ShownProduct,
    ShownProduct,
  ];
  const before = [
    [b, c],
    [a, c],
  ];
  const after = [
    [c, b],
    [d, c],
  ];

  it('counts what top tens hold, not in which order', () => {
    const churn = measureChurn([a, b], 4, before, after);
    expect(churn).toMatchObject({ products: 4, asked: 2, changedShare: 1 / 2, meanOverlap: (1 + 1 / 2) / 2 });
    expect(churn.examples).toEqual([{ productId: 'b', overlap: 1 / 2, before: ['a', 'c'], after: ['d', 'c'] }]);
  });

  it('says who gains and who loses places', () => {
    const categories = new Map([
      ['tops', 2],
      ['shoes', 2],
    ]);
    const exposure = measureExposure({ products: 4, categories, brands: new Map() }, before, after);
    expect(exposure.before.shown).toBe(3);
    expect(exposure.categories.find(({ name }) => name === 'shoes')).toMatchObject({ before: 2 / 4, after: 3 / 4 });
    expect(exposure.gainers).toEqual([{ productId: 'd', before: 0, after: 1 }]);
    expect(exposure.losers).toEqual([{ productId: 'a', before: 1, after: 0 }]);
  });

  it('has the Gini coefficients of textbooks', () => {
    expect(gini([3, 3, 3], 3)).toBeCloseTo(0, 12);
    // One of four has all: (n - 1) / n.
    expect(gini([8], 4)).toBeCloseTo(3 / 4, 12);
    // (2 (1 * 1 + 2 * 2 + 3 * 3)) / (3 * 6) - 4 / 3
    expect(gini([2, 1, 3], 3)).toBeCloseTo(28 / 18 - 4 / 3, 12);
    expect(gini([], 5)).toBe(0);
  });
});
