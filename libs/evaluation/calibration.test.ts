import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '#foundation';
import { naiveIsotonic } from '../../test/support/naive/verification.js';
import { fitPlatt, logOddsOf, probabilityAt } from './calibration.js';
import { fitIsotonic, isotonicValue } from './isotonic-regression.js';
import { fitLogistic, sigmoid } from './logistic-regression.js';
import { measureReliability } from './reliability.js';

describe('fitLogistic', () => {
  it('finds the coefficients that outcomes were drawn by', () => {
    const random = new Random(1);
    const x = Array.from({ length: 20_000 }, () => random.between(-2, 2));
    const z = x.map(() => random.between(-1, 1));
    const outcomes = x.map((value, i) => Number(random.next() < sigmoid(0.5 + 2 * value - (z[i] as number))));
    const [intercept, ofX, ofZ] = fitLogistic(
      [x, z],
      outcomes,
      x.map(() => 1 / x.length),
    );
    expect([intercept, ofX, ofZ].map((value) => Math.round(10 * (value as number)) / 10)).toEqual([0.5, 2, -1]);
  });

  it('leaves no slope of the likelihood, whatever the weights and targets', () => {
    const row = fc.record({
      x: fc.double({ min: -1, max: 1, noNaN: true }),
      target: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
        const total = rows.reduce((sum, { weight }) => sum + weight, 0);
        const weights = rows.map(({ weight }) => weight / total);
        const [a = NaN, b = NaN] = fitLogistic(
          [rows.map(({ x }) => x)],
          rows.map(({ target }) => target),
          weights,
        );
        const slopes = rows.map(({ x, target }, i) => (weights[i] as number) * (target - sigmoid(a + b * x)) * x);
        expect(slopes.reduce((sum, slope) => sum + slope, 0) - 1e-6 * b).toBeCloseTo(0, 6);
      }),
    );
  });

  it('stays finite where the classes lie apart, and where there is one value only', () => {
    const apart = fitLogistic([[-1, -1, 1, 1]], [0, 0, 1, 1], [0.25, 0.25, 0.25, 0.25]);
    expect(apart.every(Number.isFinite)).toBe(true);
    const [intercept, slope] = fitLogistic([[3, 3, 3, 3]], [0, 1, 1, 1], [0.25, 0.25, 0.25, 0.25]);
    expect(sigmoid((intercept as number) + 3 * (slope as number))).toBeCloseTo(0.75, 4);
  });
});

describe('fitIsotonic', () => {
  it('equals the min-max formula at every score, ties and weights included', () => {
    const row = fc.record({
      score: fc.integer({ min: 0, max: 9 }),
      target: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), (rows) => {
        const [scores, targets, weights] = [
          rows.map(({ score }) => score),
          rows.map(({ target }) => target),
          rows.map(({ weight }) => weight),
        ];
        const fit = fitIsotonic(scores, targets, weights);
        const naive = naiveIsotonic(scores, targets, weights);
        scores.forEach((score, at) => expect(isotonicValue(fit, score)).toBeCloseTo(naive[at] as number, 10));
        expect(fit.values.every((value, at) => at === 0 || value >= (fit.values[at - 1] as number))).toBe(true);
      }),
    );
  });

  it('is linear between its knots and level beyond them', () => {
    const fit = { scores: [0, 1], values: [0.2, 0.6] };
    expect([-1, 0, 0.5, 1, 9].map((score) => isotonicValue(fit, score))).toEqual([0.2, 0.2, 0.4, 0.6, 0.6]);
  });
});

