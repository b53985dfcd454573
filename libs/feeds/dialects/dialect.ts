import type { RawRow } from '../raw-row.js';

/** What becomes of a column: a field of the offer, an attribute of it, or nothing. */
export type ColumnUse = 'field' | 'attribute' | 'ignored';

/** What a shop system means by its columns. */
export interface Dialect {
  readonly name: 'google' | 'shopify' | 'woocommerce';
  /** How it writes a price with one mark, such as `12,500`: `last`: the mark is decimal. null: as Google's feeds. */
  readonly decimal: 'last' | null;
  use(column: string): ColumnUse;
  /** The same rows under Google's column names: each record once, as cells, malformed, or an addition. */
  translate(rows: AsyncIterable<RawRow>): AsyncIterable<RawRow>;
}
