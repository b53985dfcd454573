import type { Random } from '#foundation';
import { Rounds } from './rounds.js';
import type { Sampler, SamplerPool } from './sampler.js';

export interface ProductSamplerSettings {
  /** P: products in a batch; all of them when there are fewer. */
  productsPerBatch: number;
  /** K: photos of a product, at most. */
  photosPerProduct: number;
}

/**
 * P x K batches: P products x up to K photos (Hermans, Beyer and Leibe, arXiv 1703.07737, section 2), without regard to
 * styles, so that two colours of one style meet by chance only. The paper repeats photos where a class has fewer than K;
 * this does not, because a repeated photo is its own positive at distance 0. A product with a single photo serves as a
 * negative.
 *
 * Products come in shuffled rounds: each is drawn once before any is drawn again.
 */
export function createProductSampler(
  pool: Pick<SamplerPool, 'rows' | 'product'>,
  settings: ProductSamplerSettings,
  random: Random,
): Sampler {
  const byProduct = new Map<number, number[]>();
  for (const row of pool.rows) {
    const product = pool.product[row] as number;
    byProduct.set(product, [...(byProduct.get(product) ?? []), row]);
  }
  const rounds = new Rounds([...byProduct.values()], settings.productsPerBatch, random);
  return {
    next: () =>
      Int32Array.from(rounds.next().flatMap((photos) => random.shuffled(photos).slice(0, settings.photosPerProduct))),
  };
}
