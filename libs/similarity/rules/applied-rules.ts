import { allOf, type Filter } from '#filters';
import type { ProductId, StyleId } from '#foundation';
import type { Question } from '../asked.js';
import type { CatalogReader, ProductCard } from '../catalog-reader.js';
import type { Neighbour } from '../vector-index.js';
import { holdsOfProduct, mayHold, type Occasion } from './conditions.js';
import { filtersOf, Membership } from './membership.js';
import { type PlacedPin, positionsOf, setBetween } from './pins.js';
import { inOrder, isKind, type Lift, type Pin, referenceTo, type Rule, type RuleReference } from './rule.js';
import { listedIn, Separation } from './separation.js';

/** Boosts and buries that hold of one answer: each may cost a search of its own. The first in order. */
const MOST_LIFTS = 10;
/** Of what is never together, so many rules hold of one answer: each may cost two searches more. The first in order. */
const MOST_APART = 10;

/** A product that a rule set where it is. */
export interface Pinned {
  productId: ProductId;
  pinnedBy: Rule<Pin>;
}

/** What a question must know of itself for rules to be applied. */
interface Asking extends Occasion {
  question: Question;
  /** What a pinned product must pass: what the request says, without what is taken over from products. */
  pinFilter: Filter | null;
}

/**
 * The rules whose conditions hold of one question, and what they do to its answer. In this order: what the request and the
 * shopper exclude; `hide`; `pin`, `never-together` among pins; `never-together` down the order; `boost` and `bury`.
 */
export class AppliedRules {
  private constructor(
    /** In the order that settles conflicts. */
    private readonly rules: readonly Rule[],
    private readonly membership: Membership,
    private readonly separation: Separation,
    private readonly pins: readonly PlacedPin[],
    private readonly pinnedStyles: readonly StyleId[],
  ) {}

  /** @param rules enabled ones, in any order */
  static async of(
    rules: readonly Rule[],
    asking: Asking,
    catalog: Pick<CatalogReader, 'passing' | 'products'>,
  ): Promise<AppliedRules> {
    const membership = new Membership(catalog, asking.now);
    const aboutIds = asking.about.map(({ productId }) => productId);
    const possible = inOrder(rules.filter((rule) => mayHold(rule, asking)));
    await membership.learn(aboutIds, filtersOf(possible.map(({ when }) => when.product)));
    const holding = withinBounds(possible.filter((rule) => holdsOfProduct(rule, asking, membership)));
    const [apart, pins, hides] = [
      holding.filter(isKind('never-together')),
      holding.filter(isKind('pin')),
      holding.filter(isKind('hide')),
    ];
    const pinnedIds = pins.map(({ product }) => product);
    const sets = [
      ...apart.flatMap((rule) => [...rule.sets]),
      ...(pins.length > 0 ? hides.map(({ what }) => what) : []),
    ];
    const wanted = pins.length > 0 && asking.pinFilter !== null ? [asking.pinFilter] : [];
    const [cards] = await Promise.all([
      pinnedIds.length > 0 ? catalog.products(pinnedIds) : new Map<ProductId, ProductCard>(),
      membership.learn([...aboutIds, ...pinnedIds, ...listedIn(apart)], [...filtersOf(sets), ...wanted]),
    ]);
    const separation = new Separation(apart, membership);
    aboutIds.forEach((product) => separation.meet(product));
    const { kept, styles } = keptPins(holding, cards, asking, membership, separation);
    return new AppliedRules(holding, membership, separation, positionsOf(kept), styles);
  }

  /** Those that hold, in the order that settles conflicts. */
  get references(): RuleReference[] {
    return this.rules.map(referenceTo);
  }

  get pinnedProducts(): ProductId[] {
    return this.pins.map(({ rule }) => rule.product);
  }

  /**
   * Asks as often as it takes until nothing came that must not come together: each time less may come.
   *
   * @param find answers a question, best first
   * @returns what was answered last, and that with pins set in
   */
  async answer<Answer extends { neighbours: { productId: ProductId }[] }>(
    question: Question,
    find: (question: Question) => Promise<Answer>,
  ): Promise<{ answer: Answer; placed: (Answer['neighbours'][number] | Pinned)[] }> {
    // Each time at least one set more is met.
    for (let left = this.separation.mostMet; left >= 0; left -= 1) {
      const narrowed = this.narrow(question);
      const answer = await find(narrowed);
      const found = answer.neighbours.slice(0, question.depth);
      if (await this.isApart(found)) {
        const isAll = answer.neighbours.length < question.depth;
        return { answer, placed: setBetween(found, this.pins, isAll) };
      }
    }
    throw new Error('What was excluded was found again and again.');
  }

