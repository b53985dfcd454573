import type { Random, TrainingSettings } from '#foundation';
import { createProxies, lossOf, type Proxies } from '#metric-learning';
import { isPart, relationOf, SPACES, type Space } from './part-relations.js';
import { labelsOf, type PhotoLabels } from './photo-labels.js';

/**
 * Proxies of the classes of every space that is trained, where the loss has proxies; else none. The caller disposes
 * their vectors.
 *
 * @param rows photos to train on
 * @param dims of the two embeddings
 */
export function createPartProxies(
  { loss, weights }: Pick<TrainingSettings, 'loss' | 'weights'>,
  labels: PhotoLabels,
  rows: readonly number[],
  dims: { shape: number; colour: number },
  random: Random,
): Partial<Record<Space, Proxies>> {
  if (lossOf(loss).of !== 'proxies') return {};
  const own = labelsOf(labels, rows);
  const dimOf = (space: Space) => (isPart(space) ? dims[space] : dims.shape + dims.colour);
  const trained = SPACES.filter((space) => weights[space] > 0);
  return Object.fromEntries(
    trained.map((space) => [space, createProxies(relationOf(space, own), dimOf(space), random)]),
  );
}
