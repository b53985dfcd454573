import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyRequest, KeyService } from '#access';
import { systemClock } from '#foundation';
import { RecommendationIds } from '#shoppers';
import type { ApiShop } from '../e2e/api-shop.js';
import { type StartedApi, startApi } from '../e2e/start-api.js';
import { openChromium } from '../support/chromium.js';
import { expectAccessible, expectNoSidewaysScroll, openPage, WIDTHS } from './open-page.js';
import { HOSTILE, openBrowserShop } from './open-shop.js';

let shop: ApiShop;
let api: StartedApi;
let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
  shop = await openBrowserShop();
  api = await startApi(shop.database, { feedDir: shop.directory, home: shop.directory });
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
  await shop?.close();
});

const open = (path: string, options = {}) => openPage(browser, `${api.url}${path}`, options);
const similar = (page: Page) => page.getByRole('region', { name: 'Looks like this' });
const forYou = (page: Page) => page.getByRole('region', { name: 'For you' });
/** No row waits for an answer any more. */
const settled = (page: Page) => expect.poll(() => page.locator('weft-similar section[aria-busy=true]').count()).toBe(0);
const titlesOf = (page: Page, name: string) => expect.poll(() => titles(page.getByRole('region', { name })));
const titles = (region: ReturnType<typeof similar>) => region.locator('.title').allTextContents();

