import { make } from '#widget';
import { cataloguePage } from './catalogue-page.js';
import { failurePage } from './failure-page.js';
import { productPage } from './product-page.js';
import { savedPage } from './saved-page.js';
import { Shop } from './shop.js';

const shop = new Shop();
const content = inPage('#content');
const count = inPage('#saved-count');
let running = new AbortController();

function inPage(selector: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(selector);
  if (element === null) throw new Error(`The page has no ${selector}.`);
  return element;
}

function pageAt(address: URL, signal: AbortSignal): Promise<HTMLElement[]> {
  const { searchParams } = address;
  const product = searchParams.get('product');
  if (product !== null) return productPage(shop, product, signal);
  if (searchParams.has('saved')) return savedPage(shop);
  return cataloguePage(shop, searchParams.get('category'), signal);
}

/** Shows the page that the address names. @param isNew whether it was come to by a link rather than by back and forward */
async function show(isNew: boolean): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  content.setAttribute('aria-busy', 'true');
  if (content.childElementCount === 0) content.replaceChildren(make('div', 'waiting', { role: 'status' }, 'Loading'));
  const parts = await pageAt(new URL(location.href), signal).catch((error: unknown) =>
    failurePage(shop, error, () => void show(true)),
  );
  if (signal.aborted) return;
  content.replaceChildren(...parts);
  content.removeAttribute('aria-busy');
  const heading = content.querySelector('h1');
  document.title = `${heading?.textContent ?? 'Sample shop'} · Weft`;
  if (!isNew) return;
  scrollTo(0, 0);
  heading?.focus({ preventScroll: true });
}

function goTo(address: string): void {
  history.pushState(null, '', address);
  void show(true);
}

document.addEventListener('click', (event) => {
  // The target of a click on a suggestion is its component; the path goes through it.
  const link = event.composedPath().find((element) => element instanceof HTMLAnchorElement);
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (link === undefined || !isPlain || link.origin !== location.origin || link.pathname !== '/demo' || link.hash)
    return;
  event.preventDefault();
  goTo(link.href);
});
addEventListener('popstate', () => void show(false));

const showCount = () => (count.textContent = String(shop.shopper.wishes.length));
shop.shopper.addEventListener('change', showCount);
inPage('#forget').addEventListener('click', () => {
  shop.shopper.forget();
  for (const row of content.querySelectorAll('weft-similar')) row.setAttribute('shopper-id', shop.shopper.id);
});
showCount();
void show(false);
