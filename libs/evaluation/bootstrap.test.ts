import { Random } from '#foundation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, pairedBootstrap } from './bootstrap.js';

const groupsOf = (count: number, size: number) =>
  Array.from({ length: count * size }, (_, i) => `style ${Math.floor(i / size)}`);

describe('pairedBootstrap', () => {
  it('finds no difference between a model and itself', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 50 }), (hits) => {
        const groups = hits.map((_, i) => `g${i % 7}`);
        expect(pairedBootstrap(hits, hits, groups, new Random(1))).toEqual({ difference: 0, interval95: [0, 0] });
      }),
    );
  });

  it('turns its sign when the models change places', () => {
    const random = new Random(5);
    const a = Array.from({ length: 60 }, () => random.int(2));
    const b = Array.from({ length: 60 }, () => random.int(2));
    const one = pairedBootstrap(a, b, groupsOf(20, 3), new Random(2));
    const two = pairedBootstrap(b, a, groupsOf(20, 3), new Random(2));
    expect(two.difference).toBeCloseTo(-one.difference, 12);
    expect(two.interval95[0]).toBeCloseTo(-one.interval95[1], 12);
    expect(two.interval95[1]).toBeCloseTo(-one.interval95[0], 12);
  });

  it('is sure of a model that wins in every style', () => {
    const won = pairedBootstrap(new Array(30).fill(1), new Array(30).fill(0), groupsOf(10, 3), new Random(1));
    expect(won).toEqual({ difference: 1, interval95: [1, 1] });
  });

  it('refuses lists of different length', () => {
    expect(() => pairedBootstrap([1], [1, 0], ['a'], new Random(1))).toThrow(RangeError);
    expect(() => pairedBootstrap([], [], [], new Random(1))).toThrow(RangeError);
  });
});

describe('bootstrapInterval', () => {
  it('comes near the interval of theory for independent queries', () => {
    const values = Array.from({ length: 400 }, (_, i) => i % 2);
    const [low, high] = bootstrapInterval(values, groupsOf(400, 1), new Random(4));
    // Binomial: .5 +- 1.96 * sqrt(.25 / 400) = .5 +- .049; 1,000 resamples leave about .004 of noise.
    expect(low).toBeCloseTo(0.451, 1);
    expect(Math.abs(low - 0.451)).toBeLessThan(0.012);
    expect(Math.abs(high - 0.549)).toBeLessThan(0.012);
  });

  it('is wider when the photos of a style succeed and fail together', () => {
    const together = Array.from({ length: 400 }, (_, i) => Math.floor(i / 10) % 2);
    const width = ([low, high]: [number, number]) => high - low;
    expect(width(bootstrapInterval(together, groupsOf(40, 10), new Random(4)))).toBeGreaterThan(
      2 * width(bootstrapInterval(together, groupsOf(400, 1), new Random(4))),
    );
  });

  it('gives the same interval for the same seed and any order of the photos', () => {
    const values = [1, 0, 0, 1, 1, 0];
    const groups = ['a', 'a', 'b', 'b', 'c', 'c'];
    const turned = [5, 3, 1, 0, 2, 4];
    expect(
      bootstrapInterval(
        turned.map((i) => values[i] as number),
        turned.map((i) => groups[i] as string),
        new Random(9),
      ),
    ).toEqual(bootstrapInterval(values, groups, new Random(9)));
  });
});
