import type { ComputeBackend } from '#compute';
import type { Random, TrainingSettings } from '#foundation';
import { costOf, type Proxies, type Relation, type Triplets, unitRows } from '#metric-learning';
import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { colourDifferenceLoss } from './colour-difference.js';
import { isPart, relationOf, SPACES, type Space } from './part-relations.js';
import type { BatchLabels } from './photo-labels.js';
import type { Spread } from './run/spread.js';

/** A head being trained, on the rows of a prepared block. */
export interface TrainableHead {
  weight: Variable; // [inputs, outputs]
  bias: Variable; // [outputs]
}

/** Numbers of one step, for people and for the curve. */
export interface StepFigures {
  /** Weighted sum of the losses; null when the batch held nothing to learn from. */
  loss: number | null;
  /**
   * Share that is not yet in order: of batch-hard's triplets, those whose negative is nearer than the positive; of
   * semi-hard's anchor-positive pairs, those with a triplet inside the margin, because it mines no others; under losses
   * without a miner, of each photo's hardest triplet. null without any.
   */
  activeShare: number | null;
  /** Share of anchors with another photo as a positive, mean over what is trained; null before the first batch. */
  realPositiveShare: number | null;
  /** How far apart the batch's embeddings lie, by part; null before the first batch. */
  spread: Spread | null;
}

export type Parts = Record<'shape' | 'colour', Tensor2D>;
type LossOptions = Pick<TrainingSettings, 'loss' | 'miner' | 'distance' | 'weights' | 'colourDifference' | 'dial'>;

/** Unit embeddings of both parts for the rows of a batch. */
export function forward(
  { tf }: ComputeBackend,
  heads: { shape: TrainableHead; colour: TrainableHead },
  rows: { shape: Tensor2D /* [batch, layout.shape] */; colour: Tensor2D /* [batch, layout.colour] */ },
): { shape: Tensor2D; colour: Tensor2D } {
  const part = (head: TrainableHead, block: Tensor2D) =>
    tf.tidy(() => unitRows(tf.add<Tensor2D>(tf.matMul(block, head.weight as Tensor2D), head.bias)));
  return { shape: part(heads.shape, rows.shape), colour: part(heads.colour, rows.colour) };
}

/**
 * The weighted sum of the losses of shape, colour and both joined, each in its own relation; and with it, to be descended, the
 * weighted loss of colours that differ otherwise than the photos' own.
 *
 * @param at.progress share of the training's steps that are taken, in [0, 1)
 * @param at.random for miners that draw
 * @param at.proxies of every space that is trained, for losses that have them
 * @param at.triplets of every space that is trained, by rows of the batch, where they were mined before; null: they are mined
 *   from the batch
 */
export function partLosses(
  backend: ComputeBackend,
  parts: Parts,
  labels: BatchLabels,
  settings: LossOptions,
  at: {
    progress: number;
    random: Random;
    proxies: Partial<Record<Space, Proxies>>;
    triplets: Partial<Record<Space, Triplets>> | null;
  },
): { loss: Scalar; descended: Scalar; terms: number } & Omit<StepFigures, 'loss' | 'spread'> {
  const { tf } = backend;
  const counts = { terms: 0, active: 0, candidates: 0, positiveShare: 0 };
  const trained = SPACES.filter((space) => settings.weights[space] > 0);
  const loss = tf.tidy(() => {
    const losses = trained.map((space) => {
      const relation = relationOf(space, labels);
      const embeddings = isPart(space) ? parts[space] : joinParts(backend, parts, settings.dial);
      const own = { proxies: at.proxies[space] ?? null, triplets: at.triplets?.[space] ?? null };
      const cost = costOf(embeddings, relation, settings, { ...at, ...own });
      counts.terms += cost.terms;
      counts.active += cost.active;
      counts.candidates += cost.candidates;
      counts.positiveShare += shareWithPositive(relation) / trained.length;
      return tf.mul<Scalar>(cost.loss, settings.weights[space]);
    });
    return tf.addN<Scalar>(losses);
  });
  const { colourDifference } = settings;
  const descended = tf.tidy(() =>
    colourDifference === 0
      ? tf.clone(loss)
      : tf.add<Scalar>(loss, tf.mul(colourDifferenceLoss(backend, parts.colour, labels), colourDifference)),
  );
  return {
    loss,
    descended,
    terms: counts.terms,
    activeShare: counts.candidates === 0 ? null : counts.active / counts.candidates,
    realPositiveShare: counts.positiveShare,
  };
}

/** Both parts as one unit vector, whose inner products are the similarities that are served at this dial. */
export function joinParts({ tf }: ComputeBackend, { shape, colour }: Parts, dial: number): Tensor2D {
  return tf.tidy(() =>
    tf.concat2d([tf.mul<Tensor2D>(shape, Math.sqrt(1 - dial)), tf.mul<Tensor2D>(colour, Math.sqrt(dial))], 1),
  );
}

/** Share of rows that have a positive among the others. */
function shareWithPositive({ positive, photo }: Relation): number {
  const photosOf = new Map<number, Set<number>>();
  positive.forEach((label, row) => {
    photosOf.set(label, (photosOf.get(label) ?? new Set()).add(photo[row] as number));
  });
  return positive.filter((label) => (photosOf.get(label)?.size ?? 0) > 1).length / positive.length;
}
