import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveAuc, naiveTarAtFar } from '../../test/support/naive/verification.js';
import { areaUnderCurve, effectiveCount, pointAtFalseAcceptRate, rocCurve } from './roc.js';

/** Few different scores on purpose: they tie often. */
const pairs = fc
  .array(
    fc.record({
      score: fc.integer({ min: -3, max: 3 }),
      isSame: fc.boolean(),
      weight: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .filter((all) => all.some(({ isSame }) => isSame) && all.some(({ isSame }) => !isSame));

const listsOf = (all: { score: number; isSame: boolean; weight: number }[]) => ({
  scores: all.map(({ score }) => score),
  isSame: all.map(({ isSame }) => Number(isSame)),
  weights: all.map(({ weight }) => weight),
});

describe('the ROC curve', () => {
  it('has the area that comparing all pairs gives, ties counting half', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        expect(areaUnderCurve(rocCurve(listsOf(all)))).toBeCloseTo(naiveAuc(all), 10);
      }),
    );
  });

  it('accepts as much at a false accept rate as the best of all thresholds', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0, 0.1, 0.25, 0.5, 1), (all, rate) => {
        const different = all.filter(({ isSame }) => !isSame).map(({ weight }) => weight);
        const point = pointAtFalseAcceptRate(rocCurve(listsOf(all)), different, rate, 0);
        expect(point?.trueAcceptRate ?? 0).toBeCloseTo(naiveTarAtFar(all, rate), 10);
        if (point) expect(point.falseAcceptRate).toBeLessThanOrEqual(rate + 1e-9);
      }),
    );
  });

  it('never falls, ends at (1, 1), and does not depend on the order of the pairs', () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const curve = rocCurve(listsOf(all));
        expect(curve.at(-1)).toMatchObject({ falseAcceptRate: 1, trueAcceptRate: 1 });
        curve.slice(1).forEach((point, at) => {
          expect(point.falseAcceptRate).toBeGreaterThanOrEqual(curve[at]?.falseAcceptRate ?? NaN);
          expect(point.trueAcceptRate).toBeGreaterThanOrEqual(curve[at]?.trueAcceptRate ?? NaN);
        });
        expect(rocCurve(listsOf([...all].reverse()))).toEqual(curve);
      }),
    );
  });

  it('is empty where there is nothing to tell apart', () => {
    const only = (isSame: number) => rocCurve({ scores: [1, 2], isSame: [isSame, isSame], weights: [1, 1] });
    expect([only(0), only(1), rocCurve({ scores: [], isSame: [], weights: [] })]).toEqual([[], [], []]);
    expect(areaUnderCurve([])).toBeNull();
  });
});

describe('pointAtFalseAcceptRate', () => {
  it('states no rate that stands for fewer than ten false accepts', () => {
    const scores = Array.from({ length: 200 }, (_, i) => i / 200);
    const isSame = scores.map((_, i) => i % 2);
    const curve = rocCurve({ scores, isSame, weights: scores.map(() => 1) });
    const different = new Array<number>(100).fill(1);
    expect(pointAtFalseAcceptRate(curve, different, 0.1)?.falseAcceptRate).toBeCloseTo(0.1, 10);
    expect(pointAtFalseAcceptRate(curve, different, 0.09)).toBeNull();
    expect(pointAtFalseAcceptRate(curve, different.slice(1), 0.1)).toBeNull();
  });

  it('gives none where the highest score alone exceeds the rate', () => {
    const curve = rocCurve({ scores: [1, 1, 0], isSame: [0, 1, 0], weights: [1, 1, 1] });
    expect(pointAtFalseAcceptRate(curve, [1, 1], 0.4, 0)).toBeNull();
  });
});

describe('effectiveCount', () => {
  it('is the count of equal weights, and less of unequal ones', () => {
    expect(effectiveCount([2, 2, 2])).toBeCloseTo(3, 12);
    expect(effectiveCount([10, 0.001, 0.001])).toBeCloseTo(1, 3);
    expect(effectiveCount([])).toBe(0);
  });
});
