import { make } from '#widget';
import { productCard } from './product-cards.js';
import type { Shop } from './shop.js';

const PAGE = 24;

/** The grid of one category, or of everything; one colour of each style. */
export async function cataloguePage(shop: Shop, category: string | null, signal: AbortSignal): Promise<HTMLElement[]> {
  const { categories } = await shop.weft.get('/v1/categories', { signal });
  const grid = make('ul', 'grid', { role: 'list' });
  const more = make('button', 'wide more', { type: 'button' }, 'Show more');
  let cursor: string | null = null;
  const load = async () => {
    const query = {
      ...{ count: PAGE, onePerStyle: true },
      ...(category === null ? {} : { category }),
      ...(cursor === null ? {} : { cursor }),
    };
    const page = await shop.weft.get('/v1/products', { query, signal });
    const cards = page.products.map((product) => productCard(shop, product));
    grid.append(...cards);
    cursor = page.nextCursor;
    more.hidden = cursor === null;
    return cards;
  };
  more.addEventListener('click', () => void load().then(([first]) => first?.querySelector('a')?.focus()));
  await load();
  const pieces = categories.reduce((sum, { products }) => sum + products, 0);
  const heading =
    category === null
      ? make('h1', 'display', { tabindex: '-1' }, 'Shop by eye.')
      : make('h1', 'display', { tabindex: '-1' }, shortName(category));
  const intro = make(
    'p',
    'intro',
    {},
    category === null
      ? `${pieces} pieces, found by what they look like. Open a piece, turn its dial, save or dismiss it: the suggestions follow.`
      : category,
  );
  const empty =
    grid.childElementCount === 0
      ? [make('p', 'note', {}, 'There is nothing here. Import a feed first: weft import FEED')]
      : [];
  return [
    make('div', 'opening', {}, heading, intro),
    departments(categories, category),
    make('div', 'panel', {}, shop.forYou(4, 'demo-catalogue')),
    grid,
    ...empty,
    more,
  ];
}

/** A line of links for each department, which is the first step of a category's path. */
function departments(categories: { category: string }[], chosen: string | null): HTMLElement {
  const lines = new Map<string, HTMLElement[]>();
  for (const { category } of categories) {
    const [department = ''] = stepsOf(category).slice(0, -1);
    const here: Record<string, string> = category === chosen ? { 'aria-current': 'page' } : {};
    const href = `/demo?category=${encodeURIComponent(category)}`;
    const link = make('a', null, { href, title: category, ...here }, shortName(category));
    lines.set(department, [...(lines.get(department) ?? []), link]);
  }
  const drawn = [...lines].map(([department, links]) => {
    const name = make('span', 'department', {}, department);
    return make('li', null, {}, ...(department === '' ? [] : [name]), ...links);
  });
  return make('nav', 'departments', { 'aria-label': 'Categories' }, make('ul', null, { role: 'list' }, ...drawn));
}

const stepsOf = (category: string) => category.split('>').map((step) => step.trim());
const shortName = (category: string) => stepsOf(category).at(-1) ?? category;
