import { z } from 'zod';
import { fitIsotonic, isotonicValue } from './isotonic-regression.js';
import { fitLogistic, sigmoid } from './logistic-regression.js';

const stage = z.object({
  intercept: z.number(),
  /** Of the cosine of the shape parts; not negative. */
  shape: z.number().min(0),
  /** Of the cosine of the colour parts; not negative. */
  colour: z.number().min(0),
});
type Stage = z.infer<typeof stage>;

/**
 * From the similarity of two photos by part to the probability that they show the same product, in two stages:
 * P(same product) = P(same style) P(same product | same style), each the sigmoid of a weighted sum of the two cosines. One sum
 * would not do: photos of another colour are often more alike in shape than two views of one product. `platt` takes the
 * product as it is, `isotonic` a never falling function of its log-odds.
 */
export const calibrationSchema = z.object({
  method: z.enum(['platt', 'isotonic']),
  sameStyle: stage,
  /** Given the same style, by colour alone; null: no style came in two colours, so the same style is the same product. */
  sameProduct: stage.nullable(),
  /** Knots of the isotonic function; null for `platt`. */
  isotonic: z.object({ scores: z.array(z.number()), values: z.array(z.number()) }).nullable(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** Pairs to calibrate on. All lists run in step. */
export interface CalibrationPairs {
  /** Cosines by part. */
  shape: ArrayLike<number>;
  colour: ArrayLike<number>;
  /** Position in `PAIR_KINDS`: 0 same product, 1 another colour of its style, 2 another style. */
  kinds: Uint8Array;
  weights: ArrayLike<number>;
}

/** How many independent cases stand behind the pairs of each kind: what keeps a probability from 0 and 1. */
export interface Evidence {
  /** Products with two photos. */
  products: number;
  /** Styles with two colours. */
  recoloured: number;
  /** Styles. */
  styles: number;
}

/** Log-odds that two photos show the same product, before any isotonic function. */
export function logOddsOf({ sameStyle, sameProduct }: Calibration, cosines: { shape: number; colour: number }): number {
  const sum = ({ intercept, shape, colour }: Stage) => intercept + shape * cosines.shape + colour * cosines.colour;
  const style = sum(sameStyle);
  if (sameProduct === null) return style;
  const product = sum(sameProduct);
  // 1 / p - 1 = (1 + e^-a)(1 + e^-b) - 1.
  return -Math.log(Math.exp(-style) + Math.exp(-product) + Math.exp(-style - product));
}

/** The probability at some log-odds, in (0, 1). */
export function probabilityAt({ isotonic }: Calibration, logOdds: number): number {
  return isotonic === null ? sigmoid(logOdds) : isotonicValue(isotonic, logOdds);
}

/**
 * Platt scaling (Platt, Probabilistic Outputs for Support Vector Machines, 1999) of both stages, with his smoothed targets:
 * k cases never prove more than (k + 1) / (k + 2).
 */
export function fitPlatt({ shape, colour, kinds, weights }: CalibrationPairs, evidence: Evidence): Calibration {
  const sameStyle = fitStage(
    [shape, colour],
    kinds.map((kind) => Number(kind < 2)),
    weights,
    {
      yes: evidence.products + evidence.recoloured,
      no: evidence.styles,
    },
  );
  if (evidence.recoloured === 0) return { method: 'platt', sameStyle, sameProduct: null, isotonic: null };
  const inStyle = (_: unknown, pair: number) => (kinds[pair] as number) < 2;
  const ofStyle = <T>(values: ArrayLike<T>) => Array.from(values).filter(inStyle);
  const sameProduct = fitStage(
    [null, ofStyle(colour)],
    ofStyle(kinds).map((kind) => Number(kind === 0)),
    ofStyle(weights),
    { yes: evidence.products, no: evidence.recoloured },
  );
  return { method: 'platt', sameStyle, sameProduct, isotonic: null };
}

/** A part that would count against a pair, the more alike the less, is left out. */
function fitStage(
  [shape, colour]: [shape: ArrayLike<number> | null, colour: ArrayLike<number> | null],
  outcomes: ArrayLike<number>,
  weights: ArrayLike<number>,
  evidence: { yes: number; no: number },
): Stage {
  const targets = Array.from(outcomes, (outcome) =>
    outcome === 1 ? (evidence.yes + 1) / (evidence.yes + 2) : 1 / (evidence.no + 2),
  );
  const columns = [shape, colour].filter((column) => column !== null);
  const [intercept = 0, ...slopes] = fitLogistic(columns, targets, weights);
  const ofShape = shape === null ? 0 : (slopes[0] as number);
  const ofColour = colour === null ? 0 : (slopes.at(-1) as number);
  if (ofShape < 0) return fitStage([null, colour], outcomes, weights, evidence);
  if (ofColour < 0) return fitStage([shape, null], outcomes, weights, evidence);
  return { intercept, shape: ofShape, colour: ofColour };
}

/** Isotonic regression (Zadrozny and Elkan, 2002) over the log-odds of a Platt fit, kept from 0 and 1 by the same bounds. */
export function fitIsotonicOver(platt: Calibration, pairs: CalibrationPairs, evidence: Evidence): Calibration {
  const [high, low] = [(evidence.products + 1) / (evidence.products + 2), 1 / (evidence.styles + 2)];
  const isSame = pairs.kinds.map((kind) => Number(kind === 0));
  const { scores, values } = fitIsotonic(logOddsOfPairs(platt, pairs), isSame, pairs.weights);
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
