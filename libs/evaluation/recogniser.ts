import { EMBEDDING_SIZE } from '#foundation';
import { neighbourVote, scaleQuery, similarityByPart, type Vote } from '#similarity';
import { z } from 'zod';
import { type Calibration, logOddsOf, probabilityAt } from './calibration.js';
import { forEachInnerProducts } from './inner-products.js';
import { fitLogistic, sigmoid } from './logistic-regression.js';
import { numberLabels } from './retrieval-set.js';
import { pointAtFalseAcceptRate, rocCurve } from './roc.js';
import type { EmbeddedPhotos } from './verification.js';

/** Nearest photos at the model's dial; the most probable of them vote. */
export const CANDIDATES = 50;
/** How many may vote: one where products have few photos, more where they have many. */
const VOTERS = [1, 3, 5] as const;
/** Expected false accepts that carry the threshold: photos are more independent of each other than pairs of them. */
const LEAST_FALSE_ACCEPTS = 5;
/** Share of the photos of unknown products that a recogniser may name a product for. */
const FALSE_ACCEPT_RATE = 0.1;

const share = z.number().min(0).max(1);

/** What became of photos whose product is in the gallery, and of the same photos after it was taken out. */
export const recognitionOutcomeSchema = z.object({
  /** Photos that were searched. */
  gallery: z.int(),
  /** Queries whose product has another photo in the gallery. */
  known: z.int(),
  /** Queries whose product was taken out; its other colours, if any, stayed. */
  unknown: z.int(),
  /** Of the known: the vote names the product, before any threshold. */
  rankOne: share.nullable(),
  /** Of the known: named, and rightly. */
  recognised: share.nullable(),
  /** Of the known: another product was named. */
  confused: share.nullable(),
  /** Of the known: refused although the vote had the right product. */
  refusedRight: share.nullable(),
  /** Of the unknown: a product was named. */
  acceptedWrong: share.nullable(),
});
export type RecognitionOutcome = z.infer<typeof recognitionOutcomeSchema>;

/** When to name the winner of a vote, and how sure to be. */
export const recogniserSchema = z.object({
  /** Of the nearest photos, those that most probably show the query's product: so many vote. */
  voters: z.int().min(1),
  /** Log-odds that the winner is right = intercept + slope times the log-odds of its nearest photo. */
  intercept: z.number(),
  slope: z.number(),
  /** Log-odds of the winner's nearest photo from which on it is named; null: the queries were too few to say, none is named. */
  threshold: z.number().nullable(),
  /** Share of unknown products that the threshold was set to let through. */
  falseAcceptRate: share,
  /** On the queries that it was fitted on. */
  fittedOn: recognitionOutcomeSchema,
});
export type Recogniser = z.infer<typeof recogniserSchema>;

/** One query's vote. */
interface Trial {
  isKnown: boolean;
  /** Whether the winner is the query's product; never for the unknown. */
  isRight: boolean;
  /** Of the winner's nearest photo. */
  logOdds: number;
}

/** Probability that the winner of a vote is right, half of all queries being of products that are not there. */
export function winnerProbability({ intercept, slope }: Recogniser, logOdds: number): number {
  return sigmoid(intercept + slope * logOdds);
}

/** Whether the winner of a vote is named. */
export function isNamed({ threshold }: Recogniser, logOdds: number): boolean {
  return threshold !== null && logOdds >= threshold;
}

/**
 * Asks every query twice: with its product in the gallery, and with all photos of its product taken out.
 *
 * @param queries photos of styles that the embedding was not trained on
 * @param gallery what is searched; a query's own image never answers it
 * @param dial that candidates are fetched at
 * @param voters photos that vote
 */
export function recognitionTrials(
  queries: EmbeddedPhotos,
  gallery: EmbeddedPhotos,
  calibration: Calibration,
  dial: number,
  voters: number,
): Trial[] {
  const [ofQueries, ofGallery] = numberLabels(queries.products, gallery.products) as [Int32Array, Int32Array];
  const [queryImages, galleryImages] = numberLabels(queries.imageIds, gallery.imageIds) as [Int32Array, Int32Array];
  const rowOf = (vectors: Float32Array, row: number) =>
    vectors.subarray(row * EMBEDDING_SIZE, (row + 1) * EMBEDDING_SIZE);
  const trials: Trial[] = [];
  const scaled = scaleQuery(queries.vectors, dial);
  forEachInnerProducts(scaled, gallery.vectors, EMBEDDING_SIZE, (query, similarities) => {
    const product = ofQueries[query] as number;
    const isOther = (row: number) => galleryImages[row] !== queryImages[query];
    const isKnown = ofGallery.some((label, row) => label === product && isOther(row));
    const winnerAmong = (isCandidate: (row: number) => boolean) => {
      const candidates = nearestRows(similarities, CANDIDATES, isCandidate).map((row) => ({
        productId: ofGallery[row] as number,
        embedding: rowOf(gallery.vectors, row),
      }));
      return voteAmong(candidates, rowOf(queries.vectors, query), calibration, voters)[0];
    };
    const winner = isKnown ? winnerAmong(isOther) : undefined;
    if (winner) trials.push({ isKnown, isRight: winner.productId === product, logOdds: winner.logOdds });
    const stranger = winnerAmong((row) => isOther(row) && ofGallery[row] !== product);
    if (stranger) trials.push({ isKnown: false, isRight: false, logOdds: stranger.logOdds });
  });
  return trials;
}