describe('fitPlatt', () => {
  const EVIDENCE = { products: 20, recoloured: 20, styles: 20 };

  it('multiplies the probability of the style by that of the colour', () => {
    const calibration = {
      method: 'platt' as const,
      sameStyle: { intercept: -1, shape: 3, colour: 1 },
      sameProduct: { intercept: -2, shape: 0, colour: 4 },
      isotonic: null,
    };
    const cosines = { shape: 0.5, colour: 0.8 };
    const expected = sigmoid(-1 + 1.5 + 0.8) * sigmoid(-2 + 3.2);
    expect(probabilityAt(calibration, logOddsOf(calibration, cosines))).toBeCloseTo(expected, 12);
  });

  it('gives no part a weight that counts against likeness', () => {
    // Other colours are more alike in shape than two views of one product: recolours of one exposure.
    const pairs = {
      shape: [0.6, 0.7, 0.99, 1, 0.1, 0],
      colour: [0.9, 0.95, 0.1, 0.2, 0.3, 0.1],
      kinds: Uint8Array.of(0, 0, 1, 1, 2, 2),
      weights: [0.25, 0.25, 0.125, 0.125, 0.125, 0.125],
    };
    const { sameStyle, sameProduct } = fitPlatt(pairs, EVIDENCE);
    for (const stage of [sameStyle, sameProduct]) {
      expect(stage?.shape).toBeGreaterThanOrEqual(0);
      expect(stage?.colour).toBeGreaterThanOrEqual(0);
    }
    const upsideDown = fitPlatt({ ...pairs, shape: pairs.shape.map((value) => -value), colour: pairs.colour.map((value) => -value) }, EVIDENCE); // prettier-ignore
    expect(upsideDown.sameProduct).toMatchObject({ shape: 0, colour: 0 });
  });

  it('rises with either similarity, and never reaches 0 or 1', () => {
    const random = new Random(3);
    const kinds = Uint8Array.from({ length: 90 }, (_, i) => i % 3);
    const around = (middle: number) => middle + random.between(-0.3, 0.3);
    const pairs = {
      shape: Array.from(kinds, (kind) => around(kind < 2 ? 0.7 : 0.1)),
      colour: Array.from(kinds, (kind) => around(kind === 0 ? 0.8 : 0.1)),
      kinds,
      weights: Array.from(kinds, () => 1 / kinds.length),
    };
    const calibration = fitPlatt(pairs, EVIDENCE);
    const at = (shape: number, colour: number) => probabilityAt(calibration, logOddsOf(calibration, { shape, colour }));
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, fc.double({ min: 0, max: 1, noNaN: true }), (shape, colour, more) => {
        expect(at(shape + more, colour)).toBeGreaterThanOrEqual(at(shape, colour) - 1e-12);
        expect(at(shape, colour + more)).toBeGreaterThanOrEqual(at(shape, colour) - 1e-12);
        expect(at(shape, colour)).toBeGreaterThan(0);
        expect(at(shape, colour)).toBeLessThan(1);
      }),
    );
  });

  it('takes the same style for the same product where no style has two colours', () => {
    const pairs = { shape: [0.9, 0.8, 0.1, 0], colour: [0.9, 0.8, 0.1, 0], kinds: Uint8Array.of(0, 0, 2, 2), weights: [0.25, 0.25, 0.25, 0.25] }; // prettier-ignore
    expect(fitPlatt(pairs, { products: 5, recoloured: 0, styles: 4 }).sameProduct).toBeNull();
  });
});

describe('measureReliability', () => {
  it('counts by hand', () => {
    const { bins, ece, brier, logLoss } = measureReliability([0.05, 0.95, 0.95, 0.5], [0, 1, 0, 1], [1, 1, 1, 1]);
    expect(bins.map(({ pairs }) => pairs)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(bins[9]).toMatchObject({ share: 0.5, stated: 0.95, observed: 0.5 });
    expect(bins[1]).toMatchObject({ stated: null, observed: null });
    expect(ece).toBeCloseTo(0.25 * 0.05 + 0.25 * 0.5 + 0.5 * 0.45, 12);
    expect(brier).toBeCloseTo((0.05 ** 2 + 0.05 ** 2 + 0.95 ** 2 + 0.25) / 4, 12);
    expect(logLoss).toBeCloseTo(-(2 * Math.log(0.95) + Math.log(0.05) + Math.log(0.5)) / 4, 12);
  });

  it('puts a probability of 1 into the last bin, and weighs pairs', () => {
    const { bins, brier } = measureReliability([1, 0.1], [1, 1], [3, 1]);
    expect(bins[9]?.share).toBe(0.75);
    expect(bins[1]?.pairs).toBe(1);
    expect(brier).toBeCloseTo(0.81 / 4, 12);
  });
});
