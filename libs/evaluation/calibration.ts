import { z } from 'zod';
import { fitIsotonic, isotonicValue } from './isotonic-regression.js';
import { fitLogistic, sigmoid } from './logistic-regression.js';

/**
 * From the similarity of two photos by part to the probability that they show the same product. The log-odds are a weighted
 * sum of the two cosines; `platt` takes their sigmoid, `isotonic` a never falling function of them.
 */
export const calibrationSchema = z.object({
  method: z.enum(['platt', 'isotonic']),
  intercept: z.number(),
  /** Of the cosine of the shape parts; not negative. */
  shape: z.number().min(0),
  /** Of the cosine of the colour parts; not negative. */
  colour: z.number().min(0),
  /** Knots of the isotonic function; null for `platt`. */
  isotonic: z.object({ scores: z.array(z.number()), values: z.array(z.number()) }).nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** Pairs to calibrate on. All lists run in step. */
export interface CalibrationPairs {
  /** Cosines by part. */
  shape: ArrayLike<number>;
  colour: ArrayLike<number>;
  /** 1: same product. */
  isSame: ArrayLike<number>;
  weights: ArrayLike<number>;
}

/** How many independent cases stand behind the pairs: what keeps a probability from 0 and 1. */
export interface Evidence {
  /** Products with a pair of photos. */
  same: number;
  /** Styles in a pair that is not the same product. */
  different: number;
}

/** Log-odds that two photos show the same product, before any isotonic function. */
export function logOddsOf(calibration: Calibration, cosines: { shape: number; colour: number }): number {
  return calibration.intercept + calibration.shape * cosines.shape + calibration.colour * cosines.colour;
}

/** The probability at some log-odds, in (0, 1). */
export function probabilityAt({ isotonic }: Calibration, logOdds: number): number {
  return isotonic === null ? sigmoid(logOdds) : isotonicValue(isotonic, logOdds);
}

/**
 * Platt scaling (Platt, Probabilistic Outputs for Support Vector Machines, 1999) with both cosines as variables and his
 * smoothed targets: k cases never prove more than (k + 1) / (k + 2). A part that would count against a pair, the more alike
 * the less, is left out.
 */
export function fitPlatt({ shape, colour, isSame, weights }: CalibrationPairs, evidence: Evidence): Calibration {
  const [high, low] = boundsOf(evidence);
  const targets = Float64Array.from(isSame, (same) => (same === 1 ? high : low));
  const fit = (columns: ArrayLike<number>[]) => fitLogistic(columns, targets, weights) as [number, ...number[]];
  const platt = (intercept: number, ofShape: number, ofColour: number): Calibration => {
    return { method: 'platt', intercept, shape: Math.max(0, ofShape), colour: Math.max(0, ofColour), isotonic: null };
  };
  const [intercept, ofShape = 0, ofColour = 0] = fit([shape, colour]);
  if (ofShape >= 0 && ofColour >= 0) return platt(intercept, ofShape, ofColour);
  const [alone, slope = 0] = fit([ofShape >= 0 ? shape : colour]);
  return ofShape >= 0 ? platt(alone, slope, 0) : platt(alone, 0, slope);
}

/** Isotonic regression (Zadrozny and Elkan, 2002) over the log-odds of a Platt fit, kept from 0 and 1 by the same bounds. */
export function fitIsotonicOver(platt: Calibration, pairs: CalibrationPairs, evidence: Evidence): Calibration {
  const [high, low] = boundsOf(evidence);
  const { scores, values } = fitIsotonic(logOddsOfPairs(platt, pairs), pairs.isSame, pairs.weights);
  return {
    ...platt,
    method: 'isotonic',
    isotonic: { scores, values: values.map((value) => Math.min(high, Math.max(low, value))) },
  };
}

/** Log-odds of every pair. */
export function logOddsOfPairs(
  calibration: Calibration,
  { shape, colour }: Pick<CalibrationPairs, 'shape' | 'colour'>,
): Float64Array {
  return Float64Array.from({ length: shape.length }, (_, pair) =>
    logOddsOf(calibration, { shape: shape[pair] as number, colour: colour[pair] as number }),
  );
}

function boundsOf({ same, different }: Evidence): [high: number, low: number] {
  return [(same + 1) / (same + 2), 1 / (different + 2)];
}
