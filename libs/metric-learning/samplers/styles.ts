import type { Random } from '#foundation';
import type { SamplerPool } from './sampler.js';

/** One style's photos: rows by product. */
export type Style = Map<number, number[]>;

/** What is drawn of a style. */
export interface StyleDraw {
  /** M: products of a style, at most. */
  productsPerStyle: number;
  /** K: photos of a product, at most. */
  photosPerProduct: number;
}

/** Groups rows by style and product, in order of first appearance. */
export function groupByStyle({ rows, product, style }: Omit<SamplerPool, 'category'>): Style[] {
  const byStyle = new Map<number, Style>();
  for (const row of rows) {
    const ofStyle = memberOf(byStyle, style[row] as number, () => new Map<number, number[]>());
    memberOf(ofStyle, product[row] as number, () => []).push(row);
  }
  return [...byStyle.values()];
}

/** Up to M products of each style, and up to K photos of each of those: what there is where that is less. */
export function drawPhotos(styles: readonly Style[], draw: StyleDraw, random: Random): Int32Array {
  const batch: number[] = [];
  for (const style of styles) {
    for (const photos of random.shuffled([...style.values()]).slice(0, draw.productsPerStyle)) {
      batch.push(...random.shuffled(photos).slice(0, draw.photosPerProduct));
    }
  }
  return Int32Array.from(batch);
}

function memberOf<Value>(map: Map<number, Value>, key: number, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
