import type { FeedFormat } from '#feeds';

/** One offer of a small shop, in no format. */
export interface ShopOffer {
  style: string;
  sku: string;
  title: string;
  description: string;
  brand: string;
  colour: string;
  size: string;
  price: number;
  sale: number | null;
  inStock: boolean;
  image: string;
}

const image = (name: string) => `https://photos.example/${name}.jpg`;

/** Two styles; one in two colours with a photo each, one in one colour. Texts hold what formats quote. */
export const SHOP: ShopOffer[] = [
  ...['S', 'M'].flatMap((size) =>
    ['Red', 'Navy / White'].map((colour) => ({
      style: 'wrap-dress',
      sku: `wd-${colour.slice(0, 3)}-${size}`,
      title: 'Wrap dress "Ada", long',
      description: 'Soft, <em>light</em> & wide.',
      brand: 'Søren & Sons',
      colour,
      size,
      price: 52,
      sale: size === 'M' ? 40.5 : null,
      inStock: size === 'S',
      image: image(`wrap-${colour.slice(0, 3)}`),
    })),
  ),
  {
    style: 'tee',
    sku: 'tee-1',
    title: 'Tee',
    description: 'Plain.',
    brand: 'Weft',
    colour: 'Black',
    size: 'L',
    price: 1200,
    sale: null,
    inStock: true,
    image: image('tee'),
  },
];

const GOOGLE = 'id item_group_id title description brand color size price sale_price availability image_link'.split(
  ' ',
);

function googleCells(offer: ShopOffer): string[] {
  const { style, sku, title, description, brand, colour, size, price, sale, inStock, image: link } = offer;
  const money = (amount: number | null) => (amount === null ? '' : `${amount.toFixed(2)} EUR`);
  const stock = inStock ? 'in stock' : 'out of stock';
  return [sku, style, title, description, brand, colour, size, money(price), money(sale), stock, link];
}

const quoted = (cell: string, separator: string) =>
  cell.includes('"') || cell.includes(separator) || cell.includes('\n') ? `"${cell.replaceAll('"', '""')}"` : cell;
const table = (rows: string[][], separator = ',') =>
  rows.map((row) => row.map((cell) => quoted(cell, separator)).join(separator)).join('\n') + '\n';
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function styles(offers: ShopOffer[]): ShopOffer[][] {
  const byStyle = new Map<string, ShopOffer[]>();
  for (const offer of offers) byStyle.set(offer.style, [...(byStyle.get(offer.style) ?? []), offer]);
  return [...byStyle.values()];
}

function rss(offers: ShopOffer[]): string {
  const items = offers.map((offer) => {
    const elements = googleCells(offer).map((cell, at) => {
      const name = `g:${GOOGLE[at]}`;
      const text = GOOGLE[at] === 'description' ? `<![CDATA[${cell}]]>` : escaped(cell);
      return cell === '' ? '' : `<${name}>${text}</${name}>`;
    });
    return `<item>${elements.join('\n')}</item>`;
  });
  const root = '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title>';
  return `<?xml version="1.0"?>\n${root}\n${items.join('\n')}\n</channel></rss>\n`;
}

const SHOPIFY_BEFORE =
  'Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,Variant Image,Status'.split(
    ',',
  );
const SHOPIFY_NOW =
  'URL handle,Title,Description,Vendor,Published on online store,Option1 name,Option1 value,Option2 name,Option2 value,SKU,Inventory tracker,Inventory quantity,Continue selling when out of stock,Price,Compare-at price,Product image URL,Image position,Variant image URL,Status'.split(
    ',',
  );

function shopify(offers: ShopOffer[], header: string[]): string {
  const isNow = header === SHOPIFY_NOW;
  const rows = styles(offers).flatMap((members) => {
    const images = [...new Set(members.map((member) => member.image))];
    const variants = members.map((offer, at) => {
      const { style, title, description, brand, colour, size, sku, price, sale, inStock } = offer;
      const product = at === 0 ? [title, `<p>${description}</p>`, brand, 'true'] : ['', '', '', ''];
      const names = at === 0 ? ['Color', 'Size'] : ['', ''];
      const stock = ['shopify', inStock ? '3' : '0', isNow ? 'FALSE' : 'deny'];
      const prices = [(sale ?? price).toFixed(2), sale === null ? '' : price.toFixed(2)];
      const gallery = [images[at] ?? '', images[at] === undefined ? '' : String(at + 1)];
      const options = [names[0] ?? '', colour, names[1] ?? '', size];
      return [
        style,
        ...product,
        ...options,
        sku,
        ...stock,
        ...prices,
        ...gallery,
        offer.image,
        at === 0 ? 'active' : '',
      ];
    });
    return variants;
  });
  return table([header, ...rows]);
}

