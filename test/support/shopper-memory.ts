import type { ProductId } from '#foundation';
import type { KeptSignal, ProductCard, ShelfQuery, ShopperMemory } from '#similarity';

/** What is remembered in a test: signals and showings of each shopper, and the two shelves in their order. */
export interface Remembered {
  signals?: Record<string, { productId: string; type: KeptSignal['type']; at: Date }[]>;
  shown?: Record<string, Record<string, Date>>;
  popular?: string[];
  newest?: string[];
}

/** A memory that is what it is told; shelves hold products of `cards` alone, in stock or not. */
export function shopperMemory(cards: ReadonlyMap<ProductId, ProductCard>, known: Remembered = {}): ShopperMemory {
  const shelf = (ids: string[] = [], { count, excludeProducts, excludeStyles, onePerStyle }: ShelfQuery) => {
    const styles = new Set<string>(excludeStyles);
    const found = ids.flatMap((id) => {
      const card = cards.get(id as ProductId);
      if (!card || excludeProducts.includes(card.productId) || styles.has(card.styleId)) return [];
      if (onePerStyle) styles.add(card.styleId);
      return card;
    });
    return found.slice(0, count);
  };
  return {
    signalsOf: async (shopper, { limit, until }) =>
      ((known.signals?.[shopper] ?? []) as KeptSignal[])
        .filter(({ at }) => until === null || at <= until)
        .slice(0, limit),
    shownTo: async (shopper, since, { until }) =>
      new Map(
        Object.entries(known.shown?.[shopper] ?? {}).flatMap(([id, at]) =>
          at >= since && (until === null || at <= until) ? [[id as ProductId, at]] : [],
        ),
      ),
    popular: async (question) => shelf(known.popular, question),
    newest: async (question) => shelf(known.newest, question),
  };
}
