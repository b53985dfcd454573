import { EMBEDDING_SIZE, type Random, SHAPE_SIZE } from '#foundation';
import { z } from 'zod';
import {
  type Calibration,
  calibrationSchema,
  type Evidence,
  fitIsotonicOver,
  fitPlatt,
  logOddsOfPairs,
  probabilityAt,
} from './calibration.js';
import { countKinds, type PhotoPairs, photoPairs, pairSimilarities, pairWeights, takePairs } from './photo-pairs.js';
import { measureReliability, type Reliability } from './reliability.js';
import type { RetrievalSet } from './retrieval-set.js';
import { pointAtFalseAcceptRate, rocCurve } from './roc.js';
import { FALSE_ACCEPT_RATES } from './separation.js';

const FOLDS = 5;
/** Fewer products with two photos than this say too little of what the same product looks like. */
const LEAST_PRODUCTS = 5;
/**
 * From so many products with two photos on isotonic regression may be taken. Its curve is free to follow noise: on six splits
 * of a studio catalogue with 16 to 30 such products it looked better once and never was on the hold-out.
 */
const ENOUGH_FOR_ISOTONIC = 100;

const losses = z.object({ logLoss: z.number(), brier: z.number() });

/** How a model turns similarity into probability, and where it accepts. */
export const verifierSchema = z.object({
  calibration: calibrationSchema,
  /** One sentence: why this method. */
  reason: z.string(),
  /** Both methods on styles that they were not fitted on, in five folds; null where there were too few styles. */
  crossFit: z.object({ platt: losses, isotonic: losses }).nullable(),
  /** Pairs that it was fitted on. */
  pairs: z.object({ sameProduct: z.int(), sameStyleOtherColour: z.int(), otherStyles: z.int() }),
  /** Log-odds from which on pairs are accepted at each rate, and their probability; null where the pairs do not support it. */
  thresholds: z.array(
    z.object({ falseAcceptRate: z.number(), logOdds: z.number().nullable(), probability: z.number().nullable() }),
  ),
});
export type Verifier = z.infer<typeof verifierSchema>;

/** Photos with embeddings of two parts. */
export type EmbeddedPhotos = Pick<RetrievalSet, 'products' | 'styles' | 'imageIds'> & {
  vectors: Float32Array; // [n, 128]
};

/** Pairs of photos with their cosines by part. */
export interface ComparedPairs extends PhotoPairs {
  shape: Float32Array;
  colour: Float32Array;
}

/** All pairs of some photos, compared. */
export function comparePairs(photos: EmbeddedPhotos): ComparedPairs {
  const pairs = photoPairs(photos);
  const cosines = (start: number, end: number) => pairSimilarities(pairs, photos.vectors, EMBEDDING_SIZE, start, end);
  return { ...pairs, shape: cosines(0, SHAPE_SIZE), colour: cosines(SHAPE_SIZE, EMBEDDING_SIZE) };
}

/**
 * Fits Platt scaling and isotonic regression to pairs of photos, takes the one of the lower log loss on styles that it was
 * not fitted on (Platt's, where the other is not better in the Brier score too, or the products are few), and sets the thresholds.
 *
 * @param photos of styles that the embedding was not trained on
 * @param random cuts the folds
 * @returns null with fewer than five products of two photos, or with one style only
 */
export function fitVerifier(photos: EmbeddedPhotos, random: Random): Verifier | null {
  const pairs = comparePairs(photos);
  const evidence = evidenceOf(pairs, photos);
  if (evidence.products < LEAST_PRODUCTS || evidence.styles < 2) return null;
  const crossFit = crossFitLosses(pairs, photos, random);
  const isIsotonicBetter =
    crossFit !== null &&
    evidence.products >= ENOUGH_FOR_ISOTONIC &&
    crossFit.isotonic.logLoss < crossFit.platt.logLoss &&
    crossFit.isotonic.brier < crossFit.platt.brier;
  const { platt, isotonic } = fitBoth(pairs, evidence);
  const calibration = isIsotonicBetter ? isotonic : platt;
  return {
    calibration,
    reason: reasonOf(crossFit, isIsotonicBetter, evidence.products),
    crossFit,
    pairs: countKinds(pairs),
    thresholds: thresholdsOf(calibration, pairs),
  };
}

/** Outcomes of a verifier's probabilities, in figures. */
export function measureCalibration(calibration: Calibration, pairs: ComparedPairs): Reliability {
  const probabilities = logOddsOfPairs(calibration, pairs).map((logOdds) => probabilityAt(calibration, logOdds));
  return measureReliability(probabilities, isSameOf(pairs), pairWeights(pairs));
}

/** What came of the thresholds on other pairs than they were set on. */
export interface ThresholdOutcome {
  /** The rate that the threshold was set for. */
  falseAcceptRate: number;
  /** null throughout where there is no threshold, and for a sort of pairs that does not occur. */
  measured: { otherColours: number | null; otherStyles: number | null; sameProduct: number | null } | null;
}

