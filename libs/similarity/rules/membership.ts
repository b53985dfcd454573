import type { Filter } from '#filters';
import type { ProductId } from '#foundation';
import type { CatalogReader } from '../catalog-reader.js';
import type { ProductSet } from './rule.js';

/** Which products pass which filters: looked up together, then asked for one by one. */
export class Membership {
  private readonly known = new Map<Filter, Map<ProductId, boolean>>();

  constructor(
    private readonly catalog: Pick<CatalogReader, 'passing'>,
    private readonly now: Date,
  ) {}

  /** Looks up what is not known yet, in one query. */
  async learn(products: readonly ProductId[], filters: readonly Filter[]): Promise<void> {
    const isOpen = (product: ProductId, filter: Filter) => this.known.get(filter)?.has(product) !== true;
    const open = [...new Set(filters)].filter((filter) => products.some((product) => isOpen(product, filter)));
    const wanted = [...new Set(products)].filter((product) => open.some((filter) => isOpen(product, filter)));
    if (wanted.length === 0) return;
    const passing = await this.catalog.passing(wanted, open, this.now);
    open.forEach((filter, i) => {
      const among = this.known.get(filter) ?? new Map<ProductId, boolean>();
      for (const product of wanted) among.set(product, passing.get(product)?.[i] ?? false);
      this.known.set(filter, among);
    });
  }

  /** @throws Error for what was not learnt */
  passes(product: ProductId, filter: Filter): boolean {
    const passes = this.known.get(filter)?.get(product);
    if (passes === undefined) throw new Error(`Whether ${product} passes a rule's filter was not looked up.`);
    return passes;
  }

  /** @throws Error for what was not learnt */
  holds(set: ProductSet, product: ProductId): boolean {
    return 'filter' in set ? this.passes(product, set.filter) : set.products.has(product);
  }
}

/** The filters that these sets need to be known. */
export function filtersOf(sets: readonly (ProductSet | null)[]): Filter[] {
  return sets.flatMap((set) => (set !== null && 'filter' in set ? set.filter : []));
}
