/** Why a record of a feed gives no cells. */
export interface Malformed {
  /** Stable, kebab-case. */
  code: string;
  /** One sentence. */
  message: string;
  /** Feed column; `row` where the record as a whole is at fault. */
  field: string;
  /** The offending text. */
  text: string;
  /** The offer's id where it can be read all the same. */
  id: string | null;
  /** True where the record may be any offer's, because its id could not be read. */
  isIdLost: boolean;
}

/**
 * One record of a feed: its non-empty cells by column name, or why there are none. Records count from 1, without the
 * header. A record that is an `addition` gives no offer of its own but adds to those of others: a further photo of a
 * Shopify product, the parent of WooCommerce variations.
 */
export type RawRow =
  { row: number; cells: Map<string, string> } | { row: number; malformed: Malformed } | { row: number; addition: true };

/** A record that was given up as a whole. */
export function malformed(row: number, code: string, message: string, text: string, id: string | null = null): RawRow {
  return { row, malformed: { code, message, field: 'row', text, id, isIdLost: id === null } };
}

/** A list in one cell. Ends in a line end, so that no comma in an address is taken for a separator. */
export function listCell(values: readonly string[]): string {
  return values.map((value) => `${value}\n`).join('');
}

/** The parts of a cell that holds a list: one a line, or separated by commas. */
export function listParts(cell: string): string[] {
  return cell.split(cell.includes('\n') ? '\n' : ',').flatMap((part) => part.trim() || []);
}
