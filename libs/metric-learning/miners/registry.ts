import type { MinerName, MinerSettings } from '#foundation';
import { mineBatchHard } from './batch-hard-miner.js';
import type { Miner, MiningBatch } from './miner.js';
import { isPositive, type Relation } from './relation.js';
import { mineSemiHard } from './semi-hard-miner.js';
import type { Triplets } from './triplets.js';

/** Every miner that settings may name. */
const MINERS: { readonly [Name in MinerName]: Miner<Extract<MinerSettings, { name: Name }>> } = {
  'batch-hard': {
    mine: ({ distances, relation, nearer }) => mineBatchHard(distances, relation, nearer),
    looksAt: 'triplets',
  },
  'semi-hard': {
    mine: ({ distances, relation, nearer }, { margin }) => mineSemiHard(distances, relation, margin, nearer),
    looksAt: 'pairs',
  },
};

/** The triplets of one batch, and how many there could have been, in the sense of the miner. */
export function mineTriplets(batch: MiningBatch, settings: MinerSettings): { triplets: Triplets; candidates: number } {
  // The name picks the miner of these settings, which TypeScript does not follow.
  const { mine, looksAt } = MINERS[settings.name] as Miner<MinerSettings>;
  const triplets = mine(batch, settings);
  return { triplets, candidates: looksAt === 'pairs' ? pairsOf(batch.relation) : triplets.anchors.length };
}

/** Anchors with each of their positives. */
function pairsOf(relation: Relation): number {
  let pairs = 0;
  for (let i = 0; i < relation.photo.length; i += 1) {
    for (let j = 0; j < relation.photo.length; j += 1) if (isPositive(relation, i, j)) pairs += 1;
  }
  return pairs;
}
