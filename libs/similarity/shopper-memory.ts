import type { ProductId, StyleId } from '#foundation';
import type { SignalType } from './profile-settings.js';
import type { NeighbourQuery } from './vector-index.js';

/** What a shopper did, as it was kept. */
export interface KeptSignal {
  productId: ProductId;
  type: SignalType;
  at: Date;
}

/** A product that is shown where nothing is known of a shopper. */
export interface ShelfProduct {
  productId: ProductId;
  styleId: StyleId;
  category: string | null;
}

/** What is asked of a shelf. */
export type ShelfQuery = Pick<
  NeighbourQuery,
  'filter' | 'now' | 'count' | 'excludeProducts' | 'excludeStyles' | 'onePerStyle'
>;

/** Which of a shopper's events are read. */
export interface EventSpan {
  /** The newest so many. */
  limit: number;
  /** What had come in by then, whenever it happened; null: all. */
  until: Date | null;
}

/** What is remembered of shoppers, for recommendations. Implemented by #persistence. */
export interface ShopperMemory {
  /** Newest first. */
  signalsOf(shopperId: string, span: EventSpan): Promise<KeptSignal[]>;
  /** When each product was last shown to a shopper as a result, since a time. */
  shownTo(shopperId: string, since: Date, span: EventSpan): Promise<Map<ProductId, Date>>;
  /**
   * What shoppers like, most popular first: events of the last 28 days by `SIGNAL_WEIGHTS`, each halved every seven days,
   * the newest of each shopper, product and kind alone. Up to a minute old; of more than 200,000 the newest. Products of no net liking are left out.
   */
  popular(question: ShelfQuery): Promise<ShelfProduct[]>;
  /** New arrivals, newest first. */
  newest(question: ShelfQuery): Promise<ShelfProduct[]>;
}
