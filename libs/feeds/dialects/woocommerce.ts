import { malformed, type RawRow } from '../raw-row.js';
import type { Dialect } from './dialect.js';
import { attributesOf, offerOf, type Parent, parentOf } from './woocommerce-offer.js';

const FIELDS = new Set([
  ...['id', 'type', 'sku', 'name', 'published', 'visibility_in_catalog', 'short_description', 'description'],
  ...['date_sale_price_starts', 'date_sale_price_ends', 'in_stock?', 'stock', 'backorders_allowed?', 'sale_price'],
  ...['regular_price', 'categories', 'images', 'parent', 'external_url', 'brands'],
]);

/** The product export of WooCommerce, with English headings. */
export const woocommerce: Dialect = {
  name: 'woocommerce',
  // It writes prices with the shop's decimal mark and never separates thousands.
  decimal: 'last',
  use: (column) => {
    if (FIELDS.has(column) || /^attribute_\d+_(name|value\(s\))$/.test(column)) return 'field';
    return column === 'tags' ? 'attribute' : 'ignored';
  },
  translate,
};

export function isWooCommerce(has: (column: string) => boolean): boolean {
  return has('type') && has('name') && (has('sku') || has('id')) && (has('regular_price') || has('parent'));
}

/**
 * A variation takes what it leaves open from its parent, which the exporter writes before it. Parents are kept until the
 * end, about the size of their rows each, and come last: only then is it known whether they have variations.
 */
async function* translate(rows: AsyncIterable<RawRow>): AsyncGenerator<RawRow> {
  const parents = new Map<string, Parent>();
  const all: Parent[] = [];
  for await (const raw of rows) {
    if ('malformed' in raw) {
      yield { ...raw, malformed: { ...raw.malformed, id: null, isIdLost: true } };
      continue;
    }
    if (!('cells' in raw)) {
      yield raw;
      continue;
    }
    const { row, cells } = raw;
    const id = cells.get('sku') ?? (cells.has('id') ? `id:${cells.get('id')}` : null);
    const type = cells.get('type')?.toLowerCase() ?? '';
    if (id === null)
      yield malformed(row, 'id-missing', 'The row has neither a SKU nor an ID.', cells.get('name') ?? '');
    else if (type.startsWith('variable')) {
      const parent = parentOf(row, id, cells);
      all.push(parent);
      parents.set(id, parent);
      if (cells.has('id')) parents.set(`id:${cells.get('id')}`, parent);
    } else if (type.startsWith('grouped')) {
      const message = 'A grouped product is a page of other products, which are imported by themselves.';
      yield refused(row, id, 'type', 'type-unsupported', message, type);
    } else if (type.includes('variation')) {
      const name = cells.get('parent') ?? '';
      const parent = parents.get(name);
      if (parent === undefined) {
        const message = 'No earlier row is the parent of this variation; export all product types, parents first.';
        yield refused(row, id, 'parent', 'parent-unknown', message, name);
      } else {
        parent.isUsed = true;
        yield { row, cells: offerOf(id, cells, attributesOf(cells), parent) };
      }
    } else yield { row, cells: offerOf(id, cells, attributesOf(cells), null) };
  }
  for (const { row, id, isUsed } of all) {
    const message = 'No row is a variation of this variable product, so there is nothing of it to sell.';
    yield isUsed ? { row, addition: true } : refused(row, id, 'row', 'variant-missing', message, id);
  }
}

function refused(row: number, id: string, field: string, code: string, message: string, text: string): RawRow {
  return { row, malformed: { code, message, field, text, id, isIdLost: false } };
}
