import type { Random } from '#foundation';
import type { Distance } from '../distances/distance.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/** What a miner sees of one batch. */
export interface MiningBatch {
  distances: Float32Array; // [batch, batch]
  nearer: Distance['nearer'];
  relation: Relation;
  /** Share of the training's steps that are taken, in [0, 1). */
  progress: number;
  /** For miners that draw. */
  random: Random;
}

export interface Miner<Settings> {
  mine: (batch: MiningBatch, settings: Settings) => Triplets;
  /**
   * What the active share of a batch is a share of: of the mined triplets, or of all pairs of anchor and positive,
   * where a pair that yields no triplet is one that keeps the margin.
   */
  looksAt: 'triplets' | 'pairs';
}
