import { line } from 'd3-shape';
import { type Axis, drawChart, place, type Scales } from './chart.js';
import { type Html, html } from './html.js';
import { legend, mark, seriesClass } from './series.js';

interface Point {
  x: number;
  /** null leaves a gap. */
  y: number | null;
}

export interface Series {
  name: string;
  points: readonly Point[];
  /** Draws each point; without, a line alone. @default false */
  hasMarks?: boolean;
  /** Figures that jump, drawn faintly behind the line. */
  behind?: readonly Point[];
}

interface LineChart {
  title: string;
  description: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
  /** A dotted line to hold the others against: `x` upright, `diagonal` where both axes say the same. */
  rule?: { x: number } | 'diagonal';
}

/** Lines over one axis, told apart by hue, dash and mark, with their names below. */
export function lineChart({ title, description, x, y, series, rule }: LineChart): Html {
  const chart = drawChart({
    title,
    description,
    x,
    y,
    draw: (scales) => [drawRule(rule, x, y, scales), ...series.map((one, number) => drawSeries(one, number, scales))],
  });
  return html`<figure>
    <h3>${title}</h3>
    ${chart} ${series.length > 1 ? legend(series.map(({ name }) => name)) : null}
  </figure>`;
}

function drawSeries({ points, behind, hasMarks }: Series, number: number, scales: Scales): Html {
  const path = line<Point>(
    ({ x }) => scales.x(x),
    ({ y }) => scales.y(y ?? 0),
  )
    .defined(({ y }) => y !== null)
    .digits(1);
  const of = seriesClass(number);
  return html`${behind && html`<path class="trace faded ${of}" d="${path(behind)}" />`}
    <path class="trace ${of}" d="${path(points)}" />
    ${hasMarks && points.map(({ x, y }) => y !== null && mark(number, scales.x(x), scales.y(y)))}`;
}

function drawRule(rule: LineChart['rule'], x: Axis, y: Axis, scales: Scales): Html {
  if (rule === undefined) return html``;
  const ends =
    rule === 'diagonal'
      ? ([x.domain[0], y.domain[0], x.domain[1], y.domain[1]] as const)
      : ([rule.x, y.domain[0], rule.x, y.domain[1]] as const);
  return html`<line
    class="rule"
    x1="${place(scales.x(ends[0]))}"
    y1="${place(scales.y(ends[1]))}"
    x2="${place(scales.x(ends[2]))}"
    y2="${place(scales.y(ends[3]))}"
  />`;
}