const WOO =
  'ID,Type,SKU,Name,Published,Visibility in catalog,Short description,Description,In stock?,Stock,Sale price,Regular price,Categories,Images,Parent,Brands,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)'.split(
    ',',
  );

function woocommerce(offers: ShopOffer[]): string {
  let id = 40;
  const list = (values: string[]) => [...new Set(values)].map((value) => value.replaceAll(',', '\\,')).join(', ');
  const parents: string[][] = [];
  const variations: string[][] = [];
  for (const members of styles(offers)) {
    const [first] = members;
    if (first === undefined) continue;
    const { style, title, description, brand } = first;
    const values = ['Color', list(members.map(({ colour }) => colour)), 'Size', list(members.map(({ size }) => size))];
    const images = list(members.map((member) => member.image));
    id += 1;
    parents.push([
      ...[String(id), 'variable', style, title, '1', 'visible', '', description, '1', '', '', '', '', images, ''],
      ...[brand, ...values],
    ]);
    for (const offer of members) {
      const sale = offer.sale === null ? '' : String(offer.sale).replace('.', ',');
      id += 1;
      variations.push([
        ...[String(id), 'variation', offer.sku, `${title} - ${offer.colour}`, '1', 'visible', '', ''],
        ...[offer.inStock ? '1' : '0', '', sale, String(offer.price), '', offer.image, style, ''],
        ...['Color', offer.colour, 'Size', offer.size],
      ]);
    }
  }
  return table([WOO, ...parents, ...variations]);
}

const jsonLines = (offers: ShopOffer[]) =>
  offers
    .map((offer) => {
      const cells = googleCells(offer);
      return JSON.stringify(Object.fromEntries(GOOGLE.map((name, at) => [name, cells[at]])));
    })
    .join('\n') + '\n';

/** A format as a file of it is written. */
export interface WrittenFormat {
  name: string;
  format: FeedFormat;
  kind: string;
  /** Data records of a file with these offers. */
  records: (offers: ShopOffer[]) => number;
  write: (offers: ShopOffer[]) => string;
}

const one = (offers: ShopOffer[]) => offers.length;
const google = (offers: ShopOffer[]) => [GOOGLE, ...offers.map(googleCells)];

export const WRITTEN_FORMATS: WrittenFormat[] = [
  { name: 'CSV', format: 'csv', kind: 'Google Merchant CSV', records: one, write: (offers) => table(google(offers)) },
  {
    name: 'CSV with semicolons',
    format: 'csv',
    kind: 'Google Merchant CSV',
    records: one,
    write: (offers) => table(google(offers), ';'),
  },
  {
    name: 'TSV',
    format: 'tsv',
    kind: 'Google Merchant TSV',
    records: one,
    write: (offers) => table(google(offers), '\t'),
  },
  { name: 'RSS', format: 'xml', kind: 'Google Merchant XML', records: one, write: rss },
  {
    name: 'Atom',
    format: 'xml',
    kind: 'Google Merchant XML',
    records: one,
    write: (offers) =>
      rss(offers)
        .replaceAll('item>', 'entry>')
        .replace('<rss version="2.0"', '<feed xmlns="http://www.w3.org/2005/Atom"')
        .replace('<channel>', '')
        .replace('</channel></rss>', '</feed>'),
  },
  { name: 'JSON Lines', format: 'jsonl', kind: 'Google Merchant JSON Lines', records: one, write: jsonLines },
  {
    name: 'Shopify, headings of before',
    format: 'shopify',
    kind: 'Shopify CSV',
    records: one,
    write: (offers) => shopify(offers, SHOPIFY_BEFORE),
  },
  {
    name: 'Shopify, headings of now',
    format: 'shopify',
    kind: 'Shopify CSV',
    records: one,
    write: (offers) => shopify(offers, SHOPIFY_NOW),
  },
  {
    name: 'WooCommerce',
    format: 'woocommerce',
    kind: 'WooCommerce CSV',
    records: (offers) => offers.length + styles(offers).length,
    write: woocommerce,
  },
];
