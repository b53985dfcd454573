import { place } from './chart.js';
import { type Html, html } from './html.js';

const [WIDTH, HEIGHT] = [200, 18];

/**
 * A difference with the ends of its interval, drawn about zero: for a cell beside the numbers.
 *
 * @param reach the largest difference that is drawn, the same for all cells of a table
 * @param isBad in the colour of what is wrong; the numbers beside it say so, too
 */
export function intervalBar(
  value: number,
  [low, high]: readonly [number, number],
  reach: number,
  isBad: boolean,
): Html {
  const at = (difference: number) => place((WIDTH / 2) * (1 + Math.min(1, Math.max(-1, difference / reach))));
  const middle = HEIGHT / 2;
  return html`<svg class="interval ${isBad ? 'bad' : 's1'}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">
    <line class="axis" x1="${WIDTH / 2}" x2="${WIDTH / 2}" y1="0" y2="${HEIGHT}" />
    <line class="whisker" x1="${at(low)}" x2="${at(high)}" y1="${middle}" y2="${middle}" />
    <line class="whisker" x1="${at(low)}" x2="${at(low)}" y1="${middle - 4}" y2="${middle + 4}" />
    <line class="whisker" x1="${at(high)}" x2="${at(high)}" y1="${middle - 4}" y2="${middle + 4}" />
    <circle class="mark" cx="${at(value)}" cy="${middle}" r="4.5" />
  </svg>`;
}
