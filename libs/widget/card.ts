import type { Product, WeftClient } from '#client';
import { make, webAddress } from './elements.js';

/** Widths that browsers choose from, in pixels. */
const WIDTHS = [160, 320, 480, 640];
/** A lazy picture's own width where the browser knows it; else a half of a phone, or a column. */
const SIZES = 'auto, (max-width: 30rem) 46vw, 16rem';

/** What a card is drawn with. */
export interface CardSetting {
  weft: WeftClient;
  /** Language of prices. */
  language: string;
  /** Where a card leads: `{productId}`, `{styleId}` and `{offerId}` are filled in. null: the product's own link. */
  link: string | null;
  /** What stands beside the price of a product that is out of stock. */
  soldOut: string;
}

/** A product as an item of the list: one link with photo, title, price and, if there is one, why it is here. */
export function drawCard(product: Product, { weft, language, link, soldOut }: CardSetting): HTMLLIElement {
  const address = webAddress(link === null ? product.link : filled(link, product), document.baseURI);
  const words = make('span', 'words');
  if (product.brand !== null) words.append(make('span', 'line brand', {}, product.brand));
  words.append(
    make('span', 'line title', {}, product.title ?? product.productId),
    drawPrice(product, language, soldOut),
  );
  const anchor = make('a', 'link', address === null ? {} : { href: address }, drawPhoto(product, weft), words);
  return make('li', 'item', {}, anchor);
}

/** Says on a card why it is here, or, for null, takes back what it said: an answer may have another reason than the last. */
export function writeReason(card: HTMLElement, text: string | null): void {
  const line = card.querySelector('.reason');
  if (text === null) line?.remove();
  else if (line !== null) line.textContent = text;
  else card.querySelector('.words')?.append(make('span', 'line reason', {}, text));
}

function drawPhoto({ image }: Product, weft: WeftClient): HTMLElement {
  const frame = make('span', 'frame');
  if (image === null) return frame;
  const srcset = WIDTHS.map((width) => `${weft.imageUrl(image, width)} ${width}w`).join(', ');
  // The title is in the same link: the photo adds nothing for whoever cannot see it. Lazy before its source, or it loads at once.
  const attributes = { alt: '', loading: 'lazy', decoding: 'async', sizes: SIZES, srcset };
  frame.append(make('img', 'image', { ...attributes, src: weft.imageUrl(image, 320) }));
  return frame;
}

function drawPrice({ price, salePrice, currency, inStock }: Product, language: string, soldOut: string): HTMLElement {
  const line = make('span', 'line');
  if (price !== null) {
    const written = (amount: number) => money(amount, currency, language);
    line.append(make('span', salePrice === null ? 'price' : 'price sale', {}, written(salePrice ?? price)));
    if (salePrice !== null) line.append(make('del', 'was', {}, written(price)));
  }
  if (!inStock) line.append(make('span', 'sold-out', {}, soldOut));
  return line;
}

/** @param currency a code that a feed wrote; one that is none is shown as it is */
export function money(amount: number, currency: string | null, language: string): string {
  if (currency === null || !/^[A-Z]{3}$/.test(currency)) return `${amount.toFixed(2)} ${currency ?? ''}`.trim();
  return new Intl.NumberFormat(language, { style: 'currency', currency }).format(amount);
}

function filled(template: string, product: Product): string {
  return template.replace(/\{(productId|styleId|offerId)\}/g, (_, name: 'productId' | 'styleId' | 'offerId') =>
    encodeURIComponent(product[name] ?? ''),
  );
}

/** Grey shapes in the place of results to come. */
export function drawSkeleton(count: number): HTMLUListElement {
  const list = make('ul', 'skeleton', { 'aria-hidden': 'true' });
  for (let i = 0; i < count; i += 1) {
    const bones = make('span', 'words', {}, make('span', 'bone'), make('span', 'bone short'));
    list.append(make('li', null, {}, make('span', 'frame'), bones));
  }
  return list;
}
