import type { MinerSettings, Random } from '#foundation';
import type { Distance } from '../distances/distance.js';
import { euclideanDistance } from '../distances/euclidean-distance.js';
import { everyTriplet } from './all-miner.js';
import { type MineAnchor, mineEach } from './anchor-view.js';
import { easyPositive } from './batch-easy-hard-miner.js';
import { hardestTriplet } from './batch-hard-miner.js';
import { weightedTriplets } from './distance-weighted-miner.js';
import { tripletsOfGap } from './gap-miner.js';
import { negativesOf, positivesOf, type Relation } from './relation.js';
import { semiHardTriplets } from './semi-hard-miner.js';
import type { Triplets } from './triplets.js';

/** Where a training is when it mines. */
export interface MiningMoment {
  /** Share of the training's steps that are taken, in [0, 1). */
  progress: number;
  /** For miners that draw. */
  random: Random;
}

/** A miner under its settings, at one moment of a training. */
export interface Miner {
  mine: MineAnchor;
  /** What it measures in: the training's distance, unless the method has one of its own. */
  distance: Distance;
  /**
   * What there could be triplets of, which the active share is a share of: as many as there are; or all pairs of anchor
   * and positive, where a pair without a triplet is in order; or all valid triplets.
   */
  of: 'themselves' | 'pairs' | 'all';
}

/**
 * The miner that the settings name.
 *
 * @param dim of the embeddings
 */
export function minerOf(
  settings: MinerSettings,
  distance: Distance,
  dim: number,
  { progress, random }: MiningMoment,
): Miner {
  const semiHard = (margin: number) => ({ mine: semiHardTriplets(margin), distance, of: 'pairs' }) as const;
  const batchHard = { mine: hardestTriplet, distance, of: 'themselves' } as const;
  switch (settings.name) {
    case 'all':
      return { mine: everyTriplet, distance, of: 'themselves' };
    case 'easy':
      return { mine: tripletsOfGap(settings.margin, 'easy'), distance, of: 'all' };
    case 'hard':
      return { mine: tripletsOfGap(0, 'hard'), distance, of: 'all' };
    case 'semi-hard':
      if (settings.pick === 'nearest') return semiHard(settings.margin);
      return { mine: tripletsOfGap(settings.margin, 'semi-hard'), distance, of: 'all' };
    case 'batch-hard':
      return batchHard;
    case 'batch-easy-hard':
      return { mine: easyPositive(settings.negatives), distance, of: 'themselves' };
    case 'distance-weighted':
      return { mine: weightedTriplets(dim, settings, random), distance: euclideanDistance, of: 'pairs' };
    // FaceNet, arXiv 1503.03832, section 3.2: the hardest negatives lead to bad local minima early on in training.
    case 'semi-hard-then-hard':
      return progress < settings.until ? semiHard(settings.margin) : batchHard;
  }
}

/** What a miner sees of one batch. */
export interface MiningBatch extends MiningMoment {
  embeddings: Float32Array; // [batch, dim]
  dim: number;
  distance: Distance;
  /** Of the batch in that distance. */
  distances: Float32Array; // [batch, batch]
  relation: Relation;
}

export interface Mined {
  triplets: Triplets;
  /** How many there could have been, in the sense of the miner. */
  candidates: number;
}

/** The triplets of one batch, by the miner that the settings name. */
export function mineTriplets(batch: MiningBatch, settings: MinerSettings): Mined {
  const { embeddings, dim, distance, relation } = batch;
  const miner = minerOf(settings, distance, dim, batch);
  const distances = miner.distance === distance ? batch.distances : miner.distance.pairwise(embeddings, dim);
  const triplets = mineEach(distances, relation, miner.distance.nearer, miner.mine);
  return { triplets, candidates: candidatesOf(miner, triplets, relation) };
}

function candidatesOf({ of }: Miner, triplets: Triplets, relation: Relation): number {
  if (of === 'themselves') return triplets.anchors.length;
  const each = (anchor: number) =>
    positivesOf(relation, anchor).length * (of === 'pairs' ? 1 : negativesOf(relation, anchor).length);
  return relation.photo.reduce((sum, _, anchor) => sum + each(anchor), 0);
}
