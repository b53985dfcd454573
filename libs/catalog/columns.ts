/** Columns that Weft gives a meaning; all others are attributes. */
export const KNOWN_COLUMNS = [
  'id',
  'item_group_id',
  'title',
  'description',
  'brand',
  'product_type',
  'gender',
  'color',
  'pattern',
  'material',
  'size',
  'price',
  'sale_price',
  'availability',
  'link',
  'image_link',
  'additional_image_link',
] as const;
export type KnownColumn = (typeof KNOWN_COLUMNS)[number];

const known: ReadonlySet<string> = new Set(KNOWN_COLUMNS);
export function isKnownColumn(name: string): name is KnownColumn {
  return known.has(name);
}

/** Google's name of a column: `g:Image Link` and `image-link` are both `image_link`. */
export function columnName(header: string): string {
  return header
    .trim()
    .toLowerCase()
    .replace(/^g:/, '')
    .replace(/[\s_-]+/g, '_');
}
