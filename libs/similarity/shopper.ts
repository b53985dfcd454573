import type { ProductId } from '#foundation';
import type { SignalType } from './profile-settings.js';

/** What a shopper did, as a storefront tells it. */
export interface Signal {
  /** A product id or an offer id. */
  productId: string;
  type: SignalType;
  /** @default now */
  at?: Date | undefined;
}

/** Whom to recommend to: signals, a shopper whose events are kept, or both. Neither: a shopper of whom nothing is known. */
export interface Shopper {
  signals?: readonly Signal[] | undefined;
  shopperId?: string | undefined;
}

/** What may be asked of recommendations to a shopper, beside what may be asked of all. */
export interface ShopperOptions {
  /** Most interests that are searched for, 1 to 5. @default 3 */
  interests?: number | undefined;
  /** Products that were viewed, wished for or put in a cart may be results. @default false */
  includeSeen?: boolean | undefined;
  /** Products that were bought may be results. @default false */
  includeOwned?: boolean | undefined;
  /** Products that were disliked may be results. @default false */
  includeRejected?: boolean | undefined;
  /** What having just been shown takes from a product's relevance, 0 to 1; half of it is left after two hours. @default 0 */
  rotation?: number | undefined;
  /** false: nothing, where nothing is known of the shopper's taste. @default true */
  fallback?: boolean | undefined;
}

/** Most kept signals that are read for one recommendation: the newest. */
export const MOST_KEPT_SIGNALS = 500;
/** Most kept impressions that are read: the newest. */
export const MOST_SHOWN = 500;
/** After this many hours nothing of having been shown is left: less than 2 % is. */
const SHOWN_HOURS = 12;
/** Days until half is left of it. */
export const SHOWN_HALF_LIFE_DAYS = 2 / 24;

/** From when on having been shown counts. */
export const shownSince = (now: Date) => new Date(now.getTime() - SHOWN_HOURS * 3_600_000);

/** The products of these signals that are no results. */
export function excludedOf(
  signals: readonly { productId: ProductId; type: SignalType }[],
  { includeSeen, includeOwned, includeRejected }: ShopperOptions,
): Set<ProductId> {
  const isExcluded = ({ type }: { type: SignalType }) => {
    if (type === 'purchase') return !includeOwned;
    return type === 'dislike' ? !includeRejected : !includeSeen;
  };
  return new Set(signals.filter(isExcluded).map(({ productId }) => productId));
}
