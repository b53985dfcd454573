import { Random } from '#foundation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCategorySampler } from './category-sampler.js';
import { createProductSampler } from './product-sampler.js';
import type { Sampler, SamplerPool } from './sampler.js';
import { createStyleSampler } from './style-sampler.js';
import { createTurns } from './turns.js';

const SETTINGS = { stylesPerBatch: 4, productsPerStyle: 2, photosPerProduct: 2 };

interface Shop extends SamplerPool {
  rows: number[];
}

/** A shop of styles with some products each, of products with some photos each; photos in any order. */
function shopOf(styles: { category: number; photosOfProducts: number[] }[]): Shop {
  const [product, style, category]: number[][] = [[], [], []];
  let products = 0;
  styles.forEach((of, at) => {
    for (const photos of of.photosOfProducts) {
      for (let photo = 0; photo < photos; photo += 1) {
        product?.push(products);
        style?.push(at);
        category?.push(of.category);
      }
      products += 1;
    }
  });
  return {
    rows: new Random(1).shuffled((product ?? []).map((_, row) => row)),
    product: Int32Array.from(product ?? []),
    style: Int32Array.from(style ?? []),
    category: Int32Array.from(category ?? []),
  };
}

/** Any shop: categories from -1, unknown, to 3; products with one photo and more. */
const shops = fc
  .array(
    fc.record({
      category: fc.integer({ min: -1, max: 3 }),
      photosOfProducts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 15 },
  )
  .map(shopOf);
const settingsOf = fc.record({
  stylesPerBatch: fc.integer({ min: 2, max: 6 }),
  productsPerStyle: fc.integer({ min: 1, max: 3 }),
  photosPerProduct: fc.integer({ min: 1, max: 3 }),
});

const regular = shopOf(Array.from({ length: 10 }, (_, at) => ({ category: at % 2, photosOfProducts: [3, 3] })));

const count = <Item>(items: Iterable<Item>) => new Set(items).size;
const batches = (sampler: Sampler, draws: number) => Array.from({ length: draws }, () => [...sampler.next()]);

/** How often each label comes up, counting a label once a batch. */
function timesDrawn(drawn: number[][], labels: Int32Array): Map<number, number> {
  const times = new Map<number, number>();
  for (const batch of drawn) {
    for (const label of new Set(batch.map((row) => labels[row] as number))) {
      times.set(label, (times.get(label) ?? 0) + 1);
    }
  }
  return times;
}

const samplers = [
  { name: 'createStyleSampler', label: 'style', create: createStyleSampler },
  { name: 'createCategorySampler', label: 'style', create: createCategorySampler },
  {
    name: 'createProductSampler',
    label: 'product',
    create: (pool: SamplerPool, settings: typeof SETTINGS, random: Random) =>
      createProductSampler(pool, { productsPerBatch: settings.stylesPerBatch, ...settings }, random),
  },
] as const;

describe.each(samplers)('$name', ({ label, create }) => {
  it('repeats no photo in a batch, and keeps to P, M and K', () => {
    fc.assert(
      fc.property(shops, settingsOf, fc.integer(), (shop, settings, seed) => {
        for (const batch of batches(create(shop, settings, new Random(seed)), 6)) {
          expect(batch.length).toBeGreaterThan(0);
          expect(count(batch)).toBe(batch.length);
          expect(count(batch.map((row) => shop[label][row]))).toBeLessThanOrEqual(settings.stylesPerBatch);
          for (const product of new Set(batch.map((row) => shop.product[row]))) {
            const photos = shop.product.filter((other) => other === product).length;
            const drawn = batch.filter((row) => shop.product[row] === product).length;
            expect(drawn).toBe(Math.min(photos, settings.photosPerProduct));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it(`draws every ${label} once before any is drawn again`, () => {
    fc.assert(
      fc.property(shops, settingsOf, fc.integer(), (shop, settings, seed) => {
        const sampler = create(shop, settings, new Random(seed));
        const labels = count(shop[label]);
        const drawn: number[][] = [];
        for (let draw = 0; draw < 3 * labels; draw += 1) {
          drawn.push([...sampler.next()]);
          const times = timesDrawn(drawn, shop[label]);
          const all = [...new Set(shop[label])].map((of) => times.get(of) ?? 0);
          expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('draws from the given rows only', () => {
    const some = regular.rows.filter((row) => row % 3 === 0);
    for (const batch of batches(create({ ...regular, rows: some }, SETTINGS, new Random(4)), 10)) {
      expect(batch.every((row) => some.includes(row))).toBe(true);
    }
  });

  it('comes to every photo in time', () => {
    const drawn = batches(create(regular, SETTINGS, new Random(5)), 200).flat();
    expect(count(drawn)).toBe(regular.rows.length);
  });

  it('repeats itself with the same seed and differs with another', () => {
    const draws = (seed: number) => batches(create(regular, SETTINGS, new Random(seed)), 5);
    expect(draws(5)).toEqual(draws(5));
    expect(draws(5)).not.toEqual(draws(6));
  });

  it('gives empty batches where there is nothing to draw', () => {
    expect(create({ ...regular, rows: [] }, SETTINGS, new Random(1)).next()).toHaveLength(0);
  });
});

describe('createStyleSampler', () => {
  it('draws P styles, M products and K photos where there are as many', () => {
    for (const batch of batches(createStyleSampler(regular, SETTINGS, new Random(1)), 20)) {
      expect(batch).toHaveLength(4 * 2 * 2);
      expect(count(batch.map((row) => regular.style[row]))).toBe(4);
      expect(count(batch.map((row) => regular.product[row]))).toBe(4 * 2);
    }
  });

  it('draws whole batches even where a round ends inside one', () => {
    const settings = { ...SETTINGS, stylesPerBatch: 7 };
    for (const batch of batches(createStyleSampler(regular, settings, new Random(2)), 20)) {
      expect(count(batch.map((row) => regular.style[row]))).toBe(7);
    }
  });

  it('gives what there is when styles, products or photos are fewer than asked for', () => {
    const { next } = createStyleSampler(
      regular,
      { stylesPerBatch: 99, productsPerStyle: 9, photosPerProduct: 9 },
      new Random(3),
    );
    expect([...next()].sort((a, b) => a - b)).toEqual([...regular.rows].sort((a, b) => a - b));
  });
});

describe('createProductSampler', () => {
  it('draws P products and K photos of each', () => {
    const settings = { productsPerBatch: 6, photosPerProduct: 2 };
    for (const batch of batches(createProductSampler(regular, settings, new Random(1)), 20)) {
      expect(batch).toHaveLength(6 * 2);
      expect(count(batch.map((row) => regular.product[row]))).toBe(6);
    }
  });

  it('draws a product with a single photo once, as a negative', () => {
    const shop = shopOf([
      { category: 0, photosOfProducts: [1, 3] },
      { category: 0, photosOfProducts: [1] },
    ]);
    const [batch = []] = batches(
      createProductSampler(shop, { productsPerBatch: 3, photosPerProduct: 2 }, new Random(1)),
      1,
    );
    expect(batch.map((row) => shop.product[row]).sort()).toEqual([0, 1, 1, 2]);
  });
});

describe('createCategorySampler', () => {
  it('draws each batch from one category; those without one, or alone in theirs, are drawn together', () => {
    fc.assert(
      fc.property(shops, settingsOf, fc.integer(), (shop, settings, seed) => {
        const stylesOf = (category: number) =>
          count(shop.rows.filter((row) => shop.category[row] === category).map((row) => shop.style[row]));
        const kindOf = (row: number) => {
          const category = shop.category[row] as number;
          return category < 0 || stylesOf(category) < 2 ? 'rest' : category;
        };
        for (const batch of batches(createCategorySampler(shop, settings, new Random(seed)), 8)) {
          expect(count(batch.map(kindOf))).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('cuts a category larger than P into batches of about equal size', () => {
    const shop = shopOf(Array.from({ length: 9 }, () => ({ category: 0, photosOfProducts: [1] })));
    const sizes = batches(createCategorySampler(shop, SETTINGS, new Random(1)), 3).map((batch) => batch.length);
    expect(sizes).toEqual([3, 3, 3]);
  });
});

describe('createTurns', () => {
  const named = (name: number) => ({ next: () => Int32Array.of(name) });

  it('gives each sampler its share of any number of batches, to within one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }), (shares) => {
        const turns = createTurns(shares.map((share, name) => ({ sampler: named(name), share })));
        const whole = shares.reduce((sum, share) => sum + share, 0);
        const drawn = shares.map(() => 0);
        for (let batch = 1; batch <= 200; batch += 1) {
          const name = turns.next()[0] ?? -1;
          drawn[name] = (drawn[name] ?? 0) + 1;
        }
        shares.forEach((share, name) => {
          expect(Math.abs((drawn[name] ?? 0) - (200 * share) / whole)).toBeLessThanOrEqual(shares.length);
        });
      }),
    );
  });

  it('takes turns evenly between equals', () => {
    const turns = createTurns([0, 1].map((name) => ({ sampler: named(name), share: 7 })));
    expect(Array.from({ length: 6 }, () => turns.next()[0])).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('is the sampler itself where there is one', () => {
    const alone = createTurns([{ sampler: createStyleSampler(regular, SETTINGS, new Random(1)), share: 1 }]);
    expect(batches(alone, 3)).toEqual(batches(createStyleSampler(regular, SETTINGS, new Random(1)), 3));
  });
});
