import { make, money, type Product } from '#widget';
import { pageOf, type Shop } from './shop.js';

/** A product in a grid of the shop, with a heart to save it by. */
export function productCard(shop: Shop, product: Product): HTMLLIElement {
  const { productId, title, image, inStock } = product;
  const photo = shop.photo(image, [240, 360, 480, 720], '(max-width: 40rem) 46vw, 18rem', '');
  const words = [make('span', 'title', {}, title ?? productId), priceOf(product)];
  if (!inStock) words.push(make('span', 'sold', {}, 'Sold out'));
  const link = make('a', 'card', { href: pageOf(productId) }, make('span', 'frame', {}, photo), ...words);
  return make('li', null, {}, link, saveButton(shop, product, 'heart'));
}

/** A button that saves a product, and takes it back. */
export function saveButton(shop: Shop, { productId, title }: Product, look: 'heart' | 'wide'): HTMLButtonElement {
  const button = make('button', look, { type: 'button' }, make('span', 'sign', { 'aria-hidden': 'true' }));
  const label = make('span', look === 'heart' ? 'aside' : 'label');
  button.append(label);
  const show = () => {
    const isSaved = shop.shopper.hasSaved(productId);
    button.setAttribute('aria-pressed', String(isSaved));
    label.textContent = look === 'heart' ? `Save ${title ?? productId}` : 'Save';
  };
  button.addEventListener('click', () => shop.shopper.toggleSaved(productId));
  keepShowing(shop, button, show);
  return button;
}

/** A button that says "no more of this", once: what was told is not taken back. */
export function dismissButton(shop: Shop, { productId }: Product): HTMLButtonElement {
  const button = make('button', 'wide quiet', { type: 'button' }, 'Not my style');
  const show = () => button.setAttribute('aria-pressed', String(shop.shopper.hasDismissed(productId)));
  button.addEventListener('click', () => {
    if (!shop.shopper.hasDismissed(productId)) shop.shopper.dismiss(productId);
  });
  keepShowing(shop, button, show);
  return button;
}

/** Shows now, and with every deed for as long as the element is in the page. */
function keepShowing(shop: Shop, element: HTMLElement, show: () => void): void {
  show();
  let wasThere = false;
  const heed = () => {
    wasThere ||= element.isConnected;
    if (wasThere && !element.isConnected) shop.shopper.removeEventListener('change', heed);
    else show();
  };
  shop.shopper.addEventListener('change', heed);
}

/** What a shopper pays, and what it was before. */
export function priceOf({ price, salePrice, currency }: Product): HTMLElement {
  if (price === null) return make('span', 'price');
  const written = (amount: number) => money(amount, currency, document.documentElement.lang);
  if (salePrice === null) return make('span', 'price', {}, written(price));
  return make(
    'span',
    'price',
    {},
    make('strong', null, {}, written(salePrice)),
    ' ',
    make('del', null, {}, written(price)),
  );
}
