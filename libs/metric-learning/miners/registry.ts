import type { MinerSettings, Random } from '#foundation';
import type { Distance } from '../distances/distance.js';
import { mineAll } from './all-miner.js';
import { mineBatchEasyHard } from './batch-easy-hard-miner.js';
import { mineBatchHard } from './batch-hard-miner.js';
import { mineDistanceWeighted } from './distance-weighted-miner.js';
import { mineByGap } from './gap-miner.js';
import { negativesOf, positivesOf, type Relation } from './relation.js';
import { mineSemiHard } from './semi-hard-miner.js';
import type { Triplets } from './triplets.js';

/** What a miner sees of one batch. */
export interface MiningBatch {
  embeddings: Float32Array; // [batch, dim]
  dim: number;
  distances: Float32Array; // [batch, batch]
  nearer: Distance['nearer'];
  relation: Relation;
  /** Share of the training's steps that are taken, in [0, 1). */
  progress: number;
  /** For miners that draw. */
  random: Random;
}

export interface Mined {
  triplets: Triplets;
  /**
   * How many there could have been, in the sense of the miner, which the active share is a share of: as many as there
   * are; or all pairs of anchor and positive, where a pair without a triplet is in order; or all valid triplets.
   */
  candidates: number;
}

/** The triplets of one batch, by the miner that the settings name. */
export function mineTriplets(batch: MiningBatch, miner: MinerSettings): Mined {
  const { embeddings, dim, distances, nearer, relation, progress, random } = batch;
  const semiHard = (margin: number) => ofPairs(mineSemiHard(distances, relation, margin, nearer), relation);
  const batchHard = () => ofThemselves(mineBatchHard(distances, relation, nearer));
  switch (miner.name) {
    case 'all':
      return ofThemselves(mineAll(relation));
    case 'easy':
      return ofAll(mineByGap(distances, relation, miner.margin, nearer, 'easy'), relation);
    case 'hard':
      return ofAll(mineByGap(distances, relation, 0, nearer, 'hard'), relation);
    case 'semi-hard':
      if (miner.pick === 'nearest') return semiHard(miner.margin);
      return ofAll(mineByGap(distances, relation, miner.margin, nearer, 'semi-hard'), relation);
    case 'batch-hard':
      return batchHard();
    case 'batch-easy-hard':
      return ofThemselves(mineBatchEasyHard(distances, relation, nearer, miner.negatives));
    case 'distance-weighted':
      return ofPairs(mineDistanceWeighted(embeddings, dim, relation, miner, random), relation);
    // FaceNet, arXiv 1503.03832, section 3.2: the hardest negatives lead to bad local minima early on in training.
    case 'semi-hard-then-hard':
      return progress < miner.until ? semiHard(miner.margin) : batchHard();
  }
}

function ofThemselves(triplets: Triplets): Mined {
  return { triplets, candidates: triplets.anchors.length };
}

/** Of anchors with each of their positives. */
function ofPairs(triplets: Triplets, relation: Relation): Mined {
  return { triplets, candidates: sumOverAnchors(relation, (anchor) => positivesOf(relation, anchor).length) };
}

function ofAll(triplets: Triplets, relation: Relation): Mined {
  const triples = (anchor: number) => positivesOf(relation, anchor).length * negativesOf(relation, anchor).length;
  return { triplets, candidates: sumOverAnchors(relation, triples) };
}

function sumOverAnchors({ photo }: Relation, countOf: (anchor: number) => number): number {
  return photo.reduce((sum, _, anchor) => sum + countOf(anchor), 0);
}
