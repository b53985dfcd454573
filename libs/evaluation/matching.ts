import { z } from 'zod';
import { logOddsOfPairs } from './calibration.js';
import { measureSeparation, separationSchema } from './separation.js';
import {
  type Recogniser,
  recogniserSchema,
  recognitionOutcome,
  type RecognitionOutcome,
  recognitionOutcomeSchema,
  recognitionTrials,
} from './recogniser.js';
import {
  comparePairs,
  type EmbeddedPhotos,
  measureCalibration,
  measureThresholds,
  type Verifier,
  verifierSchema,
} from './verification.js';

const share = z.number().min(0).max(1);

/** What verification is worth on some photos. */
const verificationOutcomeSchema = z.object({
  /** By the log-odds of the calibration. */
  separation: separationSchema,
  /** null without pairs of both sorts. */
  reliability: z
    .object({
      bins: z.array(
        z.object({
          ...{ from: share, to: share, pairs: z.int(), share },
          ...{ stated: share.nullable(), observed: share.nullable() },
        }),
      ),
      ...{ ece: share, brier: share, logLoss: z.number().min(0) },
    })
    .nullable(),
  thresholds: z.array(
    z.object({
      falseAcceptRate: share,
      measured: z
        .object({ sameProduct: share.nullable(), otherColours: share.nullable(), otherStyles: share.nullable() })
        .nullable(),
    }),
  ),
});
export type VerificationOutcome = z.infer<typeof verificationOutcomeSchema>;

/** What a model verifies and recognises by, and what that is worth on hold-out styles. */
export const matchingSchema = z.object({
  verifier: verifierSchema,
  recogniser: recogniserSchema.nullable(),
  /** By the heads in the bundle; null without a hold-out. */
  holdout: z
    .object({ verification: verificationOutcomeSchema, recognition: recognitionOutcomeSchema.nullable() })
    .nullable(),
});
export type Matching = z.infer<typeof matchingSchema>;

const metricsSchema = z.object({ matching: matchingSchema.nullable().default(null) });

/**
 * What a model verifies and recognises by; null for one that was trained on too few styles, or before there was any such.
 *
 * @param metrics `metrics` of a bundle's manifest
 */
export function matchingOf(metrics: unknown): Matching | null {
  return metricsSchema.parse(metrics).matching;
}

/** @param photos that the verifier was not fitted on */
export function measureVerification(verifier: Verifier, photos: EmbeddedPhotos): VerificationOutcome {
  const pairs = comparePairs(photos);
  const separation = measureSeparation(pairs, logOddsOfPairs(verifier.calibration, pairs));
  return {
    separation,
    reliability: separation.auc === null ? null : measureCalibration(verifier.calibration, pairs),
    thresholds: measureThresholds(verifier, pairs),
  };
}

/** @param queries that neither the embedding nor the recogniser was fitted on */
export function measureRecognition(
  { calibration }: Verifier,
  { threshold, voters }: Recogniser,
  queries: EmbeddedPhotos,
  gallery: EmbeddedPhotos,
  dial: number,
): RecognitionOutcome {
  const trials = recognitionTrials(queries, gallery, calibration, dial, voters);
  return recognitionOutcome(trials, gallery.products.length, threshold);
}
