import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMBEDDING_SIZE, Random } from '#foundation';
import { scaleQuery } from '#similarity';
import { naiveKMeans, naiveNmi } from '../../test/support/naive/clustering.js';
import { measureClustering, normalisedMutualInformation, pointsAtDial } from './clustering.js';
import { kMeans } from './k-means.js';
import { pairSimilarities } from './photo-pairs.js';

const labels = (size: number) => fc.array(fc.integer({ min: 0, max: 4 }), { minLength: size, maxLength: size });

describe('normalisedMutualInformation', () => {
  it('equals the naive sum over all labels', () => {
    const both = fc.integer({ min: 1, max: 40 }).chain((size) => fc.tuple(labels(size), labels(size)));
    fc.assert(
      fc.property(both, ([a, b]) => {
        const nmi = normalisedMutualInformation(Int32Array.from(a), Int32Array.from(b));
        expect(nmi).toBeCloseTo(naiveNmi(a, b), 10);
        expect(nmi).toBeGreaterThanOrEqual(0);
        expect(nmi).toBeLessThanOrEqual(1);
        expect(normalisedMutualInformation(Int32Array.from(b), Int32Array.from(a))).toBeCloseTo(nmi, 12);
      }),
    );
  });

  it('is 1 for the same partition under other names, 0 where one side says nothing, 1 where neither does', () => {
    const nmi = (a: number[], b: number[]) => normalisedMutualInformation(Int32Array.from(a), Int32Array.from(b));
    expect(nmi([0, 0, 1, 2], [7, 7, 3, 5])).toBeCloseTo(1, 12);
    expect(nmi([0, 0, 1, 1], [0, 0, 0, 0])).toBe(0);
    expect(nmi([3, 3], [5, 5])).toBe(1);
    expect(() => nmi([1], [1, 2])).toThrow(RangeError);
  });
});

describe('kMeans', () => {
  it('equals plain loops, duplicates, zeros and more clusters than rows included', () => {
    // Sixteenths: sums are exact, so that both see the same ties.
    const row = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 });
    const rows = fc.array(row, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 6 }), fc.integer(), (points, clusters, seed) => {
        const found = kMeans(Float32Array.from(points.flat()), 3, clusters, new Random(seed));
        const naive = naiveKMeans(points, clusters, new Random(seed));
        expect(spread(points, [...found])).toBeCloseTo(spread(points, naive), 3);
      }),
    );
  });

  it('finds groups that lie apart', () => {
    const random = new Random(1);
    const truth = Array.from({ length: 60 }, (_, i) => i % 3);
    const points = truth.flatMap((group) => [10 * group + random.next(), random.next()]);
    const found = kMeans(Float32Array.from(points), 2, 3, new Random(2));
    expect(normalisedMutualInformation(found, Int32Array.from(truth))).toBeCloseTo(1, 12);
  });

  it('gives one cluster to rows that are all the same', () => {
    expect(new Set(kMeans(new Float32Array(12), 3, 3, new Random(1))).size).toBe(1);
  });
});

describe('measureClustering', () => {
  it('asks nothing where all photos have one label, or each its own', () => {
    const vectors = Float32Array.from([1, 0, 0, 1]);
    const random = new Random(1);
    const alone = measureClustering({ products: ['a', 'b'], styles: ['s', 's'] }, vectors, 2, random);
    expect(alone).toEqual({ photos: 2, nmiOfProducts: null, nmiOfStyles: null });
    const none = measureClustering({ products: [], styles: [] }, new Float32Array(), 2, random);
    expect(none).toEqual({ photos: 0, nmiOfProducts: null, nmiOfStyles: null });
  });

  it('gives 1 to an embedding that puts each product in a corner of its own', () => {
    const products = ['a', 'a', 'b', 'b', 'c', 'c'];
    const vectors = Float32Array.from([1, 0, 1, 0, 0, 1, 0, 1, -1, 0, -1, 0]);
    expect(measureClustering({ products, styles: products }, vectors, 2, new Random(1)).nmiOfProducts).toBeCloseTo(1);
  });
});

describe('pointsAtDial', () => {
  it('are points whose inner product is the similarity at that dial', () => {
    const random = new Random(5);
    const embeddings = Float32Array.from({ length: 2 * EMBEDDING_SIZE }, () => random.between(-1, 1));
    const pair = { first: Int32Array.of(0), second: Int32Array.of(1) };
    for (const dial of [0, 0.3, 1]) {
      const [similarity] = pairSimilarities(pair, pointsAtDial(embeddings, dial), EMBEDDING_SIZE);
      const query = scaleQuery(embeddings.slice(0, EMBEDDING_SIZE), dial);
      const expected = query.reduce((sum, value, d) => sum + value * (embeddings[EMBEDDING_SIZE + d] as number), 0);
      expect(similarity).toBeCloseTo(expected, 4);
    }
  });
});

/** Sum of squared distances to the means of the clusters: near ties may fall either way, what they cost may not. */
function spread(points: number[][], assigned: number[]): number {
  let sum = 0;
  for (const cluster of new Set(assigned)) {
    const own = points.filter((_, row) => assigned[row] === cluster);
    const mean = own[0]!.map((_, d) => own.reduce((total, point) => total + point[d]!, 0) / own.length);
    for (const point of own) sum += point.reduce((total, value, d) => total + (value - mean[d]!) ** 2, 0);
  }
  return sum;
}
