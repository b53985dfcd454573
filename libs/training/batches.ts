import type { Random, TrainingSettings } from '#foundation';
import { createSampler, createTurns, type Sampler } from '#metric-learning';
import type { PhotoLabels } from './photo-labels.js';
import { sharesOfShops } from './shares-of-shops.js';

interface BatchSource {
  /** Photos of the shop, and of a second one beside it. */
  rows: readonly number[];
  secondRows?: readonly number[];
  labels: PhotoLabels;
  settings: Pick<TrainingSettings, 'sampler'>;
  random: Random;
}

/**
 * The batches of a training that mines online. Two shops take turns, by how many styles each has, so that no triplet mixes
 * them: what tells two shops' photos apart first is their light, and there is nothing to learn from that.
 */
export function createBatches({ rows, secondRows = [], labels, settings, random }: BatchSource): Sampler {
  const { sampler } = settings;
  if (sampler === null) throw new RangeError('Batches of offline triplets need no sampler.');
  const first = createSampler({ rows, ...labels }, sampler, random);
  if (secondRows.length === 0) return first;
  const second = createSampler({ rows: secondRows, ...labels }, sampler, random.fork());
  const [ofFirst, ofSecond] = sharesOfShops([rows, secondRows], labels);
  return createTurns([
    { sampler: first, share: ofFirst?.share ?? 0 },
    { sampler: second, share: ofSecond?.share ?? 0 },
  ]);
}
