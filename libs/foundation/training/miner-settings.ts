import { z } from 'zod';
import type { Complete } from './complete.js';

/** Which triplets of a batch are worth a step. Papers stand at the implementations, libs/metric-learning/miners. */
export const minerSettings = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('batch-hard') }),
  z.strictObject({
    name: z.literal('semi-hard'),
    margin: z
      .number()
      .positive()
      .max(4)
      .optional()
      .describe("Width of the band behind the positive. Default: the loss's margin, or .2 where it has none."),
  }),
]);
export type MinerSettings = Complete<z.output<typeof minerSettings>>;
export type MinerName = MinerSettings['name'];
export const MINER_NAMES = minerSettings.options.map(({ shape }) => shape.name.value);
