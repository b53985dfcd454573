import type { Random } from '#foundation';
import type { NamedColour } from './palette.js';
import type { Style } from './style.js';

/** A colour of a style, with its photos: paths relative to the feed, the main view first. */
export interface DrawnProduct {
  style: Style;
  colour: NamedColour;
  images: string[];
}

/** One row of the feed, by Google Merchant column names. */
export type FeedRow = Record<(typeof COLUMNS)[number], string>;

const COLUMNS = [
  'id',
  'item_group_id',
  'title',
  'description',
  'brand',
  'product_type',
  'gender',
  'color',
  'size',
  'price',
  'sale_price',
  'availability',
  'link',
  'image_link',
  'additional_image_link',
] as const;

const SIZES = {
  letters: ['XS', 'S', 'M', 'L', 'XL', 'XXL'],
  waists: ['26', '28', '30', '32', '34', '36'],
  one: ['One size'],
} as const;

const DEPARTMENTS = { female: 'Women', male: 'Men', unisex: 'All' } as const;

/** The offers of a product: one row for each of its three to six sizes, or its only one. */
export function offersOf({ style, colour, images }: DrawnProduct, random: Random): FeedRow[] {
  const sizes = SIZES[style.kind.sizes];
  const count = Math.min(sizes.length, 3 + random.int(4));
  const first = random.int(sizes.length - count + 1);
  const isOnSale = random.next() < 0.18;
  const isSoldOut = random.next() < 0.05;
  const id = `${style.id}-${colour.name.toLowerCase()}`;
  const [main = '', ...further] = images;
  return sizes.slice(first, first + count).map((size) => ({
    id: `${id}-${size.toLowerCase().replace(' ', '-')}`,
    item_group_id: style.id,
    title: `${style.name}, ${colour.name.toLowerCase()} (drawn)`,
    description: `${capitalised(style.name)} in ${colour.name.toLowerCase()}; cloth: ${style.texture}, pattern: ${style.pattern.kind}. A drawn product of Weft's sample catalogue: made by a program, not for sale.`,
    brand: style.brand,
    product_type: `${DEPARTMENTS[style.gender]} > ${style.kind.category}`,
    gender: style.gender,
    color: colour.name,
    size,
    price: `${style.price.toFixed(2)} EUR`,
    sale_price: isOnSale ? `${(style.price * 0.8).toFixed(2)} EUR` : '',
    availability: isSoldOut || random.next() < 0.1 ? 'out_of_stock' : 'in_stock',
    link: `https://shop.example/${style.id}?color=${encodeURIComponent(colour.name.toLowerCase())}`,
    image_link: main,
    additional_image_link: further.join(','),
  }));
}

/** First line of the feed (RFC 4180 quoting, line feeds). */
export const FEED_HEADER = `${COLUMNS.join(',')}\n`;

/** One line of the feed. */
export function feedLine(row: FeedRow): string {
  return `${COLUMNS.map((column) => quoted(row[column])).join(',')}\n`;
}

function quoted(field: string): string {
  return /[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
