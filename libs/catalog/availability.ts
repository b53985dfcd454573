import type { Availability } from './records.js';

/** What a feed says of an offer's stock. `discontinued`: it is not to be listed at all. */
export type Stated = Availability | 'discontinued';

const WORDS: Record<Stated, string[]> = {
  in_stock: [
    'instock',
    'available',
    'availablefororder',
    'limitedavailability',
    'onlineonly',
    'instoreonly',
    'yes',
    'y',
    'true',
  ],
  out_of_stock: ['outofstock', 'soldout', 'unavailable', 'notavailable', 'no', 'n', 'false'],
  preorder: ['preorder', 'presale'],
  backorder: ['backorder', 'backordered', 'onbackorder', 'madetoorder'],
  discontinued: ['discontinued'],
};
const stated = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) => words.map((word) => [word, meaning as Stated] as const)),
);

/**
 * Reads what shops write: `in stock`, `in_stock`, `InStock`, `https://schema.org/InStock`, `available for order`, `yes`,
 * or a number of pieces, of which one above 0 is in stock. null where it is none of them.
 */
export function parseAvailability(text: string): Stated | null {
  const word = text.trim().toLowerCase();
  if (/^[+-]?\d{1,12}([.,]\d{1,4})?$/.test(word))
    return Number(word.replace(',', '.')) > 0 ? 'in_stock' : 'out_of_stock';
  return stated.get(word.replace(/^https?:\/\/schema\.org\//, '').replace(/[\s_-]/g, '')) ?? null;
}