  /** The rules that made a difference to the place of each product; what is pinned is so by its pin alone. */
  async touching(results: readonly (Neighbour | Pinned | { productId: ProductId })[]): Promise<RuleReference[][]> {
    const lifts = this.rules.filter(isKind('boost', 'bury'));
    const compared = results.flatMap((one) => ('embedding' in one ? one.productId : []));
    await this.membership.learn(
      compared,
      lifts.map(({ filter }) => filter),
    );
    return results.map((one) => {
      if ('pinnedBy' in one) return [referenceTo(one.pinnedBy)];
      if (!('embedding' in one)) return [];
      return lifts.filter(({ filter }) => this.membership.passes(one.productId, filter)).map(referenceTo);
    });
  }

  private async isApart(found: readonly { productId: ProductId }[]): Promise<boolean> {
    const { filters } = this.separation;
    const ids = found.map(({ productId }) => productId);
    await this.membership.learn(ids, filters);
    return ids.every((product) => this.separation.admit(product));
  }

  private narrow(question: Question): Question {
    const hides = this.rules.filter(isKind('hide')).map(({ what }) => what);
    const { filters, products } = this.separation.exclusion;
    const without = [...filtersOf(hides), ...filters];
    const hidden = hides.flatMap((what) => ('products' in what ? [...what.products] : []));
    const narrowed = (filter: Filter | null) =>
      without.length === 0
        ? filter
        : allOf([...partsOf(filter), ...without.map((of): Filter => ({ kind: 'not', of }))]);
    const { others, onePerStyle } = question;
    return {
      ...question,
      filter: narrowed(question.filter),
      others: others && { ...others, filter: narrowed(others.filter) },
      boosts: [...question.boosts, ...this.rules.filter(isKind('boost', 'bury')).map(boostOf)],
      excludeProducts: [...question.excludeProducts, ...hidden, ...products, ...this.pinnedProducts],
      excludeStyles: onePerStyle ? [...question.excludeStyles, ...this.pinnedStyles] : question.excludeStyles,
    };
  }
}

/** Those that hold, of each kind that costs searches no more than it may. @param held in order */
function withinBounds(held: readonly Rule[]): Rule[] {
  const over = new Set<Rule>([
    ...held.filter(isKind('boost', 'bury')).slice(MOST_LIFTS),
    ...held.filter(isKind('never-together')).slice(MOST_APART),
  ]);
  return held.filter((rule) => !over.has(rule));
}

/** The pins that get a place, in the order that settles conflicts, and the styles of what they pin. */
function keptPins(
  rules: readonly Rule[],
  cards: ReadonlyMap<ProductId, ProductCard>,
  { question, pinFilter }: Asking,
  membership: Membership,
  separation: Separation,
): { kept: Rule<Pin>[]; styles: StyleId[] } {
  const hides = rules.filter(isKind('hide'));
  const products = new Set<ProductId>(question.excludeProducts);
  const styles = new Set<StyleId>(question.excludeStyles);
  const pinnedStyles: StyleId[] = [];
  const kept = rules.filter(isKind('pin')).filter(({ product }) => {
    const card = cards.get(product);
    if (card === undefined || products.has(product) || styles.has(card.styleId)) return false;
    if (pinFilter !== null && !membership.passes(product, pinFilter)) return false;
    if (hides.some(({ what }) => membership.holds(what, product)) || !separation.admit(product)) return false;
    products.add(product);
    pinnedStyles.push(card.styleId);
    if (question.onePerStyle) styles.add(card.styleId);
    return true;
  });
  return { kept, styles: pinnedStyles };
}

const boostOf = ({ kind, filter, weight }: Rule<Lift>) => ({ filter, weight: kind === 'boost' ? weight : -weight });

/** A conjunction's own parts, so that more parts can stand beside them. */
const partsOf = (filter: Filter | null) => (filter?.kind === 'all' ? filter.of : [filter]);
