import type { Random, TrainingSettings } from '#foundation';
import { createSampler, createTurns, type Sampler } from '#metric-learning';
import type { PhotoLabels } from './photo-labels.js';

interface BatchSource {
  /** Photos of the shop, and of a second one beside it. */
  rows: readonly number[];
  secondRows?: readonly number[];
  labels: PhotoLabels;
  settings: Pick<TrainingSettings, 'sampler'>;
  random: Random;
}

/**
 * The batches of a training. Two shops take turns, by how many styles each has, so that no triplet mixes them: what tells
 * two shops' photos apart first is their light, and there is nothing to learn from that.
 */
export function createBatches({ rows, secondRows = [], labels, settings, random }: BatchSource): Sampler {
  const first = createSampler({ rows, ...labels }, settings.sampler, random);
  if (secondRows.length === 0) return first;
  const stylesOf = (of: readonly number[]) => new Set(of.map((row) => labels.style[row])).size;
  const second = createSampler({ rows: secondRows, ...labels }, settings.sampler, random.fork());
  return createTurns([
    { sampler: first, share: stylesOf(rows) },
    { sampler: second, share: stylesOf(secondRows) },
  ]);
}
