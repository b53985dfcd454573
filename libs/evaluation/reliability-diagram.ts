import type { Reliability } from './reliability.js';

const SIDE = 360;
const LEFT = 56;
const TOP = 48;
/** Height of the bars that show how many pairs each bin holds. */
const BARS = 60;
const WIDTH = LEFT + SIDE + 24;
const HEIGHT = TOP + SIDE + BARS + 68;

/**
 * A reliability diagram (DeGroot and Fienberg, 1983) as a self-contained SVG: stated probability to the right, observed
 * share upwards, below it how many pairs each bin holds. On the diagonal what is stated is what comes true.
 *
 * @param title plain text
 */
export function drawReliability({ bins, ece, brier, logLoss }: Reliability, title: string): string {
  const x = (share: number) => round(LEFT + share * SIDE);
  const y = (share: number) => round(TOP + (1 - share) * SIDE);
  const most = Math.max(...bins.map(({ pairs }) => Math.log10(1 + pairs)));
  const ground = TOP + SIDE + BARS + 16;
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (tick) =>
      `<path d="M${x(tick)} ${y(0)}V${y(1)}M${x(0)} ${y(tick)}H${x(1)}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>` +
      `<text x="${x(tick)}" y="${ground + 16}" text-anchor="middle">${tick}</text>`,
  );
  const filled = bins.flatMap(({ stated, observed, pairs }) =>
    stated === null || observed === null ? [] : [{ at: { x: x(stated), y: y(observed) }, stated, observed, pairs }],
  );
  const points = filled.map(
    ({ at, stated, observed, pairs }) =>
      `<circle cx="${at.x}" cy="${at.y}" r="4" fill="#0a58ca"><title>stated ${stated.toFixed(3)}, observed ` +
      `${observed.toFixed(3)}, ${pairs} pairs</title></circle>`,
  );
  const bars = bins.map(({ from, to, pairs }) => {
    const height = most === 0 ? 0 : (Math.log10(1 + pairs) / most) * BARS;
    return `<rect x="${x(from) + 1}" y="${round(ground - height)}" width="${round(x(to) - x(from) - 2)}" height="${round(height)}" fill="#9ec5fe"><title>${pairs} pairs</title></rect>`;
  });
  const figures = `ECE ${ece.toFixed(3)}, Brier score ${brier.toFixed(3)}, log loss ${logLoss.toFixed(3)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="20" font-size="14">${escape(title)}</text><text x="${LEFT}" y="38">${figures}</text>`,
    ...ticks,
    `<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#888" stroke-dasharray="4 4"/>`,
    `<polyline points="${filled.map(({ at }) => `${at.x},${at.y}`).join(' ')}" fill="none" stroke="#0a58ca" stroke-width="1.5"/>`,
    ...points,
    ...bars,
    `<text x="${LEFT + SIDE / 2}" y="${ground + 36}" text-anchor="middle">stated probability (bars: pairs, logarithmic)</text>`,
    `<text transform="translate(16 ${TOP + SIDE / 2}) rotate(-90)" text-anchor="middle">observed share</text>`,
    '</svg>',
    '',
  ].join('\n');
}

const round = (value: number) => Math.round(100 * value) / 100;

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
