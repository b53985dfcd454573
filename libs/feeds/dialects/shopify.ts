import { malformed, type RawRow } from '../raw-row.js';
import type { Dialect } from './dialect.js';
import { isShopifyAttribute, isShopifyField } from './shopify-columns.js';
import { ShopifyProduct } from './shopify-product.js';

/** Rows of one product that are kept until it is complete: Shopify allows 2,048 variants and 250 images. */
const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 32 * 1024 * 1024;

/** The product export of Shopify, with the headings of before 2025 or of now. */
export const shopify: Dialect = {
  name: 'shopify',
  decimal: null,
  use: (column) => (isShopifyField(column) ? 'field' : isShopifyAttribute(column) ? 'attribute' : 'ignored'),
  translate,
};

export function isShopify(has: (column: string) => boolean): boolean {
  const isOne = (...names: string[]) => names.some(has);
  return isOne('handle', 'url_handle') && isOne('option1_value', 'variant_price', 'variant_sku', 'product_image_url');
}

/** The rows of a product stand together. */
async function* translate(rows: AsyncIterable<RawRow>): AsyncGenerator<RawRow> {
  let product: ShopifyProduct | null = null;
  // Rows that are no product's wait behind its rows, so that the order of the feed is kept.
  for await (const raw of rows) {
    if (!('cells' in raw)) {
      const aside = 'malformed' in raw ? { ...raw, malformed: { ...raw.malformed, id: null, isIdLost: true } } : raw;
      if (product === null) yield aside;
      else product.addAside(aside);
      continue;
    }
    const handle = raw.cells.get('handle') ?? raw.cells.get('url_handle');
    if (handle === undefined) {
      const message = 'The row has no handle, so it is unknown which product it belongs to.';
      const aside = malformed(raw.row, 'handle-missing', message, raw.cells.get('title') ?? '');
      if (product === null) yield aside;
      else product.addAside(aside);
      continue;
    }
    const isFull = product !== null && (product.length >= MOST_ROWS || product.characters > MOST_CHARACTERS);
    if (product !== null && (product.handle !== handle || isFull)) {
      yield* product.rows();
      product = null;
    }
    product ??= new ShopifyProduct(handle);
    product.add(raw.row, raw.cells);
  }
  if (product !== null) yield* product.rows();
}
