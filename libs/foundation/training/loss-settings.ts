import { z } from 'zod';
import type { Complete } from './complete.js';
import type { DistanceName } from './distance-names.js';

const margin = z.number().positive().max(4);
const hinge = z.number().min(-4).max(4).optional();
const exponent = z.number().positive().max(1_000);

/**
 * What embeddings are asked to satisfy. Papers and equations stand at the implementations, libs/metric-learning/losses.
 * The first two cost triplets that a miner found; the others look at whole batches.
 */
export const lossSettings = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('soft-margin') }),
  z.strictObject({
    name: z.literal('triplet-margin'),
    margin: margin.default(0.2).describe('By how much the negative must be farther than the positive.'),
    swap: z.boolean().default(false).describe('Takes the nearer of anchor and positive to the negative.'),
    smooth: z.boolean().default(false).describe('Softplus in place of the hinge.'),
    mean: z.enum(['all', 'active']).default('all').describe('Over all mined triplets, or those that cost anything.'),
  }),
  z.strictObject({
    name: z.literal('contrastive'),
    positiveMargin: hinge.describe('How near is near enough. Default: 0, or 1 where the distance is a similarity.'),
    negativeMargin: hinge.describe('How far is far enough. Default: 1, or 0 where the distance is a similarity.'),
  }),
  z.strictObject({
    name: z.literal('multi-similarity'),
    alpha: exponent.default(2).describe('How much the least similar positives outweigh the others.'),
    beta: exponent.default(50).describe('How much the most similar negatives outweigh the others.'),
    base: z
      .number()
      .min(-1)
      .max(1)
      .default(0.5)
      .describe('Similarity that positives should be above, negatives below.'),
  }),
  z.strictObject({
    name: z.literal('supervised-contrastive'),
    temperature: z.number().min(0.01).max(10).default(0.1).describe('The lower, the more the hardest negatives count.'),
  }),
  z.strictObject({
    name: z.literal('proxy-anchor'),
    margin: margin.max(1).default(0.1).describe('Of the similarity to a proxy, around 0.'),
    alpha: exponent.default(32).describe('How much the hardest photos outweigh the others.'),
  }),
]);
type Given = z.output<typeof lossSettings>;
export type LossSettings = Complete<Given>;
export type LossName = LossSettings['name'];
export const LOSS_NAMES = lossSettings.options.map(({ shape }) => shape.name.value);

/** Losses that cost the triplets of a miner. */
export const TRIPLET_LOSSES: readonly LossName[] = ['soft-margin', 'triplet-margin'];

/** What each loss may be measured in; the first is its paper's, and its default. */
export const DISTANCES_OF_LOSS: Readonly<Record<LossName, readonly [DistanceName, ...DistanceName[]]>> = {
  'soft-margin': ['euclidean', 'squared-euclidean', 'cosine', 'dot-product'],
  'triplet-margin': ['squared-euclidean', 'euclidean', 'cosine', 'dot-product'],
  contrastive: ['euclidean', 'squared-euclidean', 'cosine', 'dot-product'],
  'multi-similarity': ['cosine', 'dot-product'],
  'supervised-contrastive': ['cosine', 'dot-product'],
  'proxy-anchor': ['cosine'],
};

export function completeLoss(loss: Given, distance: DistanceName): LossSettings {
  if (loss.name !== 'contrastive') return loss;
  const isSimilarity = distance === 'cosine' || distance === 'dot-product';
  const { positiveMargin = isSimilarity ? 1 : 0, negativeMargin = isSimilarity ? 0 : 1 } = loss;
  return { ...loss, positiveMargin, negativeMargin };
}
