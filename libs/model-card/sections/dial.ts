import { dataTable, html, lineChart, type Section } from '#report';
import { type CardFacts, rate, TASKS } from '../card-facts.js';

/** What turning the dial does. */
export function dialSection({ metrics, manifest }: CardFacts): Section {
  const { sweep } = metrics;
  const title = 'The dial';
  if (sweep === null || sweep.length === 0) {
    return {
      id: 'dial',
      title,
      body: html`<p class="note">
        ${
          metrics.holdout === null
            ? 'No style was held out, so there is nothing to turn it on.'
            : 'This model was trained before the dial was measured with every training: weft evaluate --sweep measures it now.'
        }
      </p>`,
    };
  }
  const x = { label: 'dial: 0 same cut, 1 same colour', domain: [0, 1] as const };
  const differences = sweep.map(({ dial, otherStyles }) => ({ x: dial, y: otherStyles?.colourDifferenceAt10 ?? null }));
  const farthest = Math.max(1, ...differences.map(({ y }) => y ?? 0));
  return {
    id: 'dial',
    title,
    body: html`
      <p>
        One number weighs colour against shape at every request. The model’s own setting is ${manifest.dial}, dotted in
        the drawings.
      </p>
      <div class="charts">
        ${lineChart({
          title: 'Hit rates over the dial',
          description: 'hitRateAt1 of the three questions on the hold-out; the figures are in the table below.',
          x,
          y: { label: 'hitRateAt1', domain: [0, 1] },
          rule: { x: manifest.dial },
          series: TASKS.map(({ key, name }) => ({
            name,
            points: sweep.map((report) => ({ x: report.dial, y: report[key]?.hitRateAt1 ?? null })),
            hasMarks: true,
          })),
        })}
        ${lineChart({
          title: 'Colour difference over the dial',
          description: 'Mean CIELAB distance to the ten nearest other styles: less is nearer in colour.',
          x,
          y: { label: 'CIELAB distance', domain: [0, farthest] },
          rule: { x: manifest.dial },
          series: [{ name: 'Colour difference', points: differences, hasMarks: true }],
        })}
      </div>
      ${dataTable('The dial, in figures', {
        caption: 'hitRateAt1 and colour difference on the hold-out.',
        columns: [
          { name: 'Dial', cell: ({ dial }) => dial, isNumber: true },
          ...TASKS.map(({ key, name }) => ({
            name,
            cell: (report: (typeof sweep)[number]) => rate(report[key]?.hitRateAt1),
            isNumber: true,
          })),
          {
            name: 'Colour difference',
            cell: ({ otherStyles }) => otherStyles?.colourDifferenceAt10.toFixed(1) ?? '–',
            isNumber: true,
          },
        ],
        rows: sweep,
        emphasis: ({ dial }) => (dial === manifest.dial ? 'strong' : null),
      })}
    `,
  };
}
