import fc from 'fast-check';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { type NaivePhoto, naiveRetrieval } from '../../test/support/naive/retrieval.js';
import { forEachInnerProducts } from './inner-products.js';
import { evaluateRetrieval, measureRetrieval, type Task } from './retrieval.js';
import type { RetrievalSet } from './retrieval-set.js';

function asSet(photos: NaivePhoto[]): RetrievalSet {
  return {
    products: photos.map((photo) => photo.product),
    styles: photos.map((photo) => photo.style),
    categories: photos.map((photo) => photo.category),
    genders: photos.map((photo) => photo.gender),
    imageIds: photos.map((photo) => photo.image),
    vectors: Float32Array.from(photos.flatMap((photo) => photo.vector)),
    lab: Float32Array.from(photos.flatMap((photo) => photo.lab)),
  };
}

/** A photo at an angle on the unit circle, so that nearness can be read off. */
function at(degrees: number, product: string, style: string, lab = [50, 0, 0]): NaivePhoto {
  const angle = (degrees * Math.PI) / 180;
  const vector = [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))];
  return { product, style, category: 'tops', gender: 'female', image: `${product}@${degrees}`, vector, lab };
}

const evaluate = (queries: NaivePhoto[], gallery = queries, seed = 1) =>
  evaluateRetrieval({
    queries: asSet(queries),
    gallery: asSet(gallery),
    dim: queries[0]?.vector.length ?? 2,
    random: new Random(seed),
  });

