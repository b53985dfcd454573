import type { Filter } from '#filters';
import type { Clock, ProductId } from '#foundation';
import type { CatalogReader, ProductSet, Recommendations, Recommender, Rule, RuleReference } from '#similarity';
import { decisionsOf } from './kept-decisions.js';
import type { MerchandisingStore } from './merchandising-store.js';
import type { RuleRequest } from './rule-request.js';
import { type RuleService, unknownRule } from './rule-service.js';
import type { StoredRule } from './stored-rule.js';

/** Of a rule that is not stored yet. */
const NOT_STORED = 0;

/** What is tried: a rule that is not stored, one in place of a stored one, or that one is left out. */
export interface Draft {
  rule?: RuleRequest | undefined;
  /** Of the stored rule that it stands for, or that is left out. */
  id?: number | undefined;
}

/** What becomes of one product of an answer. Places count from 1. */
export interface Move {
  productId: ProductId;
  /** null: it was not there. */
  from: number | null;
  /** null: it is there no more. */
  to: number | null;
  /** The rules that had to do with it before or after, but not both, and the one that is tried. Empty: others made room or took it. */
  rules: RuleReference[];
}

/** An answer as it is and as it would be. A rule that is tried has the id 0 unless it stands for a stored one. */
export interface RulePreview {
  before: Recommendations;
  after: Recommendations;
  /** Those that change their place, come or go, by the place after, then by that before. */
  moves: Move[];
  /** Ids of the draft that are no product and no offer. */
  unknown: string[];
}

/** Shows what a rule would do before it does it. Nothing is stored. */
export class RulePreviews {
  constructor(
    private readonly store: Pick<MerchandisingStore, 'read'>,
    private readonly rules: Pick<RuleService, 'resolved'>,
    private readonly recommender: Pick<Recommender, 'under'>,
    private readonly catalog: Pick<CatalogReader, 'passing'>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param ask the request, of a recommender
   * @throws WeftError `rule-unknown`, and what asking throws
   */
  async preview(
    { rule: request, id }: Draft,
    ask: (recommender: Recommender) => Promise<Recommendations>,
  ): Promise<RulePreview> {
    const stored = await this.store.read();
    if (id !== undefined && !stored.rules.some((one) => one.id === id)) unknownRule(id);
    const draft = request === undefined ? null : await this.rules.resolved(request);
    const others = stored.rules.filter((one) => one.id !== id);
    const tried = draft === null || !draft.rule.enabled ? [] : [{ id: id ?? NOT_STORED, rule: draft.rule }];
    const under = async (rules: Pick<StoredRule, 'id' | 'rule'>[]): Promise<Side> => {
      const decisions = decisionsOf({ scenarios: stored.scenarios, rules });
      const answer = await ask(this.recommender.under({ decisions: async () => decisions }));
      const holding = decisions.rules.filter((rule) => answer.rules.some((one) => one.id === rule.id));
      return { answer, holding, places: new Map(answer.results.map(({ productId }, i) => [productId, i + 1])) };
    };
    const [before, after] = await Promise.all([under(stored.rules), under([...others, ...tried])]);
    const changed = [...new Set([...after.places.keys(), ...before.places.keys()])].filter(
      (product) => after.places.get(product) !== before.places.get(product),
    );
    const [rulesBefore, rulesAfter] = await Promise.all([before, after].map((side) => this.concerning(changed, side)));
    const moves = changed.map((productId, i): Move => {
      const rules = partTakers(rulesBefore?.[i] ?? [], rulesAfter?.[i] ?? [], id ?? NOT_STORED);
      const [from, to] = [before, after].map(({ places }) => places.get(productId) ?? null);
      return { productId, from: from ?? null, to: to ?? null, rules };
    });
    return { before: before.answer, after: after.answer, moves, unknown: draft?.unknown ?? [] };
  }

  /** Of each product the rules that touched it where it is in an answer, and that kept it out or down where it is not. */
  private async concerning(products: ProductId[], { answer, holding }: Side): Promise<RuleReference[][]> {
    const sets = holding.flatMap((rule) => setsAgainst(rule).map((set) => ({ rule, set })));
    const filters = sets.flatMap(({ set }) => ('filter' in set ? set.filter : []));
    const passing = await this.passing(products, filters);
    return products.map((productId) => {
      const result = answer.results.find((one) => one.productId === productId);
      if (result !== undefined) return result.rules;
      const passed = new Set(filters.filter((_, i) => passing.get(productId)?.[i]));
      const against = sets.filter(({ set }) =>
        'filter' in set ? passed.has(set.filter) : set.products.has(productId),
      );
      return against.map(({ rule: { id, name, kind } }) => ({ id, name, kind }));
    });
  }

  private async passing(products: ProductId[], filters: Filter[]): Promise<Map<ProductId, boolean[]>> {
    if (products.length === 0 || filters.length === 0) return new Map();
    return this.catalog.passing(products, filters, this.clock.now());
  }
}

/** One of the two answers. */
interface Side {
  answer: Recommendations;
  /** The rules that held of it. */
  holding: Rule[];
  /** Of each product, from 1. */
  places: Map<ProductId, number>;
}

/** What touches a product before and after alike did not move it, unless it is what was changed. */
function partTakers(before: RuleReference[], after: RuleReference[], tried: number): RuleReference[] {
  const isIn = (rules: RuleReference[], { id }: RuleReference) => rules.some((one) => one.id === id);
  return [
    ...after.filter((rule) => rule.id === tried || !isIn(before, rule)),
    ...before.filter((rule) => !isIn(after, rule)),
  ];
}

/** The products that a rule keeps out of an answer, or down. */
function setsAgainst(rule: Rule): ProductSet[] {
  switch (rule.kind) {
    case 'hide':
      return [rule.what];
    case 'bury':
      return [{ filter: rule.filter }];
    case 'never-together':
      return [...rule.sets];
    case 'pin':
    case 'boost':
      return [];
  }
}
