import type { ModelVersion } from '#foundation';
import type { Arm } from '#shoppers';
import type { Rate } from '#statistics';

/** What a shopper may do with a result that was shown. */
export const ACTIONS = ['click', 'wishlist', 'cart', 'purchase'] as const;
export type Action = (typeof ACTIONS)[number];

/** What rates may be told apart by. */
export const GROUPINGS = ['scenario', 'model', 'rule', 'experiment'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/**
 * How long after the answer a click counts for it; and how long after the click, or after the answer where the event itself
 * carries its id, a wish, a cart or a purchase does.
 */
export const WINDOW_DAYS = 7;

/** Answers that were given from one time until before another. */
export interface Span {
  from: Date;
  until: Date;
}

/** Whose rates these are; what the grouping does not ask for is absent. */
export interface GroupKey {
  /** null: requests that named none. */
  scenario?: string | null;
  /** null: the generation that answered was gone before the event came. */
  modelVersion?: ModelVersion | null;
  /** null: results that no rule touched. */
  rule?: number | null;
  /** null: no rule, or one that was removed since. */
  ruleName?: string | null;
  experiment?: string;
  arm?: Arm;
}

/** A group's rates. The unit is a product shown to a shopper in one answer; it counts once, however often it was seen. */
export interface GroupRates extends GroupKey {
  /** Units with an impression: what the rates are of. */
  shown: number;
  /** Who saw them. */
  shoppers: number;
  /** Units of answers of less than the window ago: what follows may still count. */
  open: number;
  /** Units with a click, a wish, ... but no impression: in no rate. */
  withoutImpression: number;
  /** How many of the shown units led to what, and the share; null without an impression. */
  actions: Record<Action, { count: number; rate: Rate | null }>;
}

/** Rates of all groups, most shown first. */
export interface Attribution extends Span {
  by: Grouping;
  windowDays: number;
  groups: GroupRates[];
  /** A sentence where something keeps rates from being told; null otherwise. */
  warning: string | null;
}
