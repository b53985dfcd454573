import { make, WeftFailure } from '#widget';
import type { Shop } from './shop.js';

/** What failed and what to do; asks for a key where one is missing. */
export function failurePage(shop: Shop, error: unknown, again: () => void): HTMLElement[] {
  const isFailure = error instanceof WeftFailure;
  const wantsKey =
    isFailure && (error.status === 401 || error.code === 'scope-missing' || error.code === 'origin-refused');
  const heading = make('h1', 'display', { tabindex: '-1' }, wantsKey ? 'This shop needs a key.' : 'That did not work.');
  const words = make('p', 'intro', { role: 'alert' }, error instanceof Error ? error.message : String(error));
  const remedy = isFailure && !wantsKey ? error.problem?.remedy : null;
  const opening = make('div', 'opening', {}, heading, words, ...(remedy ? [make('p', 'intro', {}, remedy)] : []));
  if (wantsKey) return [opening, keyForm(shop, again)];
  const retry = make('button', 'wide', { type: 'button' }, 'Try again');
  retry.addEventListener('click', again);
  return [opening, make('p', 'note', {}, retry)];
}

function keyForm(shop: Shop, again: () => void): HTMLElement {
  const command = `weft keys create storefront --name demo --origin ${location.origin} --expires 1d`;
  const field = make('input', null, {
    id: 'key',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: 'weft_pk_…',
    required: '',
  });
  const form = make(
    'form',
    'key',
    {},
    make('p', null, {}, 'Make a storefront key for this page, and put it here. It stays in this browser.'),
    make('pre', null, { tabindex: '0' }, make('code', null, {}, command)),
    make('label', null, { for: 'key' }, 'Storefront key'),
    make('div', 'field', {}, field, make('button', 'wide', { type: 'submit' }, 'Open the shop')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    shop.key = field.value.trim();
    again();
  });
  return form;
}
