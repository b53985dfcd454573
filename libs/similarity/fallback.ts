import type { ShelfProduct, ShelfQuery, ShopperMemory } from './shopper-memory.js';

/** Where a product comes from that nothing a shopper did speaks for. */
export type Shelf = 'popular' | 'new';

type Shelved = ShelfProduct & { shelf: Shelf };

/** Fetched for each wanted one, so that there are categories to choose among. */
const POOL = 5;

/**
 * What is shown where nothing is known of a shopper's taste: what is popular, then new arrivals. On each shelf the best of
 * every category comes first, then the second of each, so that one category does not fill the page.
 *
 * @returns at most `question.count`
 */
export async function fromTheShelves(memory: ShopperMemory, question: ShelfQuery): Promise<Shelved[]> {
  const wide = { ...question, count: POOL * question.count };
  const popular = byTurns(await memory.popular(wide)).slice(0, question.count);
  const found = popular.map((product): Shelved => ({ ...product, shelf: 'popular' }));
  if (found.length === question.count) return found;
  const newest = await memory.newest({
    ...wide,
    excludeProducts: [...question.excludeProducts, ...popular.map(({ productId }) => productId)],
    excludeStyles: [...question.excludeStyles, ...(question.onePerStyle ? popular.map(({ styleId }) => styleId) : [])],
  });
  const rest = byTurns(newest).slice(0, question.count - found.length);
  return [...found, ...rest.map((product): Shelved => ({ ...product, shelf: 'new' }))];
}

/** The first of each category, then the second of each, ...; else as given. */
function byTurns(products: readonly ShelfProduct[]): ShelfProduct[] {
  const met = new Map<string | null, number>();
  const turns = products.map((product) => {
    const turn = met.get(product.category) ?? 0;
    met.set(product.category, turn + 1);
    return { product, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn).map(({ product }) => product);
}
