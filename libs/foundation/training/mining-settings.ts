import { z } from 'zod';

/** When triplets are mined, and from what: FaceNet, arXiv 1503.03832, section 3.2, describes both ways. */
export const miningSettings = z.discriminatedUnion('name', [
  z
    .strictObject({ name: z.literal('online') })
    .describe('At each step, from the photos of the batch that the sampler made.'),
  z
    .strictObject({
      name: z.literal('offline'),
      every: z.int().min(1).max(10_000).default(50).describe('Steps of an epoch: so often all photos are mined anew.'),
      triplets: z.int().min(1).max(1_000).default(40).describe('Of each loss in a batch.'),
    })
    .describe(
      'All training photos are embedded at the start of each epoch; for each anchor that the epoch has use for, one of the triplets that the miner finds among all photos is drawn. The triplets are written down, and the steps of the epoch are taken on them.',
    ),
]);
export type MiningSettings = z.output<typeof miningSettings>;
export const MINING_NAMES = miningSettings.options.map(({ shape }) => shape.name.value);

/** Triplets of one loss that may be written down in one pass: some 100 MB of each loss. */
export const MOST_MINED = 1_000_000;
