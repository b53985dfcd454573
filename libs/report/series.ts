import {
  symbol,
  symbolCircle,
  symbolDiamond,
  symbolSquare,
  symbolTriangle,
  symbolTriangle2,
  symbolWye,
} from 'd3-shape';
import { place } from './chart.js';
import { type Html, html } from './html.js';

const SHAPES = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolTriangle2, symbolWye] as const;

/** Class of a series by its number from 0: hue and dash; see the style sheet. */
export function seriesClass(series: number): string {
  return `s${(series % SHAPES.length) + 1}`;
}

/** The mark of a series: each has a shape of its own, so that none is told by its hue alone. */
export function mark(series: number, x: number, y: number, area = 52): Html {
  const outline = symbol(SHAPES[series % SHAPES.length] ?? symbolCircle, area)() ?? '';
  return html`<path
    class="mark ${seriesClass(series)}"
    transform="translate(${place(x)} ${place(y)})"
    d="${outline}"
  />`;
}

/** Which line or mark is which. */
export function legend(names: readonly string[]): Html {
  return html`<ul class="legend">
    ${names.map(
      (name, series) =>
        html`<li>
          <svg viewBox="0 0 34 12" aria-hidden="true">
            <line class="trace ${seriesClass(series)}" x1="1" x2="33" y1="6" y2="6" />
            ${mark(series, 17, 6)}</svg
          >${name}
        </li>`,
    )}
  </ul>`;
}
