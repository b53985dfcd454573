import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecisionAtR, isHitAt, ranksOfRelevant, rPrecision } from './ranks.js';

describe('ranks', () => {
  it('equal the places in a full sort', () => {
    const rows = fc.array(
      fc.record({ similarity: fc.integer({ min: 0, max: 5 }), kind: fc.constantFrom('relevant', 'other', 'absent') }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, (candidates) => {
        const similarities = Float32Array.from(candidates, ({ similarity }) => similarity);
        const relevant = candidates.flatMap(({ kind }, row) => (kind === 'relevant' ? [row] : []));
        const places = candidates
          .map(({ similarity, kind }, row) => ({ similarity, kind, row }))
          .filter(({ kind }) => kind !== 'absent')
          .sort((a, b) => b.similarity - a.similarity || a.row - b.row)
          .flatMap(({ kind }, place) => (kind === 'relevant' ? [place + 1] : []));
        expect(ranksOfRelevant(similarities, relevant, (row) => candidates[row]?.kind === 'other')).toEqual(places);
      }),
    );
  });

  it('hit no less often in a longer list', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (rank, k) => {
        expect(Number(isHitAt([rank], k + 1))).toBeGreaterThanOrEqual(Number(isHitAt([rank], k)));
      }),
    );
    expect([1, 2, 3, 4].map((k) => isHitAt([3, 4], k))).toEqual([false, false, true, true]);
  });

  it('give the average precision of the published definition', () => {
    expect(averagePrecisionAtR([1, 2, 3])).toBe(1);
    // Four relevant; places 1 and 3 are among the first four, 5 and 9 are not.
    expect(averagePrecisionAtR([1, 3, 5, 9])).toBe((1 / 1 + 2 / 3) / 4);
    expect(averagePrecisionAtR([3, 4])).toBe(0);
  });

  it('give R-precision: how many of the first R places are relevant', () => {
    expect(rPrecision([1])).toBe(1);
    expect(rPrecision([1, 3, 5, 9])).toBe(2 / 4);
    expect(rPrecision([2, 3])).toBe(1 / 2);
    expect(rPrecision([3, 4])).toBe(0);
  });
});
