import { forEachInnerProducts } from '../inner-products.js';

const RESULTS = 10;

/** A product as it is shown. */
export interface ShownProduct {
  productId: string;
  styleId: string;
  category: string | null;
  brand: string | null;
}

/**
 * The ten nearest products of other styles, one a style, of each of some products: what a product page shows. The products that are
 * searched come block by block, so that a catalogue of any size is searched in little memory.
 */
export class TopStyles {
  private readonly lists: { product: ShownProduct; similarity: number }[][];

  /**
   * @param asked whose neighbours are looked for
   * @param vectors `[asked, dim]`, scaled by the dial
   */
  constructor(
    private readonly asked: readonly ShownProduct[],
    private readonly vectors: Float32Array,
    private readonly dim: number,
  ) {
    this.lists = asked.map(() => []);
  }

  /** @param vectors `[products, dim]` */
  add(products: readonly ShownProduct[], vectors: Float32Array): void {
    forEachInnerProducts(this.vectors, vectors, this.dim, (query, similarities) => {
      const list = this.lists[query]!;
      const { styleId } = this.asked[query]!;
      let worst = list.length < RESULTS ? -Infinity : list[RESULTS - 1]!.similarity;
      for (let row = 0; row < products.length; row += 1) {
        const similarity = similarities[row] as number;
        if (similarity <= worst) continue;
        const product = products[row]!;
        if (product.styleId === styleId) continue;
        const known = list.findIndex((entry) => entry.product.styleId === product.styleId);
        if (known !== -1) {
          if (list[known]!.similarity >= similarity) continue;
          list.splice(known, 1);
        }
        let place = list.length;
        while (place > 0 && list[place - 1]!.similarity < similarity) place -= 1;
        list.splice(place, 0, { product, similarity });
        if (list.length > RESULTS) list.pop();
        worst = list.length < RESULTS ? -Infinity : list[RESULTS - 1]!.similarity;
      }
    });
  }

  /** Of each asked product, best first. Equal similarities stand as they came. */
  results(): ShownProduct[][] {
    return this.lists.map((list) => list.map(({ product }) => product));
  }
}
