import { listCell, type RawRow } from '../raw-row.js';
import { columnOfOption, LOOKS } from './options.js';
import { plainText } from './plain-text.js';
import { isShopifyAttribute } from './shopify-columns.js';

type Cells = ReadonlyMap<string, string>;

/** The first of these columns that is not empty: the heading of before 2025 and that of now. */
function pick(cells: Cells | undefined, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = cells?.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

interface Variant {
  row: number;
  cells: Cells;
  /** Its options as columns. */
  options: Map<string, string>;
  /** Equal for variants that look the same. */
  look: string;
}

/** The rows of one handle: variants, and rows that only bring a further image. */
export class ShopifyProduct {
  private readonly all: ({ row: number; cells: Cells } | { aside: RawRow })[] = [];
  /** Characters of all cells so far. */
  characters = 0;

  constructor(readonly handle: string) {}

  get length(): number {
    return this.all.length;
  }

  add(row: number, cells: Cells): void {
    this.all.push({ row, cells });
    for (const value of cells.values()) this.characters += value.length;
  }

  addAside(row: RawRow): void {
    this.all.push({ aside: row });
  }

  *rows(): Generator<RawRow> {
    const own = this.all.flatMap((member) => ('cells' in member ? [member] : []));
    const first = own[0]?.cells;
    const variants = new Map(
      own.flatMap(({ row, cells }) => (isVariant(cells) ? [[row, this.variant(row, cells, first)]] : [])),
    );
    const images = imagesOf(own.map(({ cells }) => cells));
    const looks = new Map<string, string | undefined>();
    for (const { cells, look } of variants.values()) {
      looks.set(look, looks.get(look) ?? pick(cells, 'variant_image', 'variant_image_url'));
    }
    for (const member of this.all) {
      if ('aside' in member) {
        yield member.aside;
        continue;
      }
      const { row } = member;
      const variant = variants.get(row);
      const title = pick(first, 'title');
      if (title === undefined) {
        const message = `The rows of ${this.handle} do not begin with the one that holds its title; they must stand together.`;
        const id = variant === undefined ? null : this.idOf(variant);
        yield this.refused(row, 'product-row-missing', 'title', message, id);
      } else if (variant !== undefined) {
        yield { row, cells: this.offer(variant, first, title, images, looks) };
      } else if (variants.size === 0) {
        const message = `No row of ${this.handle} holds a variant with a price or an option.`;
        yield this.refused(row, 'variant-missing', 'row', message, null);
      } else yield { row, addition: true };
    }
  }

  private refused(row: number, code: string, field: string, message: string, id: string | null): RawRow {
    return { row, malformed: { code, message, field, text: this.handle, id, isIdLost: false } };
  }

  private variant(row: number, cells: Cells, first: Cells | undefined): Variant {
    const options = new Map<string, string>();
    for (const at of [1, 2, 3]) {
      const name = pick(cells, `option${at}_name`) ?? pick(first, `option${at}_name`);
      const value = pick(cells, `option${at}_value`);
      if (name === undefined || value === undefined || value === 'Default Title') continue;
      options.set(columnOfOption(name), value);
    }
    const look = LOOKS.map((name) => options.get(name)?.toLowerCase() ?? '').join('\n');
    return { row, cells, options, look };
  }

  /** The SKU; where there is none, the handle and the values of the options. */
  private idOf({ cells, options }: Variant): string {
    return pick(cells, 'variant_sku', 'sku') ?? [this.handle, ...options.values()].join('/');
  }

  private offer(
    variant: Variant,
    first: Cells | undefined,
    title: string,
    images: string[],
    looks: ReadonlyMap<string, string | undefined>,
  ): Map<string, string> {
    const { cells, options, look } = variant;
    // An image that belongs to no variant may show any of the colours.
    const shared = looks.size === 1 ? images : [];
    const main = pick(cells, 'variant_image', 'variant_image_url') ?? looks.get(look) ?? images[0];
    const offer = new Map<string, string>();
    const put = (name: string, value: string | undefined) => {
      if (value !== undefined && value !== '') offer.set(name, value);
    };
    for (const [name, value] of first ?? []) if (isShopifyAttribute(name)) put(name, value);
    for (const [name, value] of cells) if (isShopifyAttribute(name)) put(name, value);
    put('id', this.idOf(variant));
    put('item_group_id', this.handle);
    put('title', title);
    put('description', plainText(pick(first, 'body_(html)', 'description') ?? ''));
    put('brand', pick(first, 'vendor'));
    put('product_type', pick(first, 'type', 'product_category'));
    put('gender', pick(first, 'google_shopping_/_gender'));
    for (const [name, value] of options) put(name, value);
    const price = pick(cells, 'variant_price', 'price');
    const before = pick(cells, 'variant_compare_at_price', 'compare_at_price');
    const isOnSale = price !== undefined && before !== undefined && Number(before) > Number(price);
    put('price', isOnSale ? before : price);
    put('sale_price', isOnSale ? price : undefined);
    put('availability', isListed(first) ? availabilityOf(cells) : 'discontinued');
    put('image_link', main);
    put('additional_image_link', listCell(shared.filter((image) => image !== main)));
    return offer;
  }
}

function isVariant(cells: Cells): boolean {
  return pick(cells, 'option1_value', 'variant_price', 'price', 'variant_sku', 'sku') !== undefined;
}

/** The images of the product in the order that the shop shows them. */
function imagesOf(rows: Cells[]): string[] {
  const images = rows.flatMap((cells) => {
    const source = pick(cells, 'image_src', 'product_image_url');
    return source === undefined ? [] : [{ source, position: Number(pick(cells, 'image_position') ?? Infinity) }];
  });
  return images.sort((one, other) => one.position - other.position || 0).map(({ source }) => source);
}

function isListed(first: Cells | undefined): boolean {
  const status = pick(first, 'status')?.toLowerCase() ?? 'active';
  const published = pick(first, 'published', 'published_on_online_store')?.toLowerCase() ?? 'true';
  return status === 'active' && published !== 'false';
}

/** Shopify counts only where a tracker is named. */
function availabilityOf(cells: Cells): string {
  const quantity = pick(cells, 'variant_inventory_qty', 'inventory_quantity');
  const tracker = pick(cells, 'variant_inventory_tracker', 'inventory_tracker');
  if (tracker === undefined || quantity === undefined || Number(quantity) > 0) return 'in_stock';
  const policy = pick(cells, 'variant_inventory_policy', 'continue_selling_when_out_of_stock')?.toLowerCase();
  return policy === 'continue' || policy === 'true' ? 'backorder' : 'out_of_stock';
}
