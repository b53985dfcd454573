import { allOf, type Filter } from '#filters';
import type { ProductId } from '#foundation';
import { filtersOf, type Membership } from './membership.js';
import type { NeverTogether, ProductSet, Rule } from './rule.js';

/** What must not be found. */
export interface Exclusion {
  filters: Filter[];
  products: ProductId[];
}

/**
 * Keeps apart what must never come together: of each rule the set that is met first may come, and nothing of the other. A
 * product of both sets never comes.
 */
export class Separation {
  /** Of each rule which sets are met. */
  private readonly met: [boolean, boolean][];

  /** @param membership knows of each set's own products whether they are in the other set */
  constructor(
    private readonly rules: readonly Rule<NeverTogether>[],
    private readonly membership: Membership,
  ) {
    this.met = rules.map(() => [false, false]);
  }

  /** What `meet` and `admit` need to know of a product. */
  get filters(): Filter[] {
    return filtersOf(this.rules.flatMap(({ sets }) => [...sets]));
  }

  /** How often a set can be met for the first time. */
  get mostMet(): number {
    return 2 * this.rules.length;
  }

  /** Takes note of a product that is on the page, whatever comes of it. */
  meet(product: ProductId): void {
    this.rules.forEach(({ sets }, i) => {
      const met = this.met[i] as [boolean, boolean];
      sets.forEach((set, side) => (met[side] ||= this.membership.holds(set, product)));
    });
  }

  /** Takes up a product, unless something is met already with which it must never come. */
  admit(product: ProductId): boolean {
    const isRefused = this.rules.some(({ sets }, i) => {
      const [isInOne = false, isInOther = false] = sets.map((set) => this.membership.holds(set, product));
      const [oneMet, otherMet] = this.met[i] as [boolean, boolean];
      return (isInOne && isInOther) || (isInOne && otherMet) || (isInOther && oneMet);
    });
    if (!isRefused) this.meet(product);
    return !isRefused;
  }

  /** What no product that is found from now on may be. */
  get exclusion(): Exclusion {
    const excluded: Exclusion = { filters: [], products: [] };
    const exclude = (set: ProductSet) => {
      if ('filter' in set) excluded.filters.push(set.filter);
      else excluded.products.push(...set.products);
    };
    this.rules.forEach(({ sets: [one, other] }, i) => {
      const [oneMet, otherMet] = this.met[i] as [boolean, boolean];
      if (otherMet) exclude(one);
      if (oneMet) exclude(other);
      if ('filter' in one && 'filter' in other) {
        if (!oneMet && !otherMet) excluded.filters.push(allOf([one.filter, other.filter]) as Filter);
        return;
      }
      const [listed, rest] = 'products' in one ? [one, other] : [other as { products: ReadonlySet<ProductId> }, one];
      excluded.products.push(...[...listed.products].filter((product) => this.membership.holds(rest, product)));
    });
    return excluded;
  }
}

/** Products of sets that a `Separation` must know of the other set. */
export function listedIn(rules: readonly Rule<NeverTogether>[]): ProductId[] {
  return rules.flatMap(({ sets }) => sets.flatMap((set) => ('products' in set ? [...set.products] : [])));
}
