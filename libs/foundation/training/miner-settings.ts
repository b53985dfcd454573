import { z } from 'zod';
import type { Complete } from './complete.js';

const margin = z
  .number()
  .positive()
  .max(4)
  .optional()
  .describe("Between a semi-hard and an easy negative. Default: the loss's margin, or .2 where it has none.");

/** Which triplets of a batch are worth a step. Papers stand at the implementations, libs/metric-learning/miners. */
export const minerSettings = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('all') }),
  z.strictObject({ name: z.literal('easy'), margin }),
  z.strictObject({
    name: z.literal('semi-hard'),
    margin,
    pick: z
      .enum(['nearest', 'every'])
      .default('nearest')
      .describe('Of each pair the nearest negative, or the mildest violation where none is semi-hard; or every one.'),
  }),
  z.strictObject({ name: z.literal('hard') }),
  z.strictObject({ name: z.literal('batch-hard') }),
  z.strictObject({
    name: z.literal('batch-easy-hard'),
    negatives: z
      .enum(['hard', 'semi-hard'])
      .default('hard')
      .describe('Of the nearest positive: the nearest negative of all, or the nearest beyond the positive.'),
  }),
  z.strictObject({
    name: z.literal('distance-weighted'),
    cutoff: z.number().positive().max(1).default(0.5).describe('Distances below it count as this much.'),
    nonzeroLossCutoff: z.number().min(1).max(1.99).default(1.4).describe('Negatives beyond it are never drawn.'),
  }),
  z.strictObject({
    name: z.literal('semi-hard-then-hard'),
    margin,
    until: z.number().min(0).max(1).default(0.5).describe('Share of the steps that are semi-hard; then batch-hard.'),
  }),
]);
export type MinerSettings = Complete<z.output<typeof minerSettings>>;
export type MinerName = MinerSettings['name'];
export const MINER_NAMES = minerSettings.options.map(({ shape }) => shape.name.value);
