import { z } from 'zod';

const count = z.int().min(1).max(1_000);

/** What a batch is made of. */
export const samplerSettings = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('style-then-product'),
    stylesPerBatch: count.min(2).default(20),
    productsPerStyle: count.default(2),
    photosPerProduct: count.default(2),
  }),
]);
export type SamplerSettings = z.output<typeof samplerSettings>;
export const SAMPLER_NAMES = samplerSettings.options.map(({ shape }) => shape.name.value);
