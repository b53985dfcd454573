import { rowsOfSplit, sampleStyles, type Snapshot, type TrainingMetrics } from '#datasets';
import { type EmbeddedPhotos, fitRecogniser, fitVerifier, measureRecognition, measureVerification } from '#evaluation';
import { featureWidth, Random } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { embedFeatures } from './apply-head.js';
import { takeRows } from './rows.js';

/** Photos are compared with each other: more take time by the square. */
const QUERIES = 1_000;
/** Photos that are searched: shops that have more are told how many it were. */
const GALLERY = 5_000;

/**
 * What photos are verified and recognised by. Fitted on validation styles under heads that were trained without them: the
 * heads in the bundle have seen those styles, so there they would look better than they are. Measured on hold-out styles
 * under the heads in the bundle.
 *
 * @param judged trained on the training styles only; null: nothing was, and nothing is fitted
 * @param served in the bundle
 * @param dial the model's, at which photos are searched
 * @returns null where the validation styles are too few, see `fitVerifier`
 */
export function fitMatching(
  snapshot: Snapshot,
  { judged, served }: { judged: TwoPartHeads | null; served: TwoPartHeads },
  dial: number,
  seed: number,
): TrainingMetrics['matching'] {
  if (judged === null) return null;
  const random = new Random(seed);
  const sample = (rows: number[], limit: number) => sampleStyles(snapshot, rows, limit, random);
  const training = sample(rowsOfSplit(snapshot, 'train'), GALLERY);
  const validation = sample(rowsOfSplit(snapshot, 'validation'), QUERIES);
  const holdout = sample(rowsOfSplit(snapshot, 'holdout'), QUERIES);

  const fittedOn = embeddedPhotos(snapshot, validation, judged);
  const verifier = fitVerifier(fittedOn, random);
  if (verifier === null) return null;
  const searched = embeddedPhotos(snapshot, [...training, ...validation], judged);
  const recogniser = fitRecogniser(fittedOn, searched, verifier.calibration, dial);
  if (holdout.length === 0) return { verifier, recogniser, holdout: null };
  const queries = embeddedPhotos(snapshot, holdout, served);
  const gallery = embeddedPhotos(snapshot, [...training, ...validation, ...holdout], served);
  return {
    verifier,
    recogniser,
    holdout: {
      verification: measureVerification(verifier, queries),
      recognition: recogniser && measureRecognition(verifier, recogniser, queries, gallery, dial),
    },
  };
}

/** How many pairs of photos are compared, about. */
export function matchedPairs(snapshot: Snapshot): number {
  const photosOf = (split: Parameters<typeof rowsOfSplit>[1], limit: number) =>
    Math.min(rowsOfSplit(snapshot, split).length, limit);
  const validation = photosOf('validation', QUERIES);
  const holdout = photosOf('holdout', QUERIES);
  const searched = photosOf('train', GALLERY) + validation;
  return validation * searched + holdout * (searched + holdout);
}

function embeddedPhotos(snapshot: Snapshot, rows: number[], heads: TwoPartHeads): EmbeddedPhotos {
  const photos = rows.flatMap((row) => snapshot.photos[row] ?? []);
  return {
    products: photos.map(({ productId }) => productId),
    styles: photos.map(({ styleId }) => styleId),
    imageIds: photos.map(({ imageId }) => imageId),
    vectors: embedFeatures(heads, takeRows(snapshot.features, featureWidth(snapshot.layout), rows)),
  };
}
