import { type LossName } from '#foundation';
import type { ComputeBackend } from '#compute';
import {
  euclideanDistance,
  isPositive,
  mineBatchHard,
  mineSemiHard,
  softMarginLoss,
  squaredEuclideanDistance,
  tripletMarginLoss,
  unitRows,
  type Relation,
} from '#metric-learning';
import type { Scalar, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { PhotoLabels } from './photo-labels.js';

/** FaceNet's margin on squared distances of unit vectors. */
const SEMI_HARD_MARGIN = 0.2;

/** A head being trained, on the rows of a prepared block. */
export interface TrainableHead {
  weight: Variable; // [inputs, outputs]
  bias: Variable; // [outputs]
}

/** Numbers of one step, for people and for the curve. */
export interface StepFigures {
  /** Sum of the losses of both parts; null when the batch held no triplet. */
  loss: number | null;
  /**
   * Share that is not yet in order: of batch-hard's triplets, those whose negative is nearer than the positive; of
   * semi-hard's anchor-positive pairs, those with a triplet inside the margin, because it mines no others. null without any.
   */
  activeShare: number | null;
  /** Share of anchors with another photo as a positive, mean over the parts; null before the first batch. */
  realPositiveShare: number | null;
}

/** Unit embeddings of both parts for the rows of a batch. */
export function forward(
  { tf }: ComputeBackend,
  heads: { shape: TrainableHead; colour: TrainableHead },
  rows: { shape: Tensor2D /* [batch, 1280] */; colour: Tensor2D /* [batch, 128] */ },
): { shape: Tensor2D; colour: Tensor2D } {
  const part = (head: TrainableHead, block: Tensor2D) =>
    tf.tidy(() => unitRows(tf.add<Tensor2D>(tf.matMul(block, head.weight as Tensor2D), head.bias)));
  return { shape: part(heads.shape, rows.shape), colour: part(heads.colour, rows.colour) };
}

/**
 * The triplet losses of both parts, mined and summed. Each part has its own relation: shape draws together photos of one
 * style, whatever the colour; colour draws together photos of one product, against its own style's other colours too.
 *
 * Triplets are mined from plain numbers: the comparisons of a miner have no gradient.
 */
export function partLosses(
  backend: ComputeBackend,
  parts: { shape: Tensor2D; colour: Tensor2D },
  labels: PhotoLabels,
  loss: LossName,
): { loss: Scalar; triplets: number } & Omit<StepFigures, 'loss'> {
  const relationOf = (label: Int32Array): Relation => ({ positive: label, negative: label, photo: labels.photo });
  const relations = { shape: relationOf(labels.style), colour: relationOf(labels.product) };
  const shape = minedLoss(parts.shape, relations.shape, loss);
  const colour = minedLoss(parts.colour, relations.colour, loss);
  const sum: Scalar = backend.tf.add(shape.loss, colour.loss);
  backend.tf.dispose([shape.loss, colour.loss]);
  const triplets = shape.triplets + colour.triplets;
  const candidates = shape.candidates + colour.candidates;
  return {
    loss: sum,
    triplets,
    activeShare: candidates === 0 ? null : (shape.active + colour.active) / candidates,
    realPositiveShare: (shareWithPositive(relations.shape) + shareWithPositive(relations.colour)) / 2,
  };
}

function minedLoss(
  embeddings: Tensor2D,
  relation: Relation,
  loss: LossName,
): { loss: Scalar; triplets: number; active: number; candidates: number } {
  const [count, dim] = embeddings.shape;
  if (count === 0) throw new RangeError('A batch without photos has no loss.');
  const distance = loss === 'semi-hard-margin' ? squaredEuclideanDistance : euclideanDistance;
  const margin = loss === 'semi-hard-margin' ? SEMI_HARD_MARGIN : 0;
  const distances = distance.pairwise(embeddings.dataSync<'float32'>(), dim);
  const triplets =
    loss === 'semi-hard-margin'
      ? mineSemiHard(distances, relation, margin, distance.nearer)
      : mineBatchHard(distances, relation, distance.nearer);
  let active = 0;
  triplets.anchors.forEach((anchor, at) => {
    const positive = distances[anchor * count + (triplets.positives[at] as number)] as number;
    const negative = distances[anchor * count + (triplets.negatives[at] as number)] as number;
    if (positive - negative + margin > 0) active += 1;
  });
  return {
    loss:
      loss === 'semi-hard-margin'
        ? tripletMarginLoss(embeddings, triplets, distance, margin)
        : softMarginLoss(embeddings, triplets, distance),
    triplets: triplets.anchors.length,
    active,
    candidates: loss === 'semi-hard-margin' ? pairsOf(relation) : triplets.anchors.length,
  };
}

/** Anchors with each of their positives. */
function pairsOf(relation: Relation): number {
  let pairs = 0;
  for (let i = 0; i < relation.photo.length; i += 1) {
    for (let j = 0; j < relation.photo.length; j += 1) if (isPositive(relation, i, j)) pairs += 1;
  }
  return pairs;
}

/** Share of rows that have a positive among the others. */
function shareWithPositive({ positive, photo }: Relation): number {
  const photosOf = new Map<number, Set<number>>();
  positive.forEach((label, row) => {
    photosOf.set(label, (photosOf.get(label) ?? new Set()).add(photo[row] as number));
  });
  return positive.filter((label) => (photosOf.get(label)?.size ?? 0) > 1).length / positive.length;
}
