import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#foundation';
import { naiveWard } from '../../test/support/naive/ward.js';
import { type Union, wardUnions } from './ward.js';

const squaredDistances = (points: number[][]) => (a: number, b: number) =>
  points[a]!.reduce((sum, x, d) => sum + (x - points[b]![d]!) ** 2, 0);

/** The clusters after so many unions, as sorted lists of points. */
function clustersAfter(unions: Union[], points: number, steps: number): string[] {
  const members = Array.from({ length: points }, (_, at) => [at]);
  const alive = new Set(members.keys());
  unions.slice(0, steps).forEach(({ left, right }) => {
    alive.delete(left);
    alive.delete(right);
    alive.add(members.length);
    members.push([...(members[left] ?? []), ...(members[right] ?? [])].sort((a, b) => a - b));
  });
  return [...alive].map((cluster) => members[cluster]?.join() ?? '').sort();
}

describe('wardUnions', () => {
  it('joins as the definition says, weights included', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 9 }),
      dim: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, ({ count, dim, seed }) => {
        const random = new Random(seed);
        const points = Array.from({ length: count }, () =>
          Array.from({ length: dim }, () => Math.fround(random.next())),
        );
        const weights = points.map(() => 1 + random.int(5));
        const unions = wardUnions(weights, squaredDistances(points));
        const steps = naiveWard(points, weights);
        expect(unions).toHaveLength(count - 1);
        steps.forEach(({ height, clusters }, at) => {
          expect(unions[at]?.height).toBeCloseTo(height, 8);
          expect(clustersAfter(unions, count, at + 1)).toEqual(clusters.map((cluster) => cluster.join()).sort());
        });
      }),
      { numRuns: 200 },
    );
  });

  it('joins equal points first, never a union below its parts, and ends on any number of ties', () => {
    const coordinate = fc.integer({ min: 0, max: 2 });
    const rows = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(rows, (points) => {
        const unions = wardUnions(
          points.map(() => 1),
          squaredDistances(points),
        );
        expect(unions).toHaveLength(points.length - 1);
        const heights = unions.map(({ height }) => height);
        expect(heights).toEqual([...heights].sort((a, b) => a - b));
        unions.forEach(({ left, right }, at) => {
          expect(Math.max(left, right)).toBeLessThan(points.length + at);
        });
        const distinct = new Set(points.map((point) => point.join())).size;
        expect(heights.filter((height) => height === 0)).toHaveLength(points.length - distinct);
      }),
    );
  });
});
