import { make } from '#widget';
import { productCard } from './product-cards.js';
import type { Shop } from './shop.js';

/** What the shopper saved, and what it brings. */
export async function savedPage(shop: Shop): Promise<HTMLElement[]> {
  const saved = await shop.products(shop.shopper.wishes);
  const grid = make('ul', 'grid', { role: 'list' }, ...saved.map((product) => productCard(shop, product)));
  const words =
    saved.length === 0
      ? 'Nothing yet. The heart on a piece keeps it here.'
      : 'A saved piece weighs more than one you only opened.';
  return [
    make('div', 'opening', {}, make('h1', 'display', { tabindex: '-1' }, 'Saved'), make('p', 'intro', {}, words)),
    grid,
    make('div', 'panel', {}, shop.forYou(8, 'demo-saved')),
  ];
}
