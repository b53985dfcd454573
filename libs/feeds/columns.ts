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
  'sale_price_effective_date',
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

/** Plural names of Google's content API. */
const PLURALS = new Map([
  ['additional_image_links', 'additional_image_link'],
  ['product_types', 'product_type'],
  ['sizes', 'size'],
]);

/** Google's name of a column: `g:Image Link`, `image-link` and `imageLink` are all `image_link`. */
export function columnName(header: string): string {
  const name = header
    .trim()
    .replace(/^g:/i, '')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
  return PLURALS.get(name) ?? name;
}