/**
 * The vote among the nearest photos: those that most probably show the query's product are asked.
 *
 * @param candidates the nearest at the model's dial
 * @param query `[128]`
 */
export function voteAmong<Product>(
  candidates: { productId: Product; embedding: Float32Array }[],
  query: Float32Array,
  calibration: Calibration,
  voters: number,
): Vote<Product>[] {
  const compared = candidates.map(({ productId, embedding }) => {
    const logOdds = logOddsOf(calibration, similarityByPart(query, embedding, 0));
    return { productId, logOdds, probability: probabilityAt(calibration, logOdds) };
  });
  return neighbourVote(compared.sort((a, b) => b.logOdds - a.logOdds).slice(0, voters));
}

/** The rows of the largest values, best first; equal ones in their order. */
function nearestRows(values: Float32Array, count: number, isCandidate: (row: number) => boolean): number[] {
  const best: number[] = [];
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] as number;
    if (best.length === count && value <= (values[best[count - 1] as number] as number)) continue;
    if (!isCandidate(row)) continue;
    const place = best.findIndex((other) => value > (values[other] as number));
    best.splice(place < 0 ? best.length : place, 0, row);
    if (best.length > count) best.pop();
  }
  return best;
}

/**
 * Chooses how many photos vote by who is right most often (the fewest of equals), fits how sure to be of a vote's winner,
 * known and unknown queries weighing one half each, and sets the threshold so that one in ten unknown products is named.
 *
 * @param queries photos of styles that the embedding was not trained on
 * @param gallery what is searched
 * @returns null without known queries, or where right winners are no more probable than wrong ones
 */
export function fitRecogniser(
  queries: EmbeddedPhotos,
  gallery: EmbeddedPhotos,
  calibration: Calibration,
  dial: number,
): Recogniser | null {
  const choices = VOTERS.map((voters) => {
    const trials = recognitionTrials(queries, gallery, calibration, dial, voters);
    return { voters, trials, right: trials.filter(({ isRight }) => isRight).length };
  });
  const { voters, trials, right } = choices.reduce((best, next) => (next.right > best.right ? next : best));
  const known = trials.filter(({ isKnown }) => isKnown).length;
  const unknown = trials.length - known;
  if (known === 0 || unknown === 0) return null;
  const scores = trials.map(({ logOdds }) => logOdds);
  const weights = trials.map(({ isKnown }) => (isKnown ? 0.5 / known : 0.5 / unknown));
  const [high, low] = [(right + 1) / (right + 2), 1 / (trials.length - right + 2)];
  const targets = trials.map(({ isRight }) => (isRight ? high : low));
  const [intercept, slope = 0] = fitLogistic([scores], targets, weights) as [number, number];
  if (slope <= 0) return null;
  const isSame = trials.map(({ isKnown }) => Number(isKnown));
  const strangers = new Array<number>(unknown).fill(1);
  const threshold =
    pointAtFalseAcceptRate(rocCurve({ scores, isSame, weights }), strangers, FALSE_ACCEPT_RATE, LEAST_FALSE_ACCEPTS)
      ?.threshold ?? null;
  return {
    ...{ voters, intercept, slope, threshold, falseAcceptRate: FALSE_ACCEPT_RATE },
    fittedOn: recognitionOutcome(trials, gallery.products.length, threshold),
  };
}

/** Shares of what became of the trials under a threshold. */
export function recognitionOutcome(trials: Trial[], gallery: number, threshold: number | null): RecognitionOutcome {
  const known = trials.filter(({ isKnown }) => isKnown);
  const unknown = trials.filter(({ isKnown }) => !isKnown);
  const isAccepted = ({ logOdds }: Trial) => threshold !== null && logOdds >= threshold;
  const shareOf = (all: Trial[], isMeant: (trial: Trial) => boolean) =>
    all.length === 0 ? null : all.filter(isMeant).length / all.length;
  return {
    ...{ gallery, known: known.length, unknown: unknown.length },
    rankOne: shareOf(known, ({ isRight }) => isRight),
    recognised: shareOf(known, (trial) => trial.isRight && isAccepted(trial)),
    confused: shareOf(known, (trial) => !trial.isRight && isAccepted(trial)),
    refusedRight: shareOf(known, (trial) => trial.isRight && !isAccepted(trial)),
    acceptedWrong: shareOf(unknown, isAccepted),
  };
}
