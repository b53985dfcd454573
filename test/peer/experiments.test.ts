import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { clusteredRate } from '#statistics';
import { normalQuantile, normalTail } from '../../libs/statistics/normal.js';
import { differenceInterval, differenceTest, wilsonInterval } from '../../libs/statistics/proportions.js';
import { sampleRatioTest } from '../../libs/statistics/sample-ratio.js';
import { detectableEffect, powerOf, requiredSizes } from '../../libs/statistics/sample-size.js';
import { readGolden, relativeError } from './golden.js';

const pair = z.tuple([z.number(), z.number()]);
const golden = readGolden(
  'experiments',
  z.strictObject({
    tails: z.array(pair),
    quantiles: z.array(pair),
    shares: z.array(z.strictObject({ hits: z.int(), of: z.int(), wilson: pair })),
    differences: z.array(z.strictObject({ first: pair, second: pair, newcombe: pair, pValue: z.number() })),
    plans: z.array(
      z.strictObject({
        ...{ baseline: z.number(), smallestEffect: z.number(), alpha: z.number(), power: z.number() },
        ...{ treatmentShare: z.number(), treatment: z.number(), powerOf500: z.number() },
      }),
    ),
    splits: z.array(z.tuple([z.int(), z.int(), z.number(), z.number()])),
    clustered: z.array(z.strictObject({ rows: z.array(pair), rate: z.number(), error: z.number(), interval: pair })),
  }),
);
const shareOf = ([hits, of]: [number, number]) => ({ hits, of });

describe('statistics of scipy', () => {
  it.each(golden.tails)('equal: the normal tail above %d', (z, tail) => {
    expect(relativeError([normalTail(z)], [tail])).toBeLessThan(1e-13);
  });

  it.each(golden.quantiles)('equal: the normal quantile of %d', (chance, z) => {
    expect(normalQuantile(chance)).toBeCloseTo(z, 10);
  });

  it.each(golden.splits)('equal: chi-square of arms of %d and %d', (control, treatment, share, p) => {
    expect(relativeError([sampleRatioTest({ control, treatment }, share)], [p])).toBeLessThan(1e-9);
  });
});

describe('statistics of statsmodels', () => {
  it.each(golden.shares)('equal: the interval of $hits of $of', ({ wilson, ...share }) => {
    const ours = wilsonInterval(share);
    ours.forEach((end, i) => expect(end).toBeCloseTo(wilson[i]!, 12));
  });

  it.each(golden.differences)(
    'equal: test and interval of $first and $second',
    ({ first, second, newcombe, pValue }) => {
      expect(relativeError([differenceTest(shareOf(first), shareOf(second))], [pValue])).toBeLessThan(1e-10);
      differenceInterval(shareOf(first), shareOf(second)).forEach((end, i) =>
        expect(end).toBeCloseTo(newcombe[i]!, 12),
      );
    },
  );

  it.each(golden.plans)('equal: sizes and power for $smallestEffect above $baseline', (plan) => {
    const { treatmentShare, treatment } = plan;
    const ratio = (1 - treatmentShare) / treatmentShare;
    expect(requiredSizes(plan, treatmentShare)).toEqual({
      ...{ control: Math.ceil(ratio * treatment), treatment: Math.ceil(treatment) },
    });
    const of500 = { control: 500 * ratio, treatment: 500 };
    expect(powerOf(plan, of500)).toBeCloseTo(plan.powerOf500, 10);
    // The other way round: what such arms find with the power that they have is the effect itself.
    expect(detectableEffect({ ...plan, power: plan.powerOf500 }, of500)).toBeCloseTo(plan.smallestEffect, 8);
  });

  it.each(golden.clustered)('equal: the interval of a rate over $rows.length shoppers', ({ rows, rate, interval }) => {
    const sum = (of: (units: number, hits: number) => number) => rows.reduce((total, [n, y]) => total + of(n, y), 0);
    const ours = clusteredRate({
      ...{ clusters: rows.length, units: sum((n) => n), hits: sum((_, y) => y) },
      ...{ unitsSquared: sum((n) => n * n), hitsSquared: sum((_, y) => y * y), product: sum((n, y) => n * y) },
    });
    expect(ours?.rate).toBeCloseTo(rate, 12);
    ours?.interval95?.forEach((end, i) => expect(end).toBeCloseTo(interval[i]!, 10));
  });
});