/** Share of each sort of pairs that each threshold accepts. */
export function measureThresholds({ calibration, thresholds }: Verifier, pairs: ComparedPairs): ThresholdOutcome[] {
  const scores = logOddsOfPairs(calibration, pairs);
  return thresholds.map(({ falseAcceptRate, logOdds }) => {
    if (logOdds === null) return { falseAcceptRate, measured: null };
    const acceptedOf = (kind: number) => {
      const ofKind = scores.filter((_, pair) => pairs.kinds[pair] === kind);
      return ofKind.length === 0 ? null : ofKind.filter((score) => score >= logOdds).length / ofKind.length;
    };
    return {
      falseAcceptRate,
      measured: { sameProduct: acceptedOf(0), otherColours: acceptedOf(1), otherStyles: acceptedOf(2) },
    };
  });
}

function fitBoth(pairs: ComparedPairs, evidence: Evidence) {
  const input = { ...pairs, weights: pairWeights(pairs) };
  const platt = fitPlatt(input, evidence);
  return { platt, isotonic: fitIsotonicOver(platt, input, evidence) };
}

/** Each fold's pairs under calibrations fitted on pairs that share no style with it. */
function crossFitLosses(pairs: ComparedPairs, photos: EmbeddedPhotos, random: Random): Verifier['crossFit'] {
  const styles = random.shuffled([...new Set(photos.styles)].sort());
  const foldOf = new Map(styles.map((style, at) => [style, at % FOLDS]));
  const folds = Int32Array.from(photos.styles, (style) => foldOf.get(style) as number);
  const tested = { kinds: [] as number[], platt: [] as number[], isotonic: [] as number[] };
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const isOutside = (pair: number) =>
      folds[pairs.first[pair] as number] !== fold && folds[pairs.second[pair] as number] !== fold;
    const isInside = (pair: number) =>
      folds[pairs.first[pair] as number] === fold && folds[pairs.second[pair] as number] === fold;
    const training = takeCompared(pairs, isOutside);
    const evidence = evidenceOf(training, photos);
    if (evidence.products === 0 || evidence.styles === 0) continue;
    const inside = takeCompared(pairs, isInside);
    const { platt, isotonic } = fitBoth(training, evidence);
    // One by one: a hundred thousand arguments are too many for push(...).
    logOddsOfPairs(platt, inside).forEach((logOdds, pair) => {
      tested.kinds.push(inside.kinds[pair] as number);
      tested.platt.push(probabilityAt(platt, logOdds));
      tested.isotonic.push(probabilityAt(isotonic, logOdds));
    });
  }
  const kinds = Uint8Array.from(tested.kinds);
  const isSame = isSameOf({ kinds });
  if (!kinds.includes(0) || isSame.every((same) => same === 1)) return null;
  const lossesOf = (probabilities: number[]) => {
    const { logLoss, brier } = measureReliability(probabilities, isSame, pairWeights({ kinds }));
    return { logLoss, brier };
  };
  return { platt: lossesOf(tested.platt), isotonic: lossesOf(tested.isotonic) };
}

function reasonOf(crossFit: Verifier['crossFit'], isIsotonicBetter: boolean, products: number): string {
  if (crossFit === null) return 'Platt scaling: too few styles to compare it with isotonic regression.';
  const [platt, isotonic] = [crossFit.platt, crossFit.isotonic].map(
    ({ logLoss, brier }) => `log loss ${logLoss.toFixed(3)} and Brier score ${brier.toFixed(3)}`,
  );
  if (isIsotonicBetter) {
    return `Isotonic regression: ${isotonic} on styles it was not fitted on; Platt scaling has ${platt}.`;
  }
  const few = products < ENOUGH_FOR_ISOTONIC ? `, and ${products} products with two photos are too few for it` : '';
  return `Platt scaling: ${platt} on styles it was not fitted on; isotonic regression has ${isotonic}${few}.`;
}

function thresholdsOf(calibration: Calibration, pairs: ComparedPairs): Verifier['thresholds'] {
  const scores = logOddsOfPairs(calibration, pairs);
  const isSame = isSameOf(pairs);
  const weights = pairWeights(pairs);
  const curve = rocCurve({ scores, isSame, weights });
  const different = weights.filter((_, pair) => isSame[pair] === 0);
  return FALSE_ACCEPT_RATES.map((falseAcceptRate) => {
    const logOdds = pointAtFalseAcceptRate(curve, different, falseAcceptRate)?.threshold ?? null;
    return { falseAcceptRate, logOdds, probability: logOdds === null ? null : probabilityAt(calibration, logOdds) };
  });
}

function evidenceOf({ first, second, kinds }: PhotoPairs, { products, styles }: EmbeddedPhotos): Evidence {
  const seen = { products: new Set<string>(), recoloured: new Set<string>(), styles: new Set<string>() };
  kinds.forEach((kind, pair) => {
    const [a, b] = [first[pair] as number, second[pair] as number];
    if (kind === 0) seen.products.add(products[a] as string);
    else if (kind === 1) seen.recoloured.add(styles[a] as string);
    else seen.styles.add(styles[a] as string).add(styles[b] as string);
  });
  return { products: seen.products.size, recoloured: seen.recoloured.size, styles: seen.styles.size };
}

function takeCompared(pairs: ComparedPairs, isTaken: (pair: number) => boolean): ComparedPairs {
  return {
    ...takePairs(pairs, isTaken),
    shape: pairs.shape.filter((_, pair) => isTaken(pair)),
    colour: pairs.colour.filter((_, pair) => isTaken(pair)),
  };
}

const isSameOf = ({ kinds }: Pick<PhotoPairs, 'kinds'>) => kinds.map((kind) => Number(kind === 0));
