import type { Random, TrainingSettings } from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from './distances/distance.js';
import { DISTANCES } from './distances/registry.js';
import { pairsOf } from './losses/pairs.js';
import type { Proxies } from './losses/proxies.js';
import { lossOf } from './losses/registry.js';
import { mineBatchHard } from './miners/batch-hard-miner.js';
import { mineTriplets } from './miners/registry.js';
import type { Relation } from './miners/relation.js';
import type { Triplets } from './miners/triplets.js';

/** What a batch costs, and what of it is yet to learn. */
export interface BatchCost {
  loss: Scalar;
  /** What the loss is about: triplets, pairs, or photos beside proxies. 0: the batch teaches nothing. */
  terms: number;
  /** Triplets that are not in order yet. */
  active: number;
  /** What `active` is a share of. */
  candidates: number;
}

/**
 * The loss of one part under the settings of a run. Triplets are mined from plain numbers: the comparisons of a miner
 * have no gradient. Losses that mine none count the hardest triplet of each row as active while it is out of order.
 *
 * @param embeddings [batch, dim]
 * @param at.progress share of the training's steps that are taken, in [0, 1)
 * @param at.random for miners that draw
 * @param at.proxies of this part, for losses that have them
 */
export function costOf(
  embeddings: Tensor2D,
  relation: Relation,
  { loss: settings, miner, distance: name }: Pick<TrainingSettings, 'loss' | 'miner' | 'distance'>,
  at: { progress: number; random: Random; proxies: Proxies | null },
): BatchCost {
  const [count, dim] = embeddings.shape;
  if (count === 0) throw new RangeError('A batch without photos has no loss.');
  const distance = DISTANCES[name];
  const { nearer } = distance;
  const rows = embeddings.dataSync<'float32'>();
  const distances = distance.pairwise(rows, dim);
  const hardest = () => {
    const triplets = mineBatchHard(distances, relation, nearer);
    return { active: activeOf(triplets, distances, nearer, 0), candidates: triplets.anchors.length };
  };
  const loss = lossOf(settings);
  switch (loss.of) {
    case 'triplets': {
      if (miner === null) throw new RangeError(`The loss ${settings.name} needs a miner.`);
      const { triplets, candidates } = mineTriplets(
        { embeddings: rows, dim, distances, nearer, relation, ...at },
        miner,
      );
      const active = activeOf(triplets, distances, nearer, loss.margin);
      return { loss: loss.cost(embeddings, triplets, distance), terms: triplets.anchors.length, active, candidates };
    }
    case 'pairs': {
      const { positives, negatives } = pairsOf(relation);
      const terms = positives.firsts.length + negatives.firsts.length;
      return { loss: loss.cost(embeddings, relation, distance), terms, ...hardest() };
    }
    case 'proxies': {
      if (at.proxies === null) throw new RangeError(`The loss ${settings.name} needs proxies.`);
      return { loss: loss.cost(embeddings, relation, at.proxies), terms: count, ...hardest() };
    }
  }
}

/** How many triplets have a negative that is not farther than the positive by the margin. */
function activeOf(
  { anchors, positives, negatives }: Triplets,
  distances: Float32Array,
  nearer: Distance['nearer'],
  margin: number,
): number {
  const count = Math.sqrt(distances.length);
  const sign = nearer === 'smaller' ? 1 : -1;
  let active = 0;
  anchors.forEach((anchor, at) => {
    const positive = distances[anchor * count + (positives[at] as number)] as number;
    const negative = distances[anchor * count + (negatives[at] as number)] as number;
    if (sign * (positive - negative) + margin > 0) active += 1;
  });
  return active;
}
