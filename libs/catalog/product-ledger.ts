import { sha256 } from '#foundation';
import type { FeedRow } from './feed-row.js';
import type { RowProblem } from './row-problem.js';
import { FingerprintMap } from './fingerprint-map.js';
import type { Grouping } from './grouping.js';

/** Currencies of one feed that are told apart; ISO 4217 has fewer than 200 in use. */
const MOST_CURRENCIES = 255;

/** The products of a feed so far: which style each belongs to, and in which currency it is sold. */
export class ProductLedger {
  /** Product id -> 20 bits of its style, 8 of its currency; 0 stands for a currency that is not known yet. */
  private readonly products = new FingerprintMap();
  private readonly currencies: string[] = [];

  /** Remembers the product of a row, or says why the row cannot belong to it. */
  meet({ currency, price, salePrice }: FeedRow, { productId, styleId }: Grouping): RowProblem | null {
    const style = Number.parseInt(sha256(styleId).slice(0, 5), 16);
    const known = this.products.get(productId);
    // "a" in "red" and a group that is itself called "a--red" would meet in one product.
    if (known !== undefined && known >>> 8 !== style) {
      const message = `The product id ${productId} already belongs to another style of this feed.`;
      return { field: 'item_group_id', value: styleId, code: 'product-id-taken', message };
    }
    const own = currency === null || (price === null && salePrice === null) ? 0 : this.indexOf(currency);
    const before = known === undefined ? 0 : known & 0xff;
    if (own !== 0 && before !== 0 && own !== before) {
      const message = `An earlier row of the product ${productId} is priced in ${this.currencies[before - 1]}.`;
      return { field: 'price', value: currency ?? '', code: 'currency-mixed', message };
    }
    this.products.set(productId, style * 256 + (before === 0 ? own : before));
    return null;
  }

  private indexOf(currency: string): number {
    const at = this.currencies.indexOf(currency);
    if (at !== -1) return at + 1;
    return this.currencies.length < MOST_CURRENCIES ? this.currencies.push(currency) : 0;
  }
}
