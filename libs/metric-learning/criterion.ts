import type { TrainingSettings } from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from './distances/distance.js';
import { DISTANCES } from './distances/registry.js';
import { pairsOf } from './losses/pairs.js';
import type { Proxies } from './losses/proxies.js';
import { type Loss, lossOf } from './losses/registry.js';
import { tripletGaps } from './losses/triplet-gaps.js';
import { mineBatchHard } from './miners/batch-hard-miner.js';
import { type MiningMoment, mineTriplets } from './miners/registry.js';
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

type LossOptions = Pick<TrainingSettings, 'loss' | 'miner' | 'distance'>;
type TripletLoss = Extract<Loss, { of: 'triplets' }>;

/**
 * The loss of one part under the settings of a run. Triplets are mined from plain numbers: the comparisons of a miner
 * have no gradient. Losses that mine none count the hardest triplet of each row as active while it is out of order.
 *
 * @param embeddings [batch, dim]
 * @param at.proxies of this part, for losses that have them
 * @param at.triplets of the batch's rows, where they were mined before; null: they are mined from the batch
 */
export function costOf(
  embeddings: Tensor2D,
  relation: Relation,
  settings: LossOptions,
  at: MiningMoment & { proxies: Proxies | null; triplets: Triplets | null },
): BatchCost {
  const { loss: lossSettings, distance: name } = settings;
  const [count, dim] = embeddings.shape;
  if (count === 0) throw new RangeError('A batch without photos has no loss.');
  const loss = lossOf(lossSettings);
  const distance = DISTANCES[name];
  if (loss.of === 'triplets' && at.triplets !== null) return costOfGiven(embeddings, at.triplets, loss, distance);
  const { nearer } = distance;
  const rows = embeddings.dataSync<'float32'>();
  const distances = distance.pairwise(rows, dim);
  const hardest = () => {
    const triplets = mineBatchHard(distances, relation, nearer);
    return { active: activeOf(gapsOf(triplets, distances, nearer), 0), candidates: triplets.anchors.length };
  };
  switch (loss.of) {
    case 'triplets': {
      if (settings.miner === null) throw new RangeError(`The loss ${lossSettings.name} needs a miner.`);
      const batch = { embeddings: rows, dim, distance, distances, relation, ...at };
      const { triplets, candidates } = mineTriplets(batch, settings.miner);
      const active = activeOf(gapsOf(triplets, distances, nearer), loss.margin);
      return { loss: loss.cost(embeddings, triplets, distance), terms: triplets.anchors.length, active, candidates };
    }
    case 'pairs': {
      const { positives, negatives } = pairsOf(relation);
      const terms = positives.firsts.length + negatives.firsts.length;
      return { loss: loss.cost(embeddings, relation, distance), terms, ...hardest() };
    }
    case 'proxies': {
      if (at.proxies === null) throw new RangeError(`The loss ${lossSettings.name} needs proxies.`);
      return { loss: loss.cost(embeddings, relation, at.proxies), terms: count, ...hardest() };
    }
  }
}

/** Of triplets that were mined when the embeddings were others: some may be in order by now. */
function costOfGiven(embeddings: Tensor2D, triplets: Triplets, loss: TripletLoss, distance: Distance): BatchCost {
  const candidates = triplets.anchors.length;
  const gaps = tripletGaps(embeddings, triplets, distance).dataSync<'float32'>();
  const active = activeOf(gaps, loss.margin);
  return { loss: loss.cost(embeddings, triplets, distance), terms: candidates, active, candidates };
}

/** How much farther the positive of each triplet is than the negative, from the distances of a batch. */
function gapsOf(
  { anchors, positives, negatives }: Triplets,
  distances: Float32Array,
  nearer: Distance['nearer'],
): Float64Array {
  const count = Math.sqrt(distances.length);
  const sign = nearer === 'smaller' ? 1 : -1;
  return Float64Array.from(anchors, (anchor, at) => {
    const positive = distances[anchor * count + (positives[at] as number)] as number;
    const negative = distances[anchor * count + (negatives[at] as number)] as number;
    return sign * (positive - negative);
  });
}

/** How many triplets have a negative that is not farther than the positive by the margin. */
function activeOf(gaps: Float64Array | Float32Array, margin: number): number {
  let active = 0;
  for (const gap of gaps) if (gap + margin > 0) active += 1;
  return active;
}
