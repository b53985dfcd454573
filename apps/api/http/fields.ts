import { MAX_CATEGORY, MAX_PRODUCT_ID } from '#foundation';
import { z } from 'zod';

/** Query parameters arrive as text; these read them strictly, so that `count=` is an error and not 0. */
export const queryNumber = (schema: z.ZodNumber) =>
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .pipe(schema);

export const queryBoolean = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .pipe(z.boolean());

/** Ids come from feeds: any text, but no control characters: an import refuses them. */
export const productOrOfferId = z
  .string()
  .min(1)
  .max(MAX_PRODUCT_ID)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
  .describe('A product id or an offer id (the `id` column of the feed).');

/** Text compared with the catalogue's. */
export const catalogueText = z
  .string()
  .min(1)
  .max(MAX_CATEGORY)
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');
