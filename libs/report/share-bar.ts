import { place } from './chart.js';
import { type Html, html } from './html.js';

/** A bar that is filled by a share in [0, 1]: for a cell beside the number that it draws. */
export function shareBar(share: number): Html {
  return html`<svg class="bar s1" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="bed" width="100" height="10" />
    <rect class="fill" width="${place(100 * Math.min(1, Math.max(0, share)))}" height="10" />
  </svg>`;
}
