import fc from 'fast-check';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { chanceThat, drawTolerance } from '../../test/support/naive/two-shares.js';
import { clusteredRate } from './clustered-rate.js';
import { normalQuantile, normalTail, twoSided } from './normal.js';
import { differenceInterval, differenceTest, wilsonInterval } from './proportions.js';
import { sampleRatioTest } from './sample-ratio.js';
import { detectableEffect, powerOf, requiredSizes } from './sample-size.js';

const share = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([of, part]) => ({ hits: Math.round(part * of), of }));

describe('the normal distribution', () => {
  it('has tails that add up to one, fall, and belong to their quantiles', () => {
    const z = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(normalTail(a) + normalTail(-a)).toBeCloseTo(1, 14);
        if (a < b) expect(normalTail(a)).toBeGreaterThanOrEqual(normalTail(b));
        if (Math.abs(a) < 5) expect(normalQuantile(normalTail(a))).toBeCloseTo(-a, 8);
      }),
    );
    expect([twoSided(0), twoSided(NaN), twoSided(Infinity), normalTail(-Infinity)]).toEqual([1, NaN, 0, 1]);
    expect(() => normalQuantile(1)).toThrow(RangeError);
  });
});

describe('an interval', () => {
  it('of a share holds the share, is inside 0 to 1, and narrows with more units', () => {
    fc.assert(
      fc.property(share, ({ hits, of }) => {
        const [low, high] = wilsonInterval({ hits, of });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / of);
        expect(high).toBeGreaterThanOrEqual(hits / of);
        expect(high).toBeLessThanOrEqual(1);
        const [narrowLow, narrowHigh] = wilsonInterval({ hits: 4 * hits, of: 4 * of });
        expect(narrowHigh - narrowLow).toBeLessThan(high - low);
      }),
    );
  });

  it.each([
    [40, 0.1],
    [200, 0.03],
    [200, 0.5],
  ])('of a share of %d with a chance of %d holds the chance about .95 of the time', (of, chance) => {
    const covered = chanceThat({ of, chance }, { of: 0, chance }, (hits) => {
      const [low, high] = wilsonInterval({ hits, of });
      return low <= chance && chance <= high;
    });
    expect(Math.abs(covered - 0.95)).toBeLessThan(0.02);
  });

  it.each([
    [120, 0.1, 0.1],
    [120, 0.05, 0.15],
  ])('of a difference, %d in each arm with %d and %d, holds it about .95 of the time', (of, a, b) => {
    const covered = chanceThat({ of, chance: a }, { of, chance: b }, (x, y) => {
      const [low, high] = differenceInterval({ hits: x, of }, { hits: y, of });
      return low <= b - a && b - a <= high;
    });
    expect(Math.abs(covered - 0.95)).toBeLessThan(0.015);
  });
});

describe('the test of two shares', () => {
  it('does not care which comes first, and knows no difference between equal ones', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        expect(differenceTest(a, b)).toBeCloseTo(differenceTest(b, a), 12);
        expect(differenceTest(a, a)).toBe(1);
      }),
    );
  });

  it.each([
    [300, 300, 0.1],
    [300, 300, 0.4],
    [450, 150, 0.2],
  ])('calls equal arms of %d and %d, at %d, different about alpha of the time', (control, treatment, chance) => {
    for (const alpha of [0.05, 0.01]) {
      const wrong = chanceThat(
        { of: control, chance },
        { of: treatment, chance },
        (x, y) => differenceTest({ hits: x, of: control }, { hits: y, of: treatment }) < alpha,
      );
      expect(wrong).toBeLessThan(1.15 * alpha);
      expect(wrong).toBeGreaterThan(0.8 * alpha);
    }
  });

  it.each([
    [{ baseline: 0.1, smallestEffect: 0.08, alpha: 0.05, power: 0.8 }, 0.5],
    [{ baseline: 0.3, smallestEffect: 0.15, alpha: 0.05, power: 0.9 }, 0.5],
    [{ baseline: 0.2, smallestEffect: 0.12, alpha: 0.05, power: 0.8 }, 0.25],
  ])('finds what is planned, %j, as often as is planned', (plan, treatmentShare) => {
    const sizes = requiredSizes(plan, treatmentShare);
    const found = chanceThat(
      { of: sizes.control, chance: plan.baseline },
      { of: sizes.treatment, chance: plan.baseline + plan.smallestEffect },
      (x, y) => differenceTest({ hits: x, of: sizes.control }, { hits: y, of: sizes.treatment }) < plan.alpha,
    );
    expect(Math.abs(found - plan.power)).toBeLessThan(0.02);
    expect(powerOf(plan, sizes)).toBeGreaterThanOrEqual(plan.power);
    expect(powerOf(plan, { control: sizes.control - 2, treatment: sizes.treatment - 2 })).toBeLessThan(plan.power);
  });

  it('needs more shoppers for smaller effects, more power and uneven arms', () => {
    const plan = { baseline: 0.05, smallestEffect: 0.01, alpha: 0.05, power: 0.8 };
    const total = (more: Partial<typeof plan>, treatmentShare = 0.5) => {
      const { control, treatment } = requiredSizes({ ...plan, ...more }, treatmentShare);
      return control + treatment;
    };
    expect(total({ smallestEffect: 0.02 })).toBeLessThan(total({}));
    expect(total({ power: 0.9 })).toBeGreaterThan(total({}));
    expect(total({ alpha: 0.01 })).toBeGreaterThan(total({}));
    expect(total({}, 0.1)).toBeGreaterThan(2 * total({}));
  });

  it('cannot find anything with a handful of shoppers', () => {
    expect(detectableEffect({ baseline: 0.5, alpha: 0.001, power: 0.99 }, { control: 3, treatment: 3 })).toBeNull();
  });
});

