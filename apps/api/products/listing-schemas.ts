import { WeftError } from '#foundation';
import { z } from 'zod';
import { catalogueText, productOrOfferId } from '#foundation';
import { queryBoolean, queryNumber } from '../http/fields.js';
import { responseSchema } from '../http/schema-registry.js';
import { PRODUCT_EXAMPLE, productResponse } from './product-schemas.js';

/** Query of the list of products. */
export const listQuery = z.strictObject({
  count: queryNumber(z.int().min(1).max(100)).default(24).describe('How many products.'),
  cursor: z.string().min(1).max(4_000).optional().describe('`nextCursor` of the page before. Default: the first page.'),
  category: catalogueText.optional().describe('Only this category, letter for letter.'),
  style: productOrOfferId.optional().describe('Only the products of this style: its colours.'),
  onePerStyle: queryBoolean.default(false).describe('Of products that differ in colour only, the first alone.'),
});

export const productListResponse = responseSchema(
  'ProductList',
  z.object({
    products: z.array(productResponse).describe('In the order of their ids.'),
    nextCursor: z.string().nullable().describe('For the next page; null: this is the last.'),
  }),
);

export const categoriesResponse = responseSchema(
  'Categories',
  z.object({
    categories: z.array(z.object({ category: z.string(), products: z.int() })).describe('The fullest first.'),
  }),
);

/** What a page that ended with this product is gone on from. */
export const cursorAfter = (productId: string) => Buffer.from(productId).toString('base64url');

/**
 * The last product of the page before.
 *
 * @throws WeftError `cursor-invalid` for what `cursorAfter` cannot have written
 */
export function productBefore(cursor: string): string {
  const id = productOrOfferId.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (id.success && cursorAfter(id.data) === cursor) return id.data;
  throw new WeftError('cursor-invalid', 'The cursor is none that Weft gave out.', {
    ...{ value: cursor, remedy: 'Send the nextCursor of the page before, or none for the first page.' },
  });
}

export const PRODUCT_LIST_EXAMPLE: z.input<typeof productListResponse> = {
  products: [PRODUCT_EXAMPLE],
  nextCursor: cursorAfter(PRODUCT_EXAMPLE.productId),
};
export const CATEGORIES_EXAMPLE: z.input<typeof categoriesResponse> = {
  categories: [{ category: 'Men > Tops > Hoodies & Sweatshirts', products: 65 }],
};
