import { normalize } from 'node:path';
import { type ProductId, sha256, type StyleId } from '#foundation';
import type { FeedRow } from './feed-row.js';

/** Which product and style an offer belongs to. */
export interface Grouping {
  productId: ProductId;
  styleId: StyleId;
}

/**
 * Offers of one `item_group_id`, colour, pattern and material are one product, whatever their size; products of one
 * `item_group_id` are one style. Without `item_group_id`, the offers that show the same main image are one product,
 * which is its own style; `./dress.jpg` and `dress.jpg` are the same.
 */
export function groupOf(row: Pick<FeedRow, 'group' | 'colour' | 'pattern' | 'material' | 'imageLink'>): Grouping {
  if (row.group === null) {
    const id = `p-${sha256(normalize(row.imageLink)).slice(0, 16)}`;
    return { productId: id as ProductId, styleId: id as StyleId };
  }
  const parts = [row.colour, row.pattern, row.material].map(slugOrHash).filter((part) => part !== '');
  return { productId: [row.group, ...parts].join('--') as ProductId, styleId: row.group };
}

/** Lower-case letters and digits of any script, joined by single hyphens: " Navy / White" and "navy-white" are one. */
export function slug(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Mark}\p{Number}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

/** As {@link slug}; text of symbols alone, which has none, gets a short hash: two of them are two colours. */
function slugOrHash(text: string | null): string {
  if (text === null || text.trim() === '') return '';
  return slug(text) || sha256(text.trim()).slice(0, 8);
}
