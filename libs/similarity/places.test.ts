import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inTurn } from './places.js';

const candidates = (...interests: number[]) => interests.map((interest, rank) => ({ interest, rank }));
const interestsOf = (placed: { interest: number }[]) => placed.map(({ interest }) => interest);

describe('inTurn', () => {
  it('gives each place to the interest that is furthest behind its share', () => {
    const plenty = candidates(...Array.from({ length: 20 }, (_, i) => (i < 10 ? 0 : 1)));
    expect(interestsOf(inTurn(plenty, [3, 1]).slice(0, 8))).toEqual([0, 0, 1, 0, 0, 0, 1, 0]);
    expect(interestsOf(inTurn(plenty, [1, 1]).slice(0, 4))).toEqual([0, 1, 0, 1]);
  });

  it('gives the places of an interest that has no more to the others', () => {
    expect(interestsOf(inTurn(candidates(1, 1, 0, 1), [9, 1]))).toEqual([0, 1, 1, 1]);
  });

  const some = fc.integer({ min: 1, max: 5 }).chain((count) =>
    fc.record({
      weights: fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: count, maxLength: count }),
      interests: fc.array(fc.integer({ min: 0, max: count - 1 }), { maxLength: 40 }),
    }),
  );

  it('places every candidate once, each interest in its own order', () => {
    fc.assert(
      fc.property(some, ({ weights, interests }) => {
        const all = candidates(...interests);
        const placed = inTurn(all, weights);
        expect([...placed].sort((a, b) => a.rank - b.rank)).toEqual(all);
        weights.forEach((_, interest) => {
          const own = placed.filter((candidate) => candidate.interest === interest);
          expect(own).toEqual(all.filter((candidate) => candidate.interest === interest));
        });
      }),
    );
  });

  it('keeps every interest within one place of its exact share, while each has enough', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.05, max: 10, noNaN: true }), { minLength: 1, maxLength: 3 }),
        (weights) => {
          const plenty = candidates(...weights.flatMap((_, interest) => Array.from({ length: 30 }, () => interest)));
          const placed = interestsOf(inTurn(plenty, weights));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          for (let places = 1; places <= 30; places += 1) {
            weights.forEach((weight, interest) => {
              const given = placed.slice(0, places).filter((one) => one === interest).length;
              expect(Math.abs(given - (places * weight) / total)).toBeLessThan(1 + 1e-9);
            });
          }
        },
      ),
    );
  });
});
