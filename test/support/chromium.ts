import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian and Ubuntu put it. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Chromium as the machine has it, without a window.
 *
 * @throws Error that names the package, where there is none: what shoppers see is not left untested
 */
export async function openChromium(): Promise<Browser> {
  const executablePath = PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      `These tests drive Chromium, and there is none at ${PLACES.join(', ')}. Install it: apt-get install chromium`,
    );
  }
  // Its sandbox needs rights that root in a container does not have; it loads nothing but our own pages.
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}
