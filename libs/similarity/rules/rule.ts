import type { Filter } from '#filters';
import type { ProductId } from '#foundation';

/** Products that a rule means: those that pass a filter, or these. */
export type ProductSet = { filter: Filter } | { products: ReadonlySet<ProductId> };

/** When a rule holds: where all of these do; what is null asks for nothing. */
export interface RuleConditions {
  /** The product asked about, or that a photo was found to show, is one of these. */
  product: ProductSet | null;
  /** That product is of this category or below it, or the request asks for that. */
  category: string | null;
  /** The request names one of these. */
  scenarios: ReadonlySet<string> | null;
  from: Date | null;
  /** The rule holds until then, and then no more. */
  until: Date | null;
}

export interface Pin {
  kind: 'pin';
  product: ProductId;
  /** Its place in the whole answer, all pages together; the first is 1. */
  position: number;
}
export interface Lift {
  kind: 'boost' | 'bury';
  filter: Filter;
  /** Added to, or taken from, the similarity of what passes, in (0, 1]. */
  weight: number;
}
export interface Hide {
  kind: 'hide';
  what: ProductSet;
}
export interface NeverTogether {
  kind: 'never-together';
  /** No answer holds a product of the one and a product of the other. */
  sets: readonly [ProductSet, ProductSet];
}
export type RuleEffect = Pin | Lift | Hide | NeverTogether;
export type RuleKind = RuleEffect['kind'];
export const RULE_KINDS = ['pin', 'boost', 'bury', 'hide', 'never-together'] as const satisfies RuleKind[];

/** How an answer names a rule. */
export interface RuleReference {
  id: number;
  name: string;
  kind: RuleKind;
}

/** What a shop decided about answers. */
export type Rule<Effect extends RuleEffect = RuleEffect> = Effect & {
  /** From 1, in the order in which they were made; 0: not made yet. */
  id: number;
  name: string;
  /** The higher goes first where two rules cannot both have their way. */
  priority: number;
  when: RuleConditions;
};

export const referenceTo = ({ id, name, kind }: Rule): RuleReference => ({ id, name, kind });

export const isKind =
  <Kind extends RuleKind>(...kinds: Kind[]) =>
  (rule: Rule): rule is Rule<Extract<RuleEffect, { kind: Kind }>> =>
    (kinds as RuleKind[]).includes(rule.kind);

/** The higher priority first, then the older: in this order conflicts are settled. */
export function inOrder<Effect extends RuleEffect>(rules: readonly Rule<Effect>[]): Rule<Effect>[] {
  const age = ({ id }: Rule) => (id === 0 ? Number.MAX_SAFE_INTEGER : id);
  return [...rules].sort((a, b) => b.priority - a.priority || age(a) - age(b));
}
