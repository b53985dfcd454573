import { parseFilter } from '#filters';
import type { ProductId } from '#foundation';
import type { ProductSet, Rule, RuleEffect } from '#similarity';
import type { RuleRequest } from './rule-request.js';

/** A rule as it is kept. */
export interface StoredRule {
  /** Small, and never given to another rule. */
  id: number;
  /** As it was written, its ids those of products. */
  rule: RuleRequest;
  createdAt: Date;
  /** `command line`, `anyone on this machine`, or the id of the key that asked. */
  createdBy: string;
  updatedAt: Date;
  updatedBy: string;
}

type WrittenSet = { filter?: string | undefined; products?: string[] | undefined };

/** The rule as answers go by it. */
export function ruleOf({ id, rule }: Pick<StoredRule, 'id' | 'rule'>): Rule {
  const { name, priority, when } = rule;
  return {
    ...{ id, name, priority },
    when: {
      product: when.product === undefined ? null : setOf(when.product),
      category: when.category ?? null,
      scenarios: when.scenarios === undefined ? null : new Set(when.scenarios),
      from: when.from === undefined ? null : new Date(when.from),
      until: when.until === undefined ? null : new Date(when.until),
    },
    ...effectOf(rule),
  };
}

function effectOf(rule: RuleRequest): RuleEffect {
  switch (rule.kind) {
    case 'pin':
      return { kind: rule.kind, product: rule.product as ProductId, position: rule.position };
    case 'boost':
    case 'bury':
      return { kind: rule.kind, filter: parseFilter(rule.filter), weight: rule.weight };
    case 'hide':
      return { kind: rule.kind, what: setOf(rule.what) };
    case 'never-together': {
      const [one, other] = rule.sets;
      return { kind: rule.kind, sets: [setOf(one), setOf(other)] };
    }
  }
}

function setOf({ filter, products = [] }: WrittenSet): ProductSet {
  return filter === undefined ? { products: new Set(products as ProductId[]) } : { filter: parseFilter(filter) };
}

/** The rule with each id of a product or offer as `change` gives it. */
export function withIds(rule: RuleRequest, change: (id: string) => string): RuleRequest {
  const changed = <WrittenSet_ extends WrittenSet>(set: WrittenSet_): WrittenSet_ =>
    set.products === undefined ? set : { ...set, products: [...new Set(set.products.map(change))] };
  const { product } = rule.when;
  const common = { when: product === undefined ? rule.when : { ...rule.when, product: changed(product) } };
  switch (rule.kind) {
    case 'pin':
      return { ...rule, ...common, product: change(rule.product) };
    case 'boost':
    case 'bury':
      return { ...rule, ...common };
    case 'hide':
      return { ...rule, ...common, what: changed(rule.what) };
    case 'never-together':
      return { ...rule, ...common, sets: [changed(rule.sets[0]), changed(rule.sets[1])] };
  }
}
