import { drawChart, place } from './chart.js';
import { type Html, html } from './html.js';
import { mark, seriesClass } from './series.js';

interface Estimate {
  name: string;
  value: number;
  interval: readonly [number, number];
}

interface IntervalChart {
  title: string;
  /** What the upright axis measures. */
  label: string;
  /** The same for all charts that are to be compared. */
  domain: readonly [number, number];
  estimates: readonly Estimate[];
}

/** Figures side by side, each with the ends of its interval. */
export function intervalChart({ title, label, domain, estimates }: IntervalChart): Html {
  const says = estimates.map(
    ({ name, value, interval: [low, high] }) =>
      `${name} ${value.toFixed(3)}, from ${low.toFixed(3)} to ${high.toFixed(3)}`,
  );
  const chart = drawChart({
    title,
    description: says.join('; '),
    x: {
      label: '',
      domain: [-0.5, estimates.length - 0.5],
      ticks: estimates.map(({ name }, at) => ({ at, label: name })),
    },
    y: { label, domain },
    draw: ({ x, y }) =>
      estimates.map(({ value, interval: [low, high] }, at) => {
        const middle = x(at);
        const stroke = (x1: number, x2: number, y1: number, y2: number) =>
          html`<line
            class="whisker ${seriesClass(at)}"
            x1="${place(x1)}"
            x2="${place(x2)}"
            y1="${place(y1)}"
            y2="${place(y2)}"
          />`;
        return html`${stroke(middle, middle, y(low), y(high))} ${stroke(middle - 5, middle + 5, y(low), y(low))}
          ${stroke(middle - 5, middle + 5, y(high), y(high))} ${mark(at, middle, y(value), 74)}
          <text class="value" x="${place(middle + 9)}" y="${place(y(value) + 4)}">${value.toFixed(2)}</text>`;
      }),
  });
  return html`<figure>
    <h3>${title}</h3>
    ${chart}
  </figure>`;
}