const DIM = 3;
const integer = fc.integer({ min: -20, max: 20 });
/** Whole-numbered vectors on purpose: they tie often. */
const photoList = fc
  .array(
    fc.record({
      style: fc.integer({ min: 0, max: 4 }),
      colour: fc.integer({ min: 0, max: 2 }),
      image: fc.integer({ min: 0, max: 60 }),
      category: fc.constantFrom('tops', 'shoes', null),
      gender: fc.constantFrom('male', 'female', null),
      vector: fc.array(integer, { minLength: DIM, maxLength: DIM }),
      lab: fc.array(integer, { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ style, colour, image, ...rest }) => ({
      ...rest,
      style: `s${style}`,
      product: `s${style}-${colour}`,
      image: `i${image}`,
    })),
  );

describe('evaluateRetrieval', () => {
  it('equals the naive ranking, leave-one-out and with a gallery of its own', () => {
    fc.assert(
      fc.property(photoList, photoList, (photos, gallery) => {
        expect(withoutIntervals(evaluate(photos))).toEqual(approximately(naiveRetrieval(photos, photos)));
        expect(withoutIntervals(evaluate(photos, gallery))).toEqual(approximately(naiveRetrieval(photos, gallery)));
      }),
    );
  });

  it('stays in [0, 1], with hitRateAt5 no lower than hitRateAt1 and the interval around hitRateAt1', () => {
    fc.assert(
      fc.property(photoList, (photos) => {
        const report = evaluate(photos);
        for (const task of [report.sameProduct, report.sameStyle, report.sameStyleOtherColour]) {
          if (!task) continue;
          for (const figure of [
            task.hitRateAt1,
            task.hitRateAt5,
            task.hitRateAt10,
            task.rPrecision,
            task.mapAtR,
            ...task.interval95,
          ]) {
            expect(figure).toBeGreaterThanOrEqual(0);
            expect(figure).toBeLessThanOrEqual(1);
          }
          expect(task.hitRateAt5).toBeGreaterThanOrEqual(task.hitRateAt1);
          expect(task.hitRateAt10).toBeGreaterThanOrEqual(task.hitRateAt5);
          expect(task.rPrecision).toBeGreaterThanOrEqual(task.mapAtR - 1e-12);
          expect(task.interval95[0]).toBeLessThanOrEqual(task.interval95[1]);
        }
      }),
    );
  });

  it('does not depend on the order of the photos when no similarities tie', () => {
    const random = new Random(7);
    const photos = Array.from({ length: 60 }, (_, i): NaivePhoto => {
      const product = `p${random.int(20)}`;
      const vector = Array.from({ length: 8 }, () => Math.fround(random.between(-1, 1)));
      const lab = [random.int(100), random.int(20), random.int(20)];
      return {
        product,
        style: `s${product.length}${product}`,
        category: null,
        gender: null,
        image: `${i}`,
        vector,
        lab,
      };
    });
    const shuffled = new Random(8).shuffled(photos);
    const [one, two] = [evaluate(photos), evaluate(shuffled)];
    expect(two.sameProduct?.interval95).toEqual(one.sameProduct?.interval95);
    expect(withoutIntervals(two)).toEqual(approximately(withoutIntervals(one)));
  });

  it('gives 1 to an embedding that puts each product in a corner of its own', () => {
    const photos = [0, 90, 180, 270].flatMap((corner, i) => [0, 1, 2].map((d) => at(corner + d, `p${i}`, `s${i}`)));
    const report = evaluate(photos);
    const perfect = {
      queries: 12,
      hitRateAt1: 1,
      hitRateAt5: 1,
      hitRateAt10: 1,
      rPrecision: 1,
      mapAtR: 1,
      interval95: [1, 1],
    };
    expect(report.sameProduct).toEqual(perfect);
    expect(report.sameStyle).toEqual(perfect);
    expect(report.sameStyleOtherColour).toBeNull();
  });

  it('gives 0 at one to an embedding that puts the photos of a product opposite each other', () => {
    const photos = [0, 20, 40, 60, 80, 100, 120].flatMap((angle, i) => [
      at(angle, `p${i}`, `s${i}`),
      at(angle + 180, `p${i}`, `s${i}`),
    ]);
    expect(evaluate(photos).sameProduct).toEqual({
      queries: 14,
      hitRateAt1: 0,
      hitRateAt5: 0,
      hitRateAt10: 0,
      rPrecision: 0,
      mapAtR: 0,
      interval95: [0, 0],
    });
  });

  it('counts by hand on the unit circle', () => {
    // From 0 degrees: b at 5 (other style), a at 10, a at 40. Relevant at places 2 and 3 of 3, R = 2.
    const query = at(0, 'a', 'A');
    const gallery = [query, at(10, 'a', 'A'), at(40, 'a', 'A'), at(5, 'b', 'B')];
    const { sameProduct } = evaluate([query], gallery);
    expect(sameProduct).toMatchObject({
      queries: 1,
      hitRateAt1: 0,
      hitRateAt5: 1,
      rPrecision: 1 / 2,
      mapAtR: (0 + 1 / 2) / 2,
    });
  });

  it('never answers a photo with itself, filed under another colour or another style', () => {
    const shared = at(0, 'red', 'A');
    const photos = [
      shared,
      { ...shared, product: 'blue' },
      { ...shared, product: 'b', style: 'B' },
      at(90, 'blue', 'A'),
    ];
    const report = evaluate([shared], photos);
    expect(report.sameProduct).toBeNull();
    expect(report.sameStyle).toMatchObject({ queries: 1, hitRateAt1: 1 });
    expect(report.sameStyleOtherColour).toMatchObject({ queries: 1, hitRateAt1: 1 });
    expect(report.otherStyles).toBeNull();
  });

  it('takes the photos of the product itself out when it asks for another colour', () => {
    const query = at(0, 'red', 'A');
    const gallery = [query, at(1, 'red', 'A'), at(2, 'blue', 'A'), at(3, 'other', 'B')];
    expect(evaluate([query], gallery).sameStyleOtherColour).toMatchObject({ queries: 1, hitRateAt1: 1, mapAtR: 1 });
    const nearer = [query, at(1, 'red', 'A'), at(3, 'blue', 'A'), at(2, 'other', 'B')];
    expect(evaluate([query], nearer).sameStyleOtherColour).toMatchObject({ hitRateAt1: 0, hitRateAt5: 1, mapAtR: 0 });
  });

  it('ranks equal similarities in gallery order', () => {
    const query = at(0, 'a', 'A');
    const hit = at(10, 'a', 'A');
    const miss = { ...at(10, 'b', 'B') };
    expect(evaluate([query], [query, hit, miss]).sameProduct?.hitRateAt1).toBe(1);
    expect(evaluate([query], [query, miss, hit]).sameProduct?.hitRateAt1).toBe(0);
  });

  it('never lets a photo answer itself, also from a gallery that holds it twice', () => {
    const query = at(0, 'a', 'A');
    expect(evaluate([query], [query, { ...query }, at(90, 'b', 'B')]).sameProduct).toBeNull();
  });

  it('keeps the best photo of each other style and counts in Lab distance', () => {
    const query = at(0, 'a', 'A', [50, 0, 0]);
    const gallery = [query, at(1, 'a2', 'A', [0, 0, 0]), at(2, 'b', 'B', [50, 3, 4]), at(9, 'b2', 'B', [0, 99, 0])];
    expect(evaluate([query], gallery).otherStyles).toEqual({
      categoryAt10: 1,
      genderAt10: 1,
      colourDifferenceAt10: Math.hypot(3, 4),
    });
  });

  it('asks nothing where there is nothing to find', () => {
    const nothing = { sameProduct: null, sameStyle: null, sameStyleOtherColour: null, otherStyles: null };
    expect(evaluate([at(0, 'a', 'A')])).toEqual(nothing);
    expect(evaluate([])).toEqual(nothing);
  });

  it('refuses lists that are not in step', () => {
    const set = { ...asSet([at(0, 'a', 'A')]), lab: new Float32Array(2) };
    expect(() => measureRetrieval({ queries: set, gallery: set, dim: 2 })).toThrow(RangeError);
  });

  it('tells a steady model from a lucky one: the interval of mixed styles is wide, of equal ones has no width', () => {
    const mixed = [0, 90, 180, 270].flatMap((corner, i) =>
      i % 2 ? [at(corner, `p${i}`, `s${i}`), at(corner + 1, `p${i}`, `s${i}`)] : [at(corner, `p${i}`, `s${i}`)],
    );
    mixed.push(at(45, 'p0', 's0'), at(200, 'p2', 's2'), at(46, 'x', 'x'), at(201, 'y', 'y'), at(1, 'z', 'z'));
    const { sameProduct } = evaluate(mixed);
    expect(sameProduct?.hitRateAt1).toBeGreaterThan(0);
    expect(sameProduct?.hitRateAt1).toBeLessThan(1);
    expect(sameProduct?.interval95[0]).toBeLessThan(sameProduct?.hitRateAt1 as number);
    expect(sameProduct?.interval95[1]).toBeGreaterThan(sameProduct?.hitRateAt1 as number);
  });
});

describe('forEachInnerProducts', () => {
  it('equals the plain double loop for every remainder of its blocks', () => {
    const random = new Random(3);
    for (const [q, g, dim] of [
      [1, 1, 1],
      [3, 5, 2],
      [67, 131, 7],
      [64, 128, 4],
    ] as const) {
      const fill = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
      const [queries, gallery] = [fill(q * dim), fill(g * dim)];
      const order: number[] = [];
      forEachInnerProducts(queries, gallery, dim, (query, products) => {
        order.push(query);
        for (let row = 0; row < g; row += 1) {
          let sum = 0;
          for (let d = 0; d < dim; d += 1) sum += queries[query * dim + d]! * gallery[row * dim + d]!;
          expect(products[row]).toBe(Math.fround(sum));
        }
      });
      expect(order).toEqual(Array.from({ length: q }, (_, i) => i));
    }
  });
});

function withoutIntervals(report: ReturnType<typeof evaluate>) {
  const strip = (task: Task | null) => {
    if (!task) return null;
    const { interval95: _, ...figures } = task;
    return figures;
  };
  return {
    sameProduct: strip(report.sameProduct),
    sameStyle: strip(report.sameStyle),
    sameStyleOtherColour: strip(report.sameStyleOtherColour),
    otherStyles: report.otherStyles,
  };
}

/** The same shape with every number to 1e-5: sums run in another order. */
function approximately<T>(value: T): T {
  if (typeof value === 'number') return expect.closeTo(value, 5) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, approximately(inner as unknown)])) as T;
}
