import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyRequest, KeyService } from '#access';
import { systemClock } from '#foundation';
import { openChromium } from '../support/chromium.js';
import type { ApiShop } from '../e2e/api-shop.js';
import { type StartedApi, startApi } from '../e2e/start-api.js';
import { expectAccessible, expectNoSidewaysScroll, openPage, WIDTHS } from './open-page.js';
import { HOSTILE, openBrowserShop } from './open-shop.js';

let shop: ApiShop;
let api: StartedApi;
let browser: Browser;
/** A shop's own server, of another origin than the API's: its pages load the component and show it. */
let pages: Server;
let origin: string;
let key: string;
/** May not tell events. */
let readingKey: string;

beforeAll(async () => {
  browser = await openChromium();
  shop = await openBrowserShop();
  const pair = { name: 'pair', settings: { count: 2, dial: 0 }, updatedAt: new Date(), updatedBy: 'a test' };
  await shop.database.merchandising.putScenario(pair, 1);
  api = await startApi(shop.database, { feedDir: shop.directory, home: shop.directory });
  pages = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://page');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="de"><head><title>A shop</title><meta name="viewport" content="width=device-width">
      <script type="module" src="${api.url}/weft.js"></script></head>
      <body><main><h1>A shop</h1>${searchParams.get('body') ?? ''}</main></body></html>`);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  const make = async (more: object) => {
    const request = keyRequest.parse({ kind: 'storefront', name: 'pages', origins: [origin], ...more });
    return (await new KeyService(shop.database.keys, systemClock).create(request, 'a test')).text;
  };
  [key, readingKey] = [await make({}), await make({ scopes: ['read'] })];
});
afterAll(async () => {
  await browser?.close();
  await new Promise((resolve) => (pages === undefined ? resolve(null) : pages.close(resolve)));
  await api?.close();
  await shop?.close();
});

/** A page with the component, its key and these attributes. */
const pageWith = (attributes: string) =>
  `${origin}/?body=${encodeURIComponent(`<weft-similar key="${key}" ${attributes}></weft-similar>`)}`;
const COAT = 'product="coat" count="3"';
/** A card is looked at for one of them, and events are gathered for two. */
const SECONDS = { timeout: 20_000 };
/** Tells an event as the shop's own server would. */
const tell = async (event: object) => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ events: [{ id: '1', ...event }] });
  expect((await fetch(`${api.url}/v1/events`, { method: 'POST', headers, body })).status).toBe(200);
};
/** A computed style of something inside the component. */
const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(
    `getComputedStyle(document.querySelector('weft-similar').shadowRoot.querySelector('${selector}')).${property}`,
  );

describe('<weft-similar>', { timeout: 120_000 }, () => {
  it('shows what looks like a product as a labelled list of links, on a page of another origin', async () => {
    const { page, complaints } = await openPage(browser, pageWith(COAT));
    const region = page.getByRole('region', { name: 'Similar items' });
    const items = region.getByRole('list').getByRole('listitem');
    await items.first().waitFor();
    expect(await items.count()).toBe(3);
    const nearest = items.nth(1).getByRole('link');
    expect(await nearest.getAttribute('href')).toBe('https://shop.example/near-colour');
    expect(await nearest.textContent()).toMatch(/^near-colour40,00\s\$$/);
    const photo = nearest.locator('img');
    expect(await photo.getAttribute('loading')).toBe('lazy');
    expect(await photo.getAttribute('alt')).toBe('');
    expect(await photo.getAttribute('srcset')).toMatch(
      new RegExp(`^${api.url}/v1/images/[0-9a-f]{64}\\?w=160 160w, .*w=640 640w$`),
    );
    expect(await page.locator('weft-similar').getAttribute('data-state')).toBe('results');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows what a feed wrote as text, and follows no script', async () => {
    const { page } = await openPage(browser, pageWith(COAT));
    const item = page.getByRole('listitem').first();
    await item.waitFor();
    expect(await item.locator('.title').textContent()).toBe(HOSTILE);
    expect(await item.locator('.brand').textContent()).toBe(HOSTILE);
    expect(await item.locator('script, img:not([part=image])').count()).toBe(0);
    expect(await item.locator('a').getAttribute('href')).toBeNull();
    await item.locator('.title').click();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    await page.context().close();
  });

  it('is gone through and followed by keyboard; the page hears of it first', async () => {
    const { page } = await openPage(browser, pageWith(`${COAT} link="#/p/{productId}"`));
    await page.getByRole('listitem').first().waitFor();
    await page.evaluate(`document.addEventListener('weft-select', (event) => (window.selected = event.detail))`);
    const focused = () =>
      page.evaluate<string | null>(
        `document.querySelector('weft-similar').shadowRoot.activeElement?.getAttribute('href')`,
      );
    const visited: (string | null)[] = [];
    for (let i = 0; i < 3; i += 1) {
      await page.keyboard.press('Tab');
      visited.push(await focused());
    }
    expect(visited.map((href) => href?.replace(/.*#/, '#'))).toEqual(
      ['both', 'near-colour', 'near-shape'].map((id) => `#/p/${id}`),
    );
    const outline = await page.evaluate(
      `getComputedStyle(document.querySelector('weft-similar').shadowRoot.activeElement).outlineStyle`,
    );
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('#/p/near-shape');
    expect(
      await page.evaluate(
        '[window.selected.position, window.selected.result.productId, window.selected.answer.generation]',
      ),
    ).toEqual([...[3, 'near-shape', shop.generation]]);
    await page.evaluate(`document.addEventListener('weft-select', (event) => event.preventDefault())`);
    await page.getByRole('link').first().click();
    expect(page.url()).toContain('#/p/near-shape');
    await page.context().close();
  });

  it('has grey shapes while it waits, and keeps the old results while it waits for others', async () => {
    const { page } = await openPage(browser, `${origin}/`);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/similar?*', async (route) => {
      await held;
      await route.continue();
    });
    const element = page.locator('weft-similar');
    await page.evaluate(
      `document.querySelector('main').insertAdjacentHTML('beforeend', '<weft-similar key="${key}" ${COAT}></weft-similar>')`,
    );
    await page.locator('weft-similar[data-state=loading]').waitFor();
    expect(await element.locator('.skeleton li').count()).toBe(3);
    expect(await element.locator('section').getAttribute('aria-busy')).toBe('true');
    expect(await element.locator('.skeleton').getAttribute('aria-hidden')).toBe('true');
    release();
    await page.locator('weft-similar[data-state=results]').waitFor();
    expect(await element.locator('section').getAttribute('aria-busy')).toBe('false');
    expect(await element.locator('.skeleton').count()).toBe(0);
    await page.context().close();
  });

  it('turns with its dial; an answer that comes late does not replace a newer one', async () => {
    const motion = { reducedMotion: 'no-preference' } as const;
    const { page } = await openPage(browser, pageWith(`${COAT} dial="0"`), motion);
    const titles = () => page.locator('weft-similar .title').allTextContents();
    const turnTo = (dial: number) =>
      page.evaluate(`document.querySelector('weft-similar').setAttribute('dial', '${dial}')`);
    await expect.poll(titles).toEqual(['near-shape', HOSTILE, 'near-colour']);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/similar?*dial=0.1', async (route) => {
      await held;
      // The page has ended the request meanwhile.
      await route.continue().catch(() => {});
    });
    const asked = page.waitForRequest('**/similar?*dial=0.1');
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('dial=0.1'));
    await turnTo(0.1);
    await asked;
    await turnTo(1);
    await expect.poll(titles).toEqual(['near-colour', HOSTILE, 'near-shape']);
    release();
    await ended;
    expect(await titles()).toEqual(['near-colour', HOSTILE, 'near-shape']);
    await page.context().close();
  });

  it('brings what a shopper likes, and shows nothing while there is nothing to go by', async () => {
    const { page } = await openPage(browser, pageWith(''));
    await page.locator('weft-similar[data-state=idle]').waitFor({ state: 'hidden' });
    await page.evaluate(`document.querySelector('weft-similar').signals = [{ productId: 'dress', type: 'wishlist' }]`);
    await page.getByRole('region', { name: 'For you' }).getByRole('listitem').first().waitFor();
    expect(await page.locator('.title').first().textContent()).toBe('like-dress');
    await page.context().close();
  });

  it('brings what suits a shopper whose events are kept, with reasons, and says so where it is what is popular', async () => {
    await tell({ type: 'wishlist', shopperId: 'ana', productId: 'coat' });
    const { page } = await openPage(browser, pageWith('shopper-id="ana" count="3"'));
    const forAna = page.getByRole('region', { name: 'For you' });
    await forAna.getByRole('listitem').first().waitFor();
    const reasons = await forAna.locator('[part~=reason]').allTextContents();
    expect(reasons).toContain('Because you wishlisted A coat: same cut, other colour');
    await expectAccessible(page);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('shopper-id', 'nobody')`);
    await page.getByRole('region', { name: 'Popular and new' }).waitFor();
    expect(await page.locator('weft-similar [part~=reason]').count()).toBe(0);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('heading-fallback', 'Beliebt')`);
    await page.getByRole('region', { name: 'Beliebt' }).waitFor();
    await page.context().close();
  });

  it('asks as its filter and its scenario say, and for whom', async () => {
    const asked: string[] = [];
    const { page } = await openPage(browser, `${origin}/`);
    page.on('request', (request) => asked.push(`${new URL(request.url()).search} ${request.postData() ?? ''}`));
    const row = `<weft-similar key="${key}" count="3" filter="price &gt; 60" scenario="home"`;
    await page.evaluate((html) => {
      (globalThis as never as { document: { body: { innerHTML: string } } }).document.body.innerHTML = html;
    }, `${row} product="coat" shopper-id="nobody"></weft-similar>${row} shopper-id="nobody"></weft-similar>`);
    await expect.poll(() => page.locator('weft-similar[data-state=results]').count()).toBe(2);
    // No other coat passes: other categories fill up the row.
    expect(await page.locator('weft-similar').first().locator('.title').allTextContents()).toEqual([
      ...['near-shape', 'like-dress', 'dress'],
    ]);
    expect(asked).toContain('?count=3&filter=price+%3E+60&scenario=home&shopperId=nobody ');
    const body = { count: 3, filter: 'price > 60', scenario: 'home', shopperId: 'nobody', signals: [] };
    expect(asked).toContain(` ${JSON.stringify(body)}`);
    await page.context().close();
  });

  it('shows as many as its scenario says where the page says nothing', async () => {
    const { page } = await openPage(browser, pageWith('product="coat" scenario="pair"'));
    const titles = () => page.locator('weft-similar .title').allTextContents();
    await expect.poll(titles).toEqual(['near-shape', HOSTILE]);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('count', '3')`);
    await expect.poll(titles).toEqual(['near-shape', HOSTILE, 'near-colour']);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('count', '')`);
    await expect.poll(titles).toEqual(['near-shape', HOSTILE]);
    await page.context().close();
  });

  it('tells which results were seen for a second and which were followed, of an answer once', async () => {
    const { page, complaints } = await openPage(
      browser,
      `${origin}/?body=${encodeURIComponent('<div id="above" style="height:2000px"></div>')}`,
    );
    await page.clock.install();
    await page.evaluate(`{
      window.seen = [];
      window.told = [];
      document.addEventListener('weft-impression', ({ detail }) => window.seen.push(detail.position));
      document.addEventListener('weft-events', ({ detail }) => window.told.push(detail.stored));
      document.querySelector('main').insertAdjacentHTML('beforeend',
        '<weft-similar key="${key}" ${COAT} shopper-id="ben" send-events link="/other?p={productId}" style="width: 960px"></weft-similar>');
    }`);
    const row = page.locator('weft-similar');
    await page.locator('weft-similar[data-state=results]').waitFor();
    const seen = () => page.evaluate<number[]>('window.seen');
    // What the browser tells of this element it has told the component before.
    const observed = () =>
      page.evaluate(`new Promise((resolve) =>
        new IntersectionObserver(resolve).observe(document.querySelector('weft-similar').shadowRoot.querySelector('li')))`);
    await observed();
    await page.clock.runFor(5_000);
    expect(await seen()).toEqual([]);
    await row.locator('li').first().scrollIntoViewIfNeeded();
    await observed();
    await page.clock.runFor(900);
    await page.evaluate('scrollTo(0, 0)');
    await observed();
    await page.clock.runFor(5_000);
    expect(await seen()).toEqual([]);
    await row.locator('li').first().scrollIntoViewIfNeeded();
    await observed();
    await page.clock.runFor(1_000);
    await expect.poll(seen).toEqual([1, 2, 3]);
    await page.clock.runFor(2_000);
    await expect.poll(() => page.evaluate('window.told')).toEqual([3]);
    await page.evaluate('scrollTo(0, 0)');
    await observed();
    await row.locator('li').first().scrollIntoViewIfNeeded();
    await observed();
    await page.clock.runFor(10_000);
    expect(await seen()).toEqual([1, 2, 3]);

    // The click goes out while the page ends.
    await row.getByRole('link').first().click();
    await page.waitForURL('**/other?p=both');
    await expect
      .poll(async () => (await shop.database.shoppers.eventsOf('ben', 10)).events.map(({ type }) => type).sort())
      .toEqual(['click', 'impression', 'impression', 'impression']);
    const { events } = await shop.database.shoppers.eventsOf('ben', 10);
    expect(new Set(events.map(({ recommendationId }) => recommendationId)).size).toBe(1);
    expect(
      events
        .filter(({ type }) => type === 'impression')
        .map(({ productId }) => productId)
        .sort(),
    ).toEqual(['both', 'near-colour', 'near-shape']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('tells nothing unless it is to, and no page suffers where it may not', async () => {
    const { page, complaints } = await openPage(browser, `${origin}/`);
    const sent: string[] = [];
    page.on('request', (request) => request.url().endsWith('/v1/events') && sent.push(request.postData() ?? ''));
    await page.evaluate(`{
      window.seen = [];
      window.failures = [];
      document.addEventListener('weft-impression', ({ detail }) => window.seen.push(detail.position));
      document.addEventListener('weft-events-failed', ({ detail }) => window.failures.push(detail.code));
      document.querySelector('main').insertAdjacentHTML('beforeend', '<weft-similar key="${key}" ${COAT} shopper-id="cleo"></weft-similar>');
    }`);
    await expect.poll(() => page.evaluate('window.seen'), SECONDS).toEqual([1, 2, 3]);
    await page.evaluate(`document.querySelector('weft-similar').removeAttribute('shopper-id')`);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('send-events', '')`);
    await page.evaluate(`document.querySelector('weft-similar').reload()`);
    await expect.poll(() => page.evaluate('window.seen'), SECONDS).toEqual([1, 2, 3, 1, 2, 3]);
    await page.evaluate(`dispatchEvent(new Event('pagehide'))`);
    expect(sent).toEqual([]);

    await page.evaluate(`{
      const row = document.querySelector('weft-similar');
      row.setAttribute('key', '${readingKey}');
      row.setAttribute('shopper-id', 'cleo');
    }`);
    await expect.poll(() => page.evaluate('window.failures'), SECONDS).toEqual(['scope-missing']);
    expect(await page.locator('weft-similar').getAttribute('data-state')).toBe('results');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shifts nothing below it when results take the place of the grey shapes', async () => {
    for (const width of WIDTHS) {
      const below = '<p id="below">Below</p>';
      // A title that fills the card three times over is another matter.
      const rows = ['product="coat" count="2" filter="NOT onSale"', 'shopper-id="dora" count="2" filter="NOT onSale"'];
      await tell({ type: 'wishlist', shopperId: 'dora', productId: 'coat' });
      for (const row of rows) {
        const { page } = await openPage(browser, `${origin}/`, { width });
        let release = () => {};
        const held = new Promise<void>((resolve) => (release = resolve));
        await page.route(/similar\?|recommendations/, async (route) => {
          await held;
          await route.continue();
        });
        await page.evaluate(
          `document.querySelector('main').insertAdjacentHTML('beforeend', '<weft-similar key="${key}" ${row}></weft-similar>${below}')`,
        );
        await page.locator('weft-similar[data-state=loading]').waitFor();
        const before = await page.locator('#below').boundingBox();
        release();
        await page.locator('weft-similar[data-state=results]').waitFor();
        const after = await page.locator('#below').boundingBox();
        expect([width, row, Math.abs((after?.y ?? Infinity) - (before?.y ?? 0)) < 1]).toEqual([width, row, true]);
        await page.context().close();
      }
    }
  });

  it('says when there is nothing, in words of the page', async () => {
    const { page } = await openPage(
      browser,
      pageWith('product="unembedded" text-empty="Nichts davon." heading="Ähnlich"'),
    );
    await page.locator('weft-similar[data-state=empty]').waitFor();
    const region = page.getByRole('region', { name: 'Ähnlich' });
    expect(await region.getByText('Nichts davon.').isVisible()).toBe(true);
    expect(await region.getByRole('listitem').count()).toBe(0);
    await expectAccessible(page);
    await page.context().close();
  });

  it('says when it failed, tells the page why, and tries again when asked', async () => {
    const { page } = await openPage(browser, pageWith(''));
    await page.evaluate(`document.addEventListener('weft-error', (event) => (window.failure = event.detail))`);
    await page.context().setOffline(true);
    await page.evaluate(`document.querySelector('weft-similar').setAttribute('product', 'coat')`);
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate('window.failure.code')).toBe('unreachable');
    await expectAccessible(page);
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await page.getByRole('listitem').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);

    await page.evaluate(`document.querySelector('weft-similar').setAttribute('product', 'nothing')`);
    await page.getByRole('alert').waitFor();
    expect(await page.evaluate('[window.failure.code, window.failure.status]')).toEqual(['product-unknown', 404]);
    await page.context().close();
  });

  it('takes its looks from the page', async () => {
    const { page } = await openPage(browser, pageWith(COAT));
    await page.getByRole('listitem').first().waitFor();
    await page.evaluate(`{
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('weft-similar { --weft-ratio: 1; color: rgb(1, 2, 3) } weft-similar::part(title) { letter-spacing: 3px }');
      document.adoptedStyleSheets = [sheet];
    }`);
    expect(await styleOf(page, '.title', 'letterSpacing')).toBe('3px');
    const frame = await page.locator('.frame').first().boundingBox();
    expect(frame?.width).toBeCloseTo(frame?.height ?? 0, 1);
    await page.context().close();
  });

  it('is accessible, moves nothing for those who ask for it, and fits the narrowest screen', async () => {
    for (const width of WIDTHS) {
      const { page } = await openPage(browser, pageWith(COAT), { width });
      await page.getByRole('listitem').first().waitFor();
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      expect(await styleOf(page, 'img', 'transitionDuration')).toBe('0s');
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      expect(await styleOf(page, 'img', 'transitionDuration')).toBe('0.4s');
      await page.context().close();
    }
  });
});
