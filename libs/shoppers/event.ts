import type { ProductId } from '#foundation';
import { SIGNAL_WEIGHTS, type SignalType } from '#similarity';
import type { AnswerFacts } from './recommendation-ids.js';

/** Events that take back a signal: of the same shopper and product, no later than they. */
export const REMOVAL_TYPES = ['wishlist-removal', 'cart-removal'] as const satisfies `${SignalType}-removal`[];

/** What a shopper may do. `click` and `impression` are of a recommendation, and say nothing of taste. */
export const EVENT_TYPES = [
  ...(Object.keys(SIGNAL_WEIGHTS) as SignalType[]),
  ...(['click', 'impression'] as const),
  ...REMOVAL_TYPES,
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event as a storefront tells it. One without an id is known again by everything else that it says. */
export interface ToldEvent {
  /** Of the storefront's own, unique for the shopper; up to 64 characters. */
  id?: string | undefined;
  type: EventType;
  /** Opaque, up to 128 characters. */
  shopperId: string;
  /** A product id or an offer id. */
  productId: string;
  /** @default now; an event without an id needs a time */
  at?: Date | undefined;
  /** Of the answer that showed the product. */
  recommendationId?: string | undefined;
}

/** An event as it is kept. */
export interface ShopperEvent {
  shopperId: string;
  eventId: string;
  type: EventType;
  productId: ProductId;
  at: Date;
  recommendationId: string | null;
}

/** What the answer that an event carries says of itself and of the product. */
export interface AnswerOfEvent extends AnswerFacts {
  /** Rules that touched the product in that answer. */
  rules: number[];
}

/** An event that is to be kept. */
export interface NewEvent extends ShopperEvent {
  /** null where it carries no `recommendationId`. */
  answer: AnswerOfEvent | null;
}
