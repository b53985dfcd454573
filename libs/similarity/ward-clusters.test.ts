import fc from 'fast-check';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { naiveWard } from '../../test/support/naive/shopper-profile.js';
import { wardClusters } from './ward-clusters.js';

const squaredDistance = (points: number[][]) => (a: number, b: number) =>
  points[a]!.reduce((sum, x, d) => sum + (x - points[b]![d]!) ** 2, 0);

describe('wardClusters', () => {
  it('joins as the growth of the squared distances to the means says', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (seed, count, limit) => {
          const random = new Random(seed);
          const points = Array.from({ length: count }, () => Array.from({ length: 3 }, () => random.between(-1, 1)));
          expect(wardClusters(count, squaredDistance(points), limit)).toEqual(naiveWard(points, limit));
        },
      ),
    );
  });

  it('joins two points up to twice the limit, and all of a heap', () => {
    const apart = (distance: number) => wardClusters(2, () => distance, 0.5);
    expect(apart(1)).toEqual([[0, 1]]);
    expect(apart(1.001)).toEqual([[0], [1]]);
    expect(wardClusters(5, () => 0, 0)).toEqual([[0, 1, 2, 3, 4]]);
    expect(wardClusters(0, () => 0, 1)).toEqual([]);
  });

  it('joins the first of equal pairs first', () => {
    const points = [[0], [1], [2]];
    expect(wardClusters(3, squaredDistance(points), 0.5)).toEqual([[0, 1], [2]]);
  });
});