describe('/demo', { timeout: 120_000 }, () => {
  it('lists one colour of each style, and those of a category', async () => {
    const { page, complaints } = await open('/demo');
    const grid = page.locator('main .grid .title');
    await grid.first().waitFor();
    expect((await grid.allTextContents()).sort()).toEqual([
      ...[HOSTILE, 'A coat', 'dress', 'for-men', 'like-dress', 'near-colour', 'near-shape', 'sold-out', 'unembedded'],
    ]);
    // Nothing is known of a shopper who has just come.
    await titlesOf(page, 'Popular and new').toHaveLength(4);
    expect(await forYou(page).count()).toBe(0);
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Dresses' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dresses' }).waitFor();
    expect(await grid.allTextContents()).toEqual(['dress', 'like-dress']);
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Shop by eye.' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows a product with its colours and what looks like it; the dial changes that', async () => {
    const { page, complaints } = await open('/demo');
    const asked = page.waitForRequest(/\/similar\?/);
    await page.goto(`${api.url}/demo?product=coat`);
    // By which experiments divide shoppers.
    const shopperId = new URL((await asked).url()).searchParams.get('shopperId');
    expect(shopperId).toBe(await page.evaluate(`JSON.parse(localStorage.getItem('weft-demo-visitor')).id`));
    await expect
      .poll(async () => (await titles(similar(page))).slice(0, 3))
      .toEqual([HOSTILE, 'near-colour', 'near-shape']);
    expect(await page.getByRole('navigation', { name: 'Colours' }).getByRole('link').count()).toBe(2);
    const dial = page.getByRole('slider', { name: 'From the same cut to the same colour' });
    expect(await dial.inputValue()).toBe('0.5');
    await dial.press('Home');
    await expect
      .poll(async () => (await titles(similar(page))).slice(0, 3))
      .toEqual(['near-shape', HOSTILE, 'near-colour']);
    expect(await dial.getAttribute('aria-valuetext')).toBe('100 % cut, 0 % colour');
    await dial.press('End');
    await expect
      .poll(async () => (await titles(similar(page))).slice(0, 3))
      .toEqual(['near-colour', HOSTILE, 'near-shape']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is gone through by keyboard, and each page begins at its heading', async () => {
    const { page } = await open('/demo');
    // Not the row "Popular and new", which may hold the same product.
    const coat = page.locator('main .grid').getByRole('link', { name: /A coat/ });
    await coat.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await coat.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'A coat' }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('A coat');
    expect(await page.title()).toBe('A coat · Weft');
    await similar(page)
      .getByRole('link', { name: /near-colour/ })
      .press('Enter');
    await page.getByRole('heading', { level: 1, name: 'near-colour' }).waitFor();
    expect(page.url()).toBe(`${api.url}/demo?product=near-colour`);
    await page.context().close();
  });

  it('tells what was opened, saved and dismissed, suggests by it with reasons, and forgets it when asked', async () => {
    const { page } = await open('/demo?product=dress');
    await expect.poll(() => titles(forYou(page))).toContain('like-dress');
    // Of what is like nothing in it no reason is given.
    expect(await forYou(page).locator('[part~=reason]').allTextContents()).toEqual([
      'Because you looked at dress: same cut, same colour',
    ]);
    await page.goto(`${api.url}/demo?product=near-shape`);
    await page.getByRole('region', { name: 'Seen before' }).getByRole('link', { name: /dress/ }).waitFor();
    await expect.poll(() => titles(forYou(page))).not.toContain('near-shape');

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    expect(await page.getByRole('button', { name: 'Save', exact: true }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('link', { name: /Saved/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Saved' }).waitFor();
    expect(await page.locator('main .grid .title').allTextContents()).toEqual(['near-shape']);
    await expect.poll(() => titles(forYou(page))).toContain('near-colour');
    await page.goto(`${api.url}/demo?product=near-colour`);
    await expect.poll(() => titles(forYou(page))).not.toContain('near-colour');
    await page.getByRole('button', { name: 'Not my style' }).click();
    const id = await page.evaluate<string>(`JSON.parse(localStorage.getItem('weft-demo-visitor')).id`);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const told = async () => {
      const { events } = await shop.database.shoppers.eventsOf(id, 100);
      const deeds = events.filter(({ type }) => type !== 'impression').reverse();
      return deeds.map(({ type, productId }) => `${type} ${productId}`);
    };
    await expect
      .poll(told)
      .toEqual(['view dress', 'view near-shape', 'wishlist near-shape', 'view near-colour', 'dislike near-colour']);

    const asked = page.waitForRequest((request) => /\/similar\?/.test(request.url()) && !request.url().includes(id));
    await page.getByRole('button', { name: 'Forget what I did' }).click();
    expect(new URL((await asked).url()).searchParams.get('shopperId')).toMatch(/^[0-9a-f]{32}$/);
    await titlesOf(page, 'Popular and new').toHaveLength(4);
    await page.goto(`${api.url}/demo`);
    await titlesOf(page, 'Popular and new').toHaveLength(4);
    expect(await page.evaluate(`JSON.parse(localStorage.getItem('weft-demo-visitor')).id`)).not.toBe(id);
    await page.context().close();
  });

  it('tells which suggestions were seen and followed, and where', async () => {
    const { page } = await open('/demo?product=coat');
    await similar(page).getByRole('listitem').first().waitFor();
    const id = await page.evaluate<string>(`JSON.parse(localStorage.getItem('weft-demo-visitor')).id`);
    await similar(page)
      .getByRole('link', { name: /near-colour/ })
      .scrollIntoViewIfNeeded();
    const told = async (type: string) =>
      (await shop.database.shoppers.eventsOf(id, 100)).events.filter((event) => event.type === type);
    await expect.poll(async () => (await told('impression')).length, { timeout: 20_000 }).toBeGreaterThan(2);
    await similar(page)
      .getByRole('link', { name: /near-colour/ })
      .click();
    await page.getByRole('heading', { level: 1, name: 'near-colour' }).waitFor();
    await expect.poll(async () => (await told('click')).length, { timeout: 20_000 }).toBe(1);
    const [click] = await told('click');
    const ids = new RecommendationIds(() => shop.database.shoppers.signingKey());
    expect(click).toMatchObject({ productId: 'near-colour' });
    expect(await ids.read(click?.recommendationId ?? '')).toMatchObject({ scenario: 'demo-looks-like-this' });
    await page.context().close();
  });

  it('says what failed, and tries again', async () => {
    const { page } = await open('/demo?product=nothing');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('There is no product or offer nothing');
    await expectAccessible(page);
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'All pieces' }).click();
    await expect.poll(() => page.getByRole('alert').textContent(), { timeout: 10_000 }).toContain('cannot be reached');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shop by eye.' }).waitFor();
    await page.context().close();
  });

  it('is accessible and scrolls only downwards, on a laptop and on phones', async () => {
    for (const width of WIDTHS) {
      const { page } = await open('/demo?product=coat', { width });
      await similar(page).getByRole('listitem').first().waitFor();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await forYou(page).getByRole('listitem').first().waitFor();
      for (const path of ['/demo?product=both', '/demo?saved', '/demo']) {
        await settled(page);
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await page.goto(`${api.url}${path}`);
        await forYou(page).getByRole('listitem').first().waitFor();
      }
      await settled(page);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      await page.context().close();
    }
  });

  it('asks for a key once there is one, and works with it', async () => {
    const other = await openBrowserShop();
    const service = await startApi(other.database, { feedDir: other.directory, home: other.directory });
    try {
      const keys = new KeyService(other.database.keys, systemClock);
      const request = keyRequest.parse({ kind: 'storefront', name: 'demo', origins: [service.url] });
      const { text } = await keys.create(request, 'a test');
      const { page } = await openPage(browser, `${service.url}/demo?product=coat`);
      const field = page.getByRole('textbox', { name: 'Storefront key' });
      await field.waitFor();
      expect(await page.locator('pre').textContent()).toContain(`--origin ${service.url}`);
      await expectAccessible(page);
      await field.fill('weft_pk_nonsense');
      await page.getByRole('button', { name: 'Open the shop' }).click();
      await expect.poll(() => page.getByRole('alert').textContent()).toContain('checksum');
      await field.fill(text);
      await field.press('Enter');
      await similar(page).getByRole('listitem').first().waitFor();
      await forYou(page).getByRole('listitem').first().waitFor();
      await page.context().close();
    } finally {
      await service.close();
      await other.close();
    }
  });
});
