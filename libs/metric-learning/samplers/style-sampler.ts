import type { Random } from '#foundation';
import type { Sampler } from './sampler.js';

export interface StyleSamplerSettings {
  /** P: styles in a batch; all of them when there are fewer. */
  stylesPerBatch: number;
  /** M: products of a style, at most. */
  productsPerStyle: number;
  /** K: photos of a product, at most. */
  photosPerProduct: number;
}

/**
 * Batches of P styles x up to M products x up to K photos, never repeating a photo: a repeated photo would be its own
 * positive at distance 0, which teaches nothing. Products and styles with fewer photos give what they have.
 *
 * Styles come in shuffled rounds: each is drawn once before any is drawn again.
 *
 * @param rows the rows that may be drawn
 * @param products product label of every row, indexed by row
 * @param styles style label of every row, indexed by row
 */
export function createStyleSampler(
  rows: Iterable<number>,
  products: Int32Array,
  styles: Int32Array,
  settings: StyleSamplerSettings,
  random: Random,
): Sampler {
  const byStyle = new Map<number, Map<number, number[]>>();
  for (const row of rows) {
    const style = styles[row] as number;
    const product = products[row] as number;
    const ofStyle = byStyle.get(style) ?? new Map<number, number[]>();
    byStyle.set(style, ofStyle);
    const ofProduct = ofStyle.get(product) ?? [];
    ofStyle.set(product, ofProduct);
    ofProduct.push(row);
  }
  const allStyles = [...byStyle.values()];
  const perBatch = Math.min(settings.stylesPerBatch, allStyles.length);
  let round: Map<number, number[]>[] = [];

  const nextStyles = (): Map<number, number[]>[] => {
    const drawn = round.splice(0, perBatch);
    if (drawn.length === perBatch) return drawn;
    // A round that ends inside a batch is filled up from the next one, leaving out the styles the batch already has.
    const fresh = random.shuffled(allStyles);
    const filling = fresh.filter((style) => !drawn.includes(style)).slice(0, perBatch - drawn.length);
    round = fresh.filter((style) => !filling.includes(style));
    return [...drawn, ...filling];
  };

  return {
    next: () => {
      const batch: number[] = [];
      for (const style of nextStyles()) {
        for (const photos of random.shuffled([...style.values()]).slice(0, settings.productsPerStyle)) {
          batch.push(...random.shuffled(photos).slice(0, settings.photosPerProduct));
        }
      }
      return Int32Array.from(batch);
    },
  };
}
