import type { Snapshot } from '#datasets';
import { innerProduct } from '#similarity';

/** What stands for a product of several photos. */
export const VIEWS = ['main photo', 'mean of the photos', 'nearest photo'] as const;
type Views = (typeof VIEWS)[number];

/** Hits at 1, one entry an asked photo or product, in one order for all views. */
export interface ViewHits {
  /** Photos that are no main photo ask for their product. */
  product: number[];
  /** Products ask by their own vector for another colour of their style. */
  style: number[];
}

export const noViewHits = (): Record<Views, ViewHits> => ({
  'main photo': { product: [], style: [] },
  'mean of the photos': { product: [], style: [] },
  'nearest photo': { product: [], style: [] },
});

/**
 * Asks products by photos and by products, with each of the views. A photo that asks is taken out of its own product first. Products
 * of one photo stand in every gallery.
 *
 * @param mainPhotos the main photo of each product
 * @param asked rows of the snapshot
 * @param queries embeddings `[asked, dim]`, scaled by the dial
 * @param embeddings `[asked, dim]`
 */
export function askViews(
  hits: Record<Views, ViewHits>,
  snapshot: Snapshot,
  mainPhotos: ReadonlyMap<string, string>,
  asked: readonly number[],
  queries: Float32Array,
  embeddings: Float32Array,
): void {
  const dim = embeddings.length / asked.length;
  const row = (of: Float32Array, at: number) => of.subarray(at * dim, (at + 1) * dim);
  const photosOf = new Map<string, number[]>();
  const styleOf = new Map<string, string>();
  asked.forEach((of, at) => {
    const { productId, styleId, imageId } = snapshot.photos[of] as Snapshot['photos'][number];
    const others = photosOf.get(productId) ?? [];
    photosOf.set(productId, mainPhotos.get(productId) === imageId ? [at, ...others] : [...others, at]);
    styleOf.set(productId, styleId);
  });

  /** How near a product is to a query, by the photos that count. */
  const similarity = (query: Float32Array, photos: readonly number[], views: Views): number => {
    const each = photos.map((at) => innerProduct(query, row(embeddings, at)));
    if (views === 'main photo') return each[0] ?? -Infinity;
    if (views === 'nearest photo') return Math.max(...each);
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  };
  const first = (query: Float32Array, views: Views, without: (productId: string, at: number) => boolean) => {
    let best: string | null = null;
    let nearest = -Infinity;
    for (const [productId, photos] of photosOf) {
      const left = photos.filter((at) => !without(productId, at));
      const value = left.length === 0 ? -Infinity : similarity(query, left, views);
      if (value > nearest) [best, nearest] = [productId, value];
    }
    return best;
  };

  for (const views of VIEWS) {
    for (const [productId, photos] of photosOf) {
      for (const at of photos.slice(1)) {
        const found = first(row(queries, at), views, (_, photo) => photo === at);
        hits[views].product.push(found === productId ? 1 : 0);
      }
      const style = styleOf.get(productId);
      const colours = [...styleOf.values()].filter((other) => other === style).length;
      if (colours < 2) continue;
      // A product asks by its main photo, or by the mean of all: similarity is linear, so the mean of the queries does.
      const own = views === 'main photo' ? photos.slice(0, 1) : photos;
      const query = new Float32Array(dim);
      for (const at of own)
        row(queries, at).forEach((value, k) => (query[k] = (query[k] as number) + value / own.length));
      const found = first(query, views, (other) => other === productId);
      hits[views].style.push(found !== null && styleOf.get(found) === style ? 1 : 0);
    }
  }
}
