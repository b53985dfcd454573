import { listCell } from '../raw-row.js';
import { columnOfOption, LOOKS } from './options.js';
import { plainText } from './plain-text.js';

type Cells = ReadonlyMap<string, string>;

/** What variations take from their variable product. */
export interface Parent {
  row: number;
  id: string;
  cells: Cells;
  attributes: ReadonlyMap<string, string>;
  isUsed: boolean;
}

const KEPT = ['name', 'published', 'visibility_in_catalog', 'short_description', 'description', 'tags', 'images'];
const KEPT_TOO = ['categories', 'brands', 'in_stock?', 'stock', 'backorders_allowed?', 'external_url'];

export function parentOf(row: number, id: string, cells: Cells): Parent {
  const kept = [...KEPT, ...KEPT_TOO].flatMap((name) => {
    const value = cells.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { row, id, cells: new Map(kept), attributes: attributesOf(cells), isUsed: false };
}

/** `Attribute 1 name`, `Attribute 1 value(s)` and so on, as columns. */
export function attributesOf(cells: Cells): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [column, name] of cells) {
    const at = /^attribute_(\d+)_name$/.exec(column)?.[1];
    const value = at === undefined ? undefined : cells.get(`attribute_${at}_value(s)`);
    if (value !== undefined) attributes.set(columnOfOption(name), value);
  }
  return attributes;
}

/** The cells of one offer: a simple product, or a variation with its parent. */
export function offerOf(id: string, cells: Cells, attributes: Cells, parent: Parent | null): Map<string, string> {
  const offer = new Map<string, string>();
  const put = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') offer.set(name, value);
  };
  const own = (name: string) => cells.get(name) ?? parent?.cells.get(name);
  for (const [name, value] of parent?.attributes ?? []) {
    // What the parent lists is all there is; which of it this variation is, only its own row tells.
    if (parts(value).length === 1) put(name, value);
  }
  for (const [name, value] of attributes) put(name, parts(value).join('/'));
  put('id', id);
  put('item_group_id', parent?.id ?? id);
  put('title', parent?.cells.get('name') ?? cells.get('name'));
  put('description', plainText(own('description') ?? own('short_description') ?? ''));
  const [brand] = parts(own('brands') ?? '');
  put('brand', brand);
  const categories = parts(own('categories') ?? '');
  put('product_type', deepest(categories));
  put('tags', own('tags'));
  put('link', own('external_url'));
  put('price', cells.get('regular_price'));
  put('sale_price', cells.get('sale_price'));
  put('sale_price_effective_date', saleDates(cells));
  put('availability', availabilityOf(cells, own));
  const images = imagesOf(cells, parent);
  put('image_link', images[0]);
  put('additional_image_link', listCell(images.slice(1)));
  return offer;
}

/** Values between commas; a backslash before a comma makes it part of the value. */
function parts(cell: string): string[] {
  return cell.split(/(?<!\\),/).flatMap((part) => part.replaceAll('\\,', ',').trim() || []);
}

/** The category with the most levels: an export names `Clothing` beside `Clothing > Shirts`. */
function deepest(categories: string[]): string | undefined {
  const levels = (category: string) => category.split('>').length;
  return categories.reduce<string | undefined>(
    (best, category) => (best === undefined || levels(category) > levels(best) ? category : best),
    undefined,
  );
}

/** The images of the parent show any of its colours: they are those of a variation only where there is one colour. */
function imagesOf(cells: Cells, parent: Parent | null): string[] {
  const own = parts(cells.get('images') ?? '');
  if (parent === null) return own;
  const shared = parts(parent.cells.get('images') ?? '');
  const hasLooks = LOOKS.some((name) => parts(parent.attributes.get(name) ?? '').length > 1);
  if (hasLooks) return own.length > 0 ? own : shared.slice(0, 1);
  return [...new Set([...own, ...shared])];
}

/** From and to, as Google writes them; WooCommerce's days are those of the shop, read as UTC. */
function saleDates(cells: Cells): string | undefined {
  const start = cells.get('date_sale_price_starts');
  const end = cells.get('date_sale_price_ends');
  if (start === undefined && end === undefined) return undefined;
  return `${start ?? '1970-01-01'}/${end ?? '9999-12-31'}`;
}

function availabilityOf(cells: Cells, own: (name: string) => string | undefined): string {
  // 1: published, 0: private, -1: a draft. A variation that is switched off is not for sale either.
  const isPublished = (cells.get('published') ?? '1') === '1' && (own('published') ?? '1') === '1';
  if (!isPublished || own('visibility_in_catalog')?.toLowerCase() === 'hidden') return 'discontinued';
  const stock = cells.get('stock')?.toLowerCase() === 'parent' ? own('stock') : cells.get('stock');
  const state = cells.get('in_stock?')?.toLowerCase();
  if (state === 'backorder') return 'backorder';
  if (state !== undefined) return state;
  return stock === undefined ? 'in_stock' : stock;
}