describe('the test of the split', () => {
  it('is suspicious of equal arms about as often as it says', () => {
    const of = 2_000;
    const suspicious = chanceThat({ of, chance: 0.3 }, { of: 0, chance: 0.3 }, (treatment) => {
      return sampleRatioTest({ control: of - treatment, treatment }, 0.3) < 0.001;
    });
    expect(suspicious).toBeGreaterThan(0.0005);
    expect(suspicious).toBeLessThan(0.0015);
    expect(sampleRatioTest({ control: 0, treatment: 0 }, 0.5)).toBe(1);
    expect(sampleRatioTest({ control: 5_300, treatment: 4_700 }, 0.5)).toBeLessThan(0.001);
  });
});

describe('a rate over shoppers', () => {
  const sumsOf = (rows: [number, number][]) => {
    const sum = (of: (n: number, y: number) => number) => rows.reduce((total, [n, y]) => total + of(n, y), 0);
    return {
      ...{ clusters: rows.length, units: sum((n) => n), hits: sum((_, y) => y) },
      ...{ unitsSquared: sum((n) => n * n), hitsSquared: sum((_, y) => y * y), product: sum((n, y) => n * y) },
    };
  };

  it('holds what is true .95 of the time though each shopper clicks all or nothing, and counting results one by one does not', () => {
    const random = new Random(7);
    const draws = 1_000;
    let covered = 0;
    let coveredOneByOne = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const rows = Array.from({ length: 150 }, (): [number, number] => {
        const shown = 1 + random.int(12);
        return [shown, random.next() < 0.25 ? shown : 0];
      });
      const sums = sumsOf(rows);
      const holds = ([low, high]: [number, number]) => Number(low <= 0.25 && 0.25 <= high);
      covered += holds(clusteredRate(sums)!.interval95!);
      coveredOneByOne += holds(wilsonInterval({ hits: sums.hits, of: sums.units }));
    }
    expect(Math.abs(covered / draws - 0.95)).toBeLessThan(drawTolerance(0.95, draws));
    expect(coveredOneByOne / draws).toBeLessThan(0.7);
  });

  it('is Wilson’s interval where every shopper saw one result', () => {
    const rows = Array.from({ length: 400 }, (_, i): [number, number] => [1, Number(i < 60)]);
    const [low, high] = clusteredRate(sumsOf(rows))!.interval95!;
    const [wilsonLow, wilsonHigh] = wilsonInterval({ hits: 60, of: 400 });
    expect(low).toBeCloseTo(wilsonLow, 3);
    expect(high).toBeCloseTo(wilsonHigh, 3);
  });

  it('knows no interval of one shopper, and one as wide as its shoppers are few where none clicked', () => {
    expect(clusteredRate(sumsOf([]))).toBeNull();
    expect(clusteredRate(sumsOf([[10, 3]]))).toEqual({ rate: 0.3, interval95: null });
    const none = Array.from({ length: 5 }, (): [number, number] => [20, 0]);
    expect(clusteredRate(sumsOf(none))?.interval95).toEqual(wilsonInterval({ hits: 0, of: 5 }));
  });
});
