import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

/** The widths that everything is looked at: a laptop, a phone, the narrowest that WCAG 1.4.10 asks for. */
export const WIDTHS = [1280, 390, 320];

/** A page of its own context, and what its console complained of, failed photos apart. */
export async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, reducedMotion = 'reduce' }: { width?: number; reducedMotion?: 'reduce' | 'no-preference' } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, complaints };
}

/** Expects that axe finds nothing against WCAG 2.2 AA and its own good practice, in shadow roots too. */
export async function expectAccessible(page: Page): Promise<void> {
  // Through the debugger, which the page's Content-Security-Policy does not bind.
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ id: string; nodes: string[] }[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => target.join(' ') + ': ' + failureSummary) })))`,
  );
  expect(found).toEqual([]);
}

/** Expects that nothing is wider than the window: nobody scrolls a page sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, window] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(content).toBeLessThanOrEqual(window);
}
