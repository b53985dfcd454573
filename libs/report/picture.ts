import { type Html, html } from './html.js';

/** A picture's bytes as an address that lies in the page itself. */
export function dataAddress(webp: Uint8Array): string {
  return `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`;
}

/**
 * A picture inside the page, or a frame that says that there is none.
 *
 * @param webp null where the photo is gone or cannot be read
 * @param alt what it shows, for those who do not see it
 */
export function picture(webp: Uint8Array | null, alt: string): Html {
  if (webp === null) return html`<span class="picture gone" role="img" aria-label="${alt}, no photo">no photo</span>`;
  return html`<img class="picture" alt="${alt}" src="${dataAddress(webp)}" decoding="async" />`;
}
