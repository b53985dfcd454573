import type { AuditedCatalogue } from './audited-catalogue.js';
import { baseTitle, type Labels, productsNaming, stylesNaming } from './labels.js';

/** A picture under this many styles with as many different titles shows none of them. Two styles may be a mistake. */
const PLACEHOLDER_STYLES = 3;

/** Detail of a picture in which nothing can be seen: one colour, or as good as. A white shirt on white has 3 and more. */
const FLAT = 1;

/** One picture, in however many files, in row numbers. */
export interface Picture {
  photos: readonly number[];
  /** Products that name one of its photos. */
  products: number[];
  styles: number[];
  /** There is nothing to see in it. */
  isFlat: boolean;
  /** It stands for products instead of showing one: flat, or under several styles that have nothing else in common. */
  isPlaceholder: boolean;
}

/**
 * Every picture of a catalogue with who names it.
 *
 * @param copies photos that are the same picture in other bytes, two and more a group
 */
export function* picturesOf(catalogue: AuditedCatalogue, labels: Labels, copies: number[][]): Generator<Picture> {
  const grouped = new Set(copies.flat());
  const singles = catalogue.photos.flatMap((_, row) => (grouped.has(row) ? [] : [[row]]));
  for (const photos of [...copies, ...singles]) {
    const products = productsNaming(labels, photos);
    const styles = stylesNaming(labels, photos);
    const isFlat = photos.some((row) => (catalogue.photos[row]?.look?.detail ?? 100) <= FLAT);
    const isEverywhere = styles.length >= PLACEHOLDER_STYLES && titlesOf(catalogue, products) >= PLACEHOLDER_STYLES;
    yield { photos, products, styles, isFlat, isPlaceholder: isFlat || isEverywhere };
  }
}

function titlesOf({ products }: AuditedCatalogue, rows: readonly number[]): number {
  return new Set(rows.flatMap((at) => (products[at] === undefined ? [] : [baseTitle(products[at])]))).size;
}
