import { evaluateRetrieval, retrievalSet } from '#evaluation';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { normalisedMutualInformation } from '../../libs/evaluation/clustering.js';
import { fitIsotonic, isotonicValue } from '../../libs/evaluation/isotonic-regression.js';
import { kMeans } from '../../libs/evaluation/k-means.js';
import { fitLogistic } from '../../libs/evaluation/logistic-regression.js';
import { measureReliability } from '../../libs/evaluation/reliability.js';
import { areaUnderCurve, pointAtFalseAcceptRate, rocCurve } from '../../libs/evaluation/roc.js';
import { readGolden, relativeError } from './golden.js';

const rows = z.array(z.array(z.number()));
const integers = z.array(z.int());
const point = z.tuple([z.number(), z.number()]);
const golden = readGolden(
  'metrics',
  z.strictObject({
    batches: z.record(z.string(), z.strictObject({ embeddings: rows, labels: integers })),
    retrieval: z.array(
      z.strictObject({
        batch: z.string(),
        ...{ precisionAt1: z.number(), hitRateAt5: z.number(), rPrecision: z.number(), mapAtR: z.number() },
      }),
    ),
    nmi: z.array(z.strictObject({ first: integers, second: integers, nmi: z.number() })),
    clusters: z.strictObject({ rows, clusters: integers }),
    pairs: z.array(
      z.strictObject({
        ...{ scores: z.array(z.number()), isSame: integers, weights: z.array(z.number()) },
        ...{ auc: z.number(), tarAtFar: z.array(point), isotonic: z.array(point), logistic: point },
        ...{ brier: z.number(), logLoss: z.number() },
      }),
    ),
  }),
);

describe('metrics of pytorch-metric-learning', () => {
  it.each(golden.retrieval)(
    'equal on batch $batch, to 1e-5',
    ({ batch, precisionAt1, hitRateAt5, rPrecision, mapAtR }) => {
      const { embeddings = [], labels = [] } = golden.batches[batch] ?? {};
      const photos = labels.map((label, row) => ({
        ...{ imageId: String(row), productId: String(label), styleId: String(label), category: null, gender: null },
      }));
      const set = retrievalSet(photos, new Float32Array(3 * labels.length), Float32Array.from(embeddings.flat()));
      const { sameProduct } = evaluateRetrieval({ queries: set, gallery: set, dim: 6, random: new Random(1) });
      const ours = (['hitRateAt1', 'hitRateAt5', 'rPrecision', 'mapAtR'] as const).map(
        (key) => sameProduct?.[key] ?? NaN,
      );
      expect(relativeError(ours, [precisionAt1, hitRateAt5, rPrecision, mapAtR])).toBeLessThan(1e-5);
      // The one that is alone in its class is not asked.
      expect(sameProduct?.queries).toBe(labels.length - 1);
    },
  );
});

describe('metrics of scikit-learn', () => {
  it.each(golden.nmi)('equal: normalised mutual information of $first and $second', ({ first, second, nmi }) => {
    expect(normalisedMutualInformation(Int32Array.from(first), Int32Array.from(second))).toBeCloseTo(nmi, 12);
  });

  it('equal: the clusters of rows that lie apart', () => {
    const { rows: points, clusters } = golden.clusters;
    const found = kMeans(Float32Array.from(points.flat()), 5, 4, new Random(1));
    expect(normalisedMutualInformation(found, Int32Array.from(clusters))).toBeCloseTo(1, 12);
  });

  describe.each(golden.pairs)('of pairs, $scores.length of them,', (pairs) => {
    const curve = rocCurve(pairs);

    it('equal: area under the curve', () => {
      expect(areaUnderCurve(curve)).toBeCloseTo(pairs.auc, 12);
    });

    it.each(pairs.tarAtFar)('equal: true accept rate at a false accept rate of %d', (rate, tar) => {
      const different = pairs.weights.filter((_, pair) => pairs.isSame[pair] === 0);
      expect(pointAtFalseAcceptRate(curve, different, rate, 0)?.trueAcceptRate ?? 0).toBeCloseTo(tar, 12);
    });

    it('equal: isotonic regression, between its knots and beyond them', () => {
      const fit = fitIsotonic(pairs.scores, pairs.isSame, pairs.weights);
      const ours = pairs.isotonic.map(([score]) => isotonicValue(fit, score));
      expect(relativeError(ours, pairs.isotonic.map(([, value]) => value))).toBeLessThan(1e-9); // prettier-ignore
    });

    it('equal: logistic regression', () => {
      const total = pairs.weights.reduce((sum, weight) => sum + weight, 0);
      const weights = pairs.weights.map((weight) => weight / total);
      expect(relativeError(fitLogistic([pairs.scores], pairs.isSame, weights), pairs.logistic)).toBeLessThan(1e-5);
    });

    it('equal: Brier score and log loss', () => {
      const probabilities = pairs.scores.map((score) => 0.05 + 0.9 * score);
      const { brier, logLoss } = measureReliability(probabilities, pairs.isSame, pairs.weights);
      expect(relativeError([brier, logLoss], [pairs.brier, pairs.logLoss])).toBeLessThan(1e-12);
    });
  });
});
