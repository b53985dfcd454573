import { MINER_NAMES, type MinerSettings, Random, trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { euclideanDistance } from '../distances/euclidean-distance.js';
import { mineTriplets, type MiningBatch } from './registry.js';

/** Twelve points of the unit circle, of four classes. */
function batch(progress = 0): MiningBatch {
  const angles = new Random(1);
  const embeddings = Float32Array.from(
    Array.from({ length: 12 }, () => angles.between(0, Math.PI)).flatMap((angle) => [Math.cos(angle), Math.sin(angle)]),
  );
  const labels = Int32Array.from({ length: 12 }, (_, row) => row % 4);
  return {
    embeddings,
    dim: 2,
    distance: euclideanDistance,
    distances: euclideanDistance.pairwise(embeddings, 2),
    relation: { positive: labels, negative: labels, photo: Int32Array.from({ length: 12 }, (_, row) => row) },
    progress,
    random: new Random(2),
  };
}

/** The miner as a training would hold it. */
function minerOf(miner: { name: MinerSettings['name'] } & Record<string, unknown>): MinerSettings {
  const settings = trainingSettingsSchema.parse({ loss: { name: 'soft-margin' }, miner }).miner;
  if (settings === null) throw new Error('Soft margin needs a miner.');
  return settings;
}

const triplesOf = (miner: MinerSettings, at = batch()) => {
  const { anchors, positives, negatives } = mineTriplets(at, miner).triplets;
  return [...anchors].map((anchor, place) => `${anchor},${positives[place]},${negatives[place]}`);
};

describe('mineTriplets', () => {
  it.each(MINER_NAMES)('mines some by name and defaults, and no more than there could be: %s', (name) => {
    const { triplets, candidates } = mineTriplets(batch(), minerOf({ name }));
    expect(triplets.anchors.length).toBeGreaterThan(0);
    expect(candidates).toBeGreaterThanOrEqual(triplets.anchors.length);
  });

  it('gives what the miners of these settings give', () => {
    const ofAll = new Set(triplesOf(minerOf({ name: 'all' })));
    const kinds = [
      minerOf({ name: 'easy', margin: 0.3 }),
      minerOf({ name: 'semi-hard', margin: 0.3, pick: 'every' }),
      minerOf({ name: 'hard' }),
    ].flatMap((miner) => triplesOf(miner));
    expect(new Set(kinds)).toEqual(ofAll);
    expect(kinds).toHaveLength(ofAll.size);
    expect(triplesOf(minerOf({ name: 'batch-easy-hard', negatives: 'semi-hard' }))).not.toEqual(
      triplesOf(minerOf({ name: 'batch-easy-hard' })),
    );
    expect(triplesOf(minerOf({ name: 'distance-weighted', nonzeroLossCutoff: 1 })).length).toBeGreaterThan(0);
  });

  it('mines semi-hard triplets first and the hardest then', () => {
    const miner = minerOf({ name: 'semi-hard-then-hard', until: 0.4 });
    expect(triplesOf(miner, batch(0.39))).toEqual(triplesOf(minerOf({ name: 'semi-hard' })));
    expect(triplesOf(miner, batch(0.4))).toEqual(triplesOf(minerOf({ name: 'batch-hard' })));
    expect(triplesOf(miner, batch(0.39))).not.toEqual(triplesOf(miner, batch(0.4)));
  });
});

it('takes the margin of a loss that has one, for miners that need one', () => {
  const marginOf = (loss: object, miner: object) => trainingSettingsSchema.parse({ loss, miner }).miner;
  for (const name of ['easy', 'semi-hard', 'semi-hard-then-hard']) {
    expect(marginOf({ name: 'triplet-margin', margin: 0.7 }, { name })).toMatchObject({ margin: 0.7 });
    expect(marginOf({ name: 'triplet-margin', margin: 0.7 }, { name, margin: 0.1 })).toMatchObject({ margin: 0.1 });
    expect(marginOf({ name: 'soft-margin' }, { name })).toMatchObject({ margin: 0.2 });
  }
});
