import type { Random, TrainingSettings } from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { DISTANCES } from './distances/registry.js';
import { tripletLoss } from './losses/registry.js';
import { mineTriplets } from './miners/registry.js';
import type { Relation } from './miners/relation.js';

/** What a batch costs, and what of it is yet to learn. */
export interface BatchCost {
  loss: Scalar;
  /** What the loss is a mean of; 0: the batch teaches nothing. */
  terms: number;
  /** Terms that are not in order yet. */
  active: number;
  /** What `active` is a share of. */
  candidates: number;
}

/**
 * The loss of one part under the settings of a run. Triplets are mined from plain numbers: the comparisons of a miner
 * have no gradient.
 *
 * @param embeddings [batch, dim]
 * @param at.progress share of the training's steps that are taken, in [0, 1)
 */
export function costOf(
  embeddings: Tensor2D,
  relation: Relation,
  { loss, miner, distance: name }: Pick<TrainingSettings, 'loss' | 'miner' | 'distance'>,
  at: { progress: number; random: Random },
): BatchCost {
  const [count, dim] = embeddings.shape;
  if (count === 0) throw new RangeError('A batch without photos has no loss.');
  if (miner === null) throw new RangeError(`The loss ${loss.name} needs a miner.`);
  const distance = DISTANCES[name];
  const { nearer } = distance;
  const rows = embeddings.dataSync<'float32'>();
  const distances = distance.pairwise(rows, dim);
  const { triplets, candidates } = mineTriplets({ embeddings: rows, dim, distances, nearer, relation, ...at }, miner);
  const { cost, margin } = tripletLoss(loss);
  const sign = nearer === 'smaller' ? 1 : -1;
  let active = 0;
  triplets.anchors.forEach((anchor, i) => {
    const positive = distances[anchor * count + (triplets.positives[i] as number)] as number;
    const negative = distances[anchor * count + (triplets.negatives[i] as number)] as number;
    if (sign * (positive - negative) + margin > 0) active += 1;
  });
  return { loss: cost(embeddings, triplets, distance), terms: triplets.anchors.length, active, candidates };
}
