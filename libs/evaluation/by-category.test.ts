import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveNearest } from '../../test/support/naive/nearest-photos.js';
import { type NaivePhoto, naiveRetrieval } from '../../test/support/naive/retrieval.js';
import { type CategoryFigures, figuresByCategory } from './by-category.js';
import { nearestPhotos } from './nearest-photos.js';
import { measureRetrieval } from './retrieval.js';
import type { RetrievalSet } from './retrieval-set.js';

const DIM = 3;

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

const integer = fc.integer({ min: -20, max: 20 });
/** Whole-numbered vectors on purpose: they tie often. */
const photoList = fc
  .array(
    fc.record({
      style: fc.integer({ min: 0, max: 4 }),
      colour: fc.integer({ min: 0, max: 2 }),
      image: fc.integer({ min: 0, max: 40 }),
      category: fc.constantFrom('tops', 'shoes', 'bags', null),
      vector: fc.array(integer, { minLength: DIM, maxLength: DIM }),
    }),
    { maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ style, colour, image, category, vector }): NaivePhoto => ({
      ...{ category, vector, gender: null, lab: [0, 0, 0] },
      style: `s${style}`,
      product: `s${style}-${colour}`,
      image: `i${image}`,
    })),
  );

function measured(photos: NaivePhoto[]): CategoryFigures[] {
  const set = asSet(photos);
  return figuresByCategory(set, measureRetrieval({ queries: set, gallery: set, dim: DIM }), 1);
}

describe('figuresByCategory', () => {
  it("equals asking each category's photos alone, among everything", () => {
    fc.assert(
      fc.property(photoList, (photos) => {
        const figures = measured(photos);
        expect(new Set(figures.map(({ category }) => category))).toEqual(
          new Set(photos.map(({ category }) => category)),
        );
        for (const { category, photos: count, styles, ...tasks } of figures) {
          const own = photos.filter((photo) => photo.category === category);
          expect([count, styles]).toEqual([own.length, new Set(own.map(({ style }) => style)).size]);
          const naive = naiveRetrieval(own, photos);
          for (const name of ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const) {
            const expected = naive[name];
            if (expected === null) expect(tasks[name]).toBeNull();
            else {
              expect(tasks[name]?.queries).toBe(expected.queries);
              expect(tasks[name]?.hitRateAt1).toBeCloseTo(expected.hitRateAt1, 10);
              expect(tasks[name]?.hitRateAt5).toBeCloseTo(expected.hitRateAt5, 10);
              expect(tasks[name]?.mapAtR).toBeCloseTo(expected.mapAtR, 10);
            }
          }
        }
      }),
    );
  });

  it('counts every photo and every query once', () => {
    fc.assert(
      fc.property(photoList, (photos) => {
        const figures = measured(photos);
        const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
        expect(total(figures.map((figure) => figure.photos))).toBe(photos.length);
        const set = asSet(photos);
        expect(total(figures.map(({ sameStyle }) => sameStyle?.queries ?? 0))).toBe(
          measureRetrieval({ queries: set, gallery: set, dim: DIM }).sameStyle.length,
        );
      }),
    );
  });

  it('puts the largest category first, equal ones by name, and photos without one last among equals', () => {
    const photo = (category: string | null, at: number): NaivePhoto => ({
      ...{ category, gender: null, lab: [0, 0, 0], vector: [at, 1, 0] },
      ...{ product: `p${at}`, style: `s${at}`, image: `i${at}` },
    });
    const photos = ['b', 'a', null, 'c', 'c'].map(photo);
    expect(measured(photos).map(({ category }) => category)).toEqual(['c', 'a', 'b', null]);
    expect(measured([])).toEqual([]);
  });

  it('says of how many styles a figure is made', () => {
    const photo = (style: string, at: number): NaivePhoto => ({
      ...{ category: 'tops', gender: null, lab: [0, 0, 0], vector: [Math.cos(at), Math.sin(at), 0] },
      ...{ product: style, style, image: `i${at}` },
    });
    const [tops] = measured([photo('a', 0), photo('a', 0.1), photo('b', 2), photo('b', 2.1), photo('alone', 4)]);
    expect(tops).toMatchObject({ photos: 5, styles: 3, sameStyle: { queries: 4, styles: 2, hitRateAt1: 1 } });
  });
});

describe('nearestPhotos', () => {
  it('equals sorting everything, ties and shared photos included', () => {
    fc.assert(
      fc.property(photoList, photoList, fc.integer({ min: 1, max: 7 }), (queries, gallery, count) => {
        const answers = nearestPhotos({ queries: asSet(queries), gallery: asSet(gallery), dim: DIM }, count);
        expect(answers).toEqual(queries.map((query, at) => ({ query: at, ...naiveNearest(query, gallery, count) })));
      }),
    );
  });
});
