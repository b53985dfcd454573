import { z } from 'zod';

const count = z.int().min(1).max(1_000);

const ofStyles = {
  stylesPerBatch: count.min(2).default(20),
  productsPerStyle: count.default(2),
  photosPerProduct: count.default(2),
};

/** What a batch is made of. No sampler repeats a photo; a product with a single photo serves as a negative. */
export const samplerSettings = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('style-then-product'), ...ofStyles }),
  z.strictObject({
    name: z.literal('p-x-k'),
    productsPerBatch: count.min(2).default(40).describe('P, without regard to styles.'),
    photosPerProduct: count.default(2).describe('K'),
  }),
  z
    .strictObject({ name: z.literal('category-restricted'), ...ofStyles })
    .describe('Styles of one category, so that every negative is of the same kind of garment.'),
]);
export type SamplerSettings = z.output<typeof samplerSettings>;
export const SAMPLER_NAMES = samplerSettings.options.map(({ shape }) => shape.name.value);
