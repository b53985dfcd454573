import { make, type Product, webAddress, type WeftSimilar } from '#widget';
import { dismissButton, priceOf, productCard, saveButton } from './product-cards.js';
import { pageOf, type Shop } from './shop.js';

const RECENT = 6;

/** One product: its photo and colours, what looks like it, what was seen before. */
export async function productPage(shop: Shop, id: string, signal: AbortSignal): Promise<HTMLElement[]> {
  const product = await shop.weft.get('/v1/products/{id}', { path: { id }, signal });
  const { productId, styleId, title, brand, category, image, inStock } = product;
  const [{ products: colours }, recent] = await Promise.all([
    shop.weft.get('/v1/products', { query: { style: styleId, count: 12 }, signal }),
    shop.products(shop.shopper.views.filter((seen) => seen !== productId).slice(0, RECENT)),
    shop.shopper.view(productId),
  ]);

  const photo = shop.photo(image, [480, 800, 1024], '(max-width: 60rem) 92vw, 34rem', title ?? productId);
  photo.setAttribute('loading', 'eager');
  const facts = make(
    'div',
    'facts',
    {},
    make('p', 'path', {}, ...(category === null ? [] : [categoryLink(category)])),
    make('h1', null, { tabindex: '-1' }, title ?? productId),
    make('p', 'brand', {}, brand ?? ''),
    make('p', 'cost', {}, priceOf(product), ...(inStock ? [] : [make('span', 'sold', {}, 'Sold out')])),
    ...(colours.length > 1 ? [colourChoice(shop, colours, product)] : []),
    make('div', 'deeds', {}, saveButton(shop, product, 'wide'), dismissButton(shop, product)),
    ...shopLink(product),
  );
  const similar = shop.suggestions({
    ...{ heading: 'Looks like this', product: productId, count: '8' },
    scenario: 'demo-looks-like-this',
  });
  similar.append(dialFor(shop, similar));
  return [
    make('article', 'product', {}, make('div', 'stage', {}, photo), facts),
    make('div', 'looks', {}, similar),
    make('div', 'panel', {}, shop.forYou(4, 'demo-product')),
    ...recently(shop, recent),
  ];
}

function categoryLink(category: string): HTMLElement {
  return make(
    'a',
    null,
    { href: `/demo?category=${encodeURIComponent(category)}` },
    category
      .split('>')
      .map((step) => step.trim())
      .join(' / '),
  );
}

function colourChoice(shop: Shop, colours: Product[], { productId }: Product): HTMLElement {
  const choice = colours.map((one) => {
    const name = one.colour ?? one.productId;
    const here: Record<string, string> = one.productId === productId ? { 'aria-current': 'true' } : {};
    const photo = shop.photo(one.image, [96, 192], '4rem', '');
    return make('a', 'swatch', { href: pageOf(one.productId), ...here }, photo, make('span', null, {}, name));
  });
  return make('nav', 'swatches', { 'aria-label': 'Colours' }, ...choice);
}

/** The product's page in the real shop, where its feed names one. */
function shopLink({ link }: Product): HTMLElement[] {
  const address = webAddress(link, location.href);
  if (address === null) return [];
  return [
    make('p', 'elsewhere', {}, make('a', null, { href: address, rel: 'noopener' }, 'Its page in the shop of the feed')),
  ];
}

/** Turns from the same cut in any colour to the same colour in any cut; the suggestions follow while it moves. */
function dialFor(shop: Shop, similar: WeftSimilar): HTMLElement {
  const slider = make('input', null, { type: 'range', min: '0', max: '1', step: '0.025', id: 'dial' });
  const show = () => {
    const percent = Math.round(Number(slider.value) * 100);
    slider.setAttribute('aria-valuetext', `${100 - percent} % cut, ${percent} % colour`);
  };
  const turnTo = (dial: number) => {
    slider.value = String(dial);
    show();
  };
  turnTo(shop.dial ?? 0.5);
  if (shop.dial !== null) similar.setAttribute('dial', String(shop.dial));
  slider.addEventListener('input', () => {
    shop.dial = Number(slider.value);
    show();
    similar.setAttribute('dial', slider.value);
  });
  // Until it is touched it shows the model's own setting.
  similar.addEventListener('weft-results', (event) => {
    if (shop.dial === null) turnTo((event as CustomEvent<{ dial: number }>).detail.dial);
  });
  const ends = make(
    'span',
    'ends',
    { 'aria-hidden': 'true' },
    make('span', null, {}, 'Same cut'),
    make('span', null, {}, 'Same colour'),
  );
  return make(
    'div',
    'dial',
    { slot: 'tools' },
    make('label', 'aside', { for: 'dial' }, 'From the same cut to the same colour'),
    slider,
    ends,
  );
}

function recently(shop: Shop, products: Product[]): HTMLElement[] {
  if (products.length === 0) return [];
  const list = make('ul', 'grid small', { role: 'list' }, ...products.map((product) => productCard(shop, product)));
  return [
    make('section', 'recent', { 'aria-labelledby': 'recent' }, make('h2', null, { id: 'recent' }, 'Seen before'), list),
  ];
}
