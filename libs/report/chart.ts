import { scaleLinear } from 'd3-scale';
import { type Html, html } from './html.js';

export interface Axis {
  label: string;
  /** Both ends; widened to a unit where they are the same. */
  domain: readonly [number, number];
  /** Where to put a line and a number. @default about five round numbers */
  ticks?: readonly { at: number; label: string }[];
}

/** From a value to a place in the drawing. */
export interface Scales {
  x: (value: number) => number;
  y: (value: number) => number;
}

export interface Chart {
  /** What it shows, in a few words. */
  title: string;
  /** What one sees, for those who do not. */
  description: string;
  x: Axis;
  y: Axis;
  /** Draws into the frame. */
  draw: (scales: Scales) => readonly Html[];
}

/** Drawn at about this size on a telephone, and larger elsewhere: letters stay legible on both. */
const SIZE = { width: 380, height: 250 } as const;
const MARGIN = { left: 46, right: 14, top: 14, bottom: 40 } as const;

/** A frame with axes, and in it what `draw` gives. SVG that needs no script; colours come from the style sheet. */
export function drawChart({ title, description, x, y, draw }: Chart): Html {
  const { left, right, top, bottom } = MARGIN;
  const [floor, end] = [SIZE.height - bottom, SIZE.width - right];
  const horizontal = scaleOf(x, [left, end]);
  const vertical = scaleOf(y, [floor, top]);
  return html`<svg
    class="chart"
    viewBox="0 0 ${SIZE.width} ${SIZE.height}"
    role="img"
    aria-label="${title}. ${description}"
  >
    ${vertical.ticks.map(
      ({ at, label }) =>
        html`<line class="grid" x1="${left}" x2="${end}" y1="${place(at)}" y2="${place(at)}" />
          <text x="${left - 6}" y="${place(at + 4)}" text-anchor="end">${label}</text>`,
    )}
    ${horizontal.ticks.map(
      ({ at, label }) => html`<text x="${place(at)}" y="${floor + 16}" text-anchor="middle">${label}</text>`,
    )}
    <line class="axis" x1="${left}" x2="${end}" y1="${floor}" y2="${floor}" />
    <text x="${(left + end) / 2}" y="${SIZE.height - 6}" text-anchor="middle">${x.label}</text>
    <text x="12" y="${(top + floor) / 2}" text-anchor="middle" transform="rotate(-90 12 ${(top + floor) / 2})">
      ${y.label}
    </text>
    ${draw({ x: horizontal.place, y: vertical.place })}
  </svg>`;
}

/** A coordinate short enough for a page. */
export function place(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function scaleOf({ domain: [low, high], ticks }: Axis, range: [number, number]) {
  const scale = scaleLinear()
    .domain([low, high > low ? high : low + 1])
    .range(range);
  const round = scale.tickFormat(5);
  return {
    place: (value: number) => scale(value),
    ticks: (ticks ?? scale.ticks(5).map((at) => ({ at, label: round(at) }))).map(({ at, label }) => ({
      at: scale(at),
      label,
    })),
  };
}
