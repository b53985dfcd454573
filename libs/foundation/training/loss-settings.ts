import { z } from 'zod';

const margin = z.number().positive().max(4);

/**
 * What embeddings are asked to satisfy. Papers and equations stand at the implementations, libs/metric-learning/losses.
 * The first two cost triplets that a miner found; the others look at a whole batch.
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
]);
export type LossSettings = z.output<typeof lossSettings>;
export type LossName = LossSettings['name'];
export const LOSS_NAMES = lossSettings.options.map(({ shape }) => shape.name.value);

/** Losses that cost the triplets of a miner. */
export const TRIPLET_LOSSES: readonly LossName[] = ['soft-margin', 'triplet-margin'];
