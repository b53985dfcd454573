import { z } from 'zod';
import { MAX_CATEGORY, MAX_PRODUCT_ID } from './sizes.js';
import { STORABLE } from './storable.js';

/** Text that can be kept: see {@link STORABLE}. */
export const storableText = (longest: number) =>
  z.string().min(1).max(longest).regex(STORABLE, 'must not hold control characters or halves of characters');

/** Ids come from feeds: any text, but no control characters: an import refuses them. */
export const productOrOfferId = storableText(MAX_PRODUCT_ID).describe(
  'A product id or an offer id (the `id` column of the feed).',
);

/** Text compared with the catalogue's. */
export const catalogueText = storableText(MAX_CATEGORY);
