import { z } from 'zod';
import { countKinds, type PhotoPairs, pairWeights } from './photo-pairs.js';
import { areaUnderCurve, pointAtFalseAcceptRate, rocCurve } from './roc.js';

/** The false accept rates that are reported, and that a model has thresholds for. */
export const FALSE_ACCEPT_RATES = [0.1, 0.01, 0.001] as const;

const share = z.number().min(0).max(1);

/** How well a score tells photos of one product from others. */
export const separationSchema = z.object({
  /** Pairs by what they show. */
  pairs: z.object({ sameProduct: z.int(), sameStyleOtherColour: z.int(), otherStyles: z.int() }),
  /** Area under the ROC curve, weighted as `pairWeights` says; null without pairs of both sorts. */
  auc: share.nullable(),
  /** The same against one sort of different pairs alone. */
  aucOtherColours: share.nullable(),
  aucOtherStyles: share.nullable(),
  /** True accept rate at each false accept rate; null where the pairs do not support it. */
  tarAtFar: z.array(z.object({ falseAcceptRate: share, trueAcceptRate: share.nullable() })),
});
export type Separation = z.infer<typeof separationSchema>;

/** @param scores of the pairs, larger for more alike */
export function measureSeparation(pairs: PhotoPairs, scores: ArrayLike<number>): Separation {
  const weights = pairWeights(pairs);
  const isSame = pairs.kinds.map((kind) => Number(kind === 0));
  const curve = rocCurve({ scores, isSame, weights });
  const against = (kind: number) =>
    areaUnderCurve(
      rocCurve({
        scores,
        isSame,
        weights: weights.map((weight, pair) => (pairs.kinds[pair] === kind || isSame[pair] === 1 ? weight : 0)),
      }),
    );
  const different = weights.filter((_, pair) => isSame[pair] === 0);
  return {
    pairs: countKinds(pairs),
    auc: areaUnderCurve(curve),
    aucOtherColours: against(1),
    aucOtherStyles: against(2),
    tarAtFar: FALSE_ACCEPT_RATES.map((falseAcceptRate) => ({
      falseAcceptRate,
      trueAcceptRate: pointAtFalseAcceptRate(curve, different, falseAcceptRate)?.trueAcceptRate ?? null,
    })),
  };
}
