import type { TrainingMetrics } from '#datasets';
import { dataTable, html, type Html, intervalChart, type Section } from '#report';
import { type CardFacts, count, interval, rate, TASKS } from '../card-facts.js';

type Holdout = NonNullable<TrainingMetrics['holdout']>;

/** What is compared, in the order in which it is drawn. */
const MODELS = [
  { key: 'histogram', name: 'Colour histogram', short: 'histogram', isServed: false },
  { key: 'backbone', name: 'Backbone, frozen', short: 'backbone', isServed: false },
  { key: 'untrained', name: 'Both parts, untrained heads', short: 'untrained', isServed: false },
  { key: 'trained', name: 'This model, as served', short: 'this model', isServed: true },
] as const;

/** The served heads beside what they must beat, on hold-out styles. */
export function qualitySection({ metrics, manifest }: CardFacts): Section {
  const { holdout, counts } = metrics;
  return {
    id: 'quality',
    title: 'How good it is',
    body:
      holdout === null
        ? html`<p class="note">
            No style was held out, so nothing independent says how good this model is. With more styles some are.
          </p>`
        : html`
            <p>
              hitRateAt1 of ${count(counts.holdout.photos, 'photo')} of ${count(counts.holdout.styles, 'style')} that no
              head was trained on, at dial ${metrics.dial}. Whiskers are 95 % intervals by bootstrap over styles. All
              three drawings have the same range.
            </p>
            <div class="charts">${TASKS.map((task) => chart(holdout, task))}</div>
            ${
              manifest.headsChosen === 'untrained' &&
              html`<p class="note">The heads that are served are the untrained ones: the last two agree.</p>`
            }
            ${table(holdout)} ${gained(metrics)} ${shopView(holdout)}
          `,
  };
}

function chart(holdout: Holdout, { key, name }: (typeof TASKS)[number]): Html {
  const estimates = MODELS.flatMap((model) => {
    const task = holdout[model.key][key];
    return task === null ? [] : [{ name: model.short, value: task.hitRateAt1, interval: task.interval95 }];
  });
  if (estimates.length > 0) return intervalChart({ title: name, label: 'hitRateAt1', domain: [0, 1], estimates });
  return html`<figure>
    <h3>${name}</h3>
    <p class="soft">No photo of the hold-out has anything to find here.</p>
  </figure>`;
}

function table(holdout: Holdout): Html {
  const rows = TASKS.flatMap(({ key, name }) =>
    MODELS.flatMap((model) => {
      const task = holdout[model.key][key];
      return task === null ? [] : [{ name, model, task }];
    }),
  );
  return html`<details>
    <summary>The figures</summary>
    ${dataTable('Hit rates of this model and its baselines', {
      caption: TASKS.map(({ name, asks }) => `${name}: ${asks}. `),
      columns: [
        { name: 'Question', cell: (row) => row.name },
        { name: 'Model', cell: ({ model }) => model.name },
        { name: 'Asked', cell: ({ task }) => task.queries, isNumber: true },
        { name: 'hitRateAt1', cell: ({ task }) => rate(task.hitRateAt1), isNumber: true },
        { name: '95 % interval', cell: ({ task }) => interval(task.interval95), isNumber: true },
        { name: 'hitRateAt5', cell: ({ task }) => rate(task.hitRateAt5), isNumber: true },
        { name: 'MAP@R', cell: ({ task }) => rate(task.mapAtR), isNumber: true },
      ],
      rows,
      emphasis: ({ model }) => (model.isServed ? 'strong' : null),
    })}
  </details>`;
}

/** What training added, on the same photos. */
function gained({ trainedMinusUntrained }: TrainingMetrics): Html {
  const rows = TASKS.flatMap(({ key, name }) => {
    const difference = trainedMinusUntrained?.[key] ?? null;
    return difference === null ? [] : [{ name, ...difference }];
  });
  if (rows.length === 0) return html``;
  return html`<h3>What training added</h3>
    ${dataTable('Trained less untrained', {
      caption: 'hitRateAt1 of the served heads less that of the untrained ones, paired by photo.',
      columns: [
        { name: 'Question', cell: ({ name }) => name },
        { name: 'Difference', cell: ({ difference }) => signed(difference, 3), isNumber: true },
        {
          name: '95 % interval',
          cell: ({ interval95: [low, high] }) => `${signed(low, 2)} to ${signed(high, 2)}`,
          isNumber: true,
        },
        { name: 'Reads', cell: ({ interval95: [low, high] }) => verdict(low, high) },
      ],
      rows,
    })}`;
}

function verdict(low: number, high: number): string {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'not told apart by these styles';
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** Other styles, as shoppers see them. */
function shopView(holdout: Holdout): Html {
  const rows = MODELS.flatMap((model) => {
    const { otherStyles } = holdout[model.key];
    return otherStyles === null ? [] : [{ model, ...otherStyles }];
  });
  if (rows.length === 0) return html``;
  return html`<h3>As shoppers see it</h3>
    ${dataTable('Other styles in the first ten', {
      caption:
        'The ten nearest other styles, one photo each: no right answer, but kinship. Colour in CIELAB distance, less is nearer.',
      columns: [
        { name: 'Model', cell: ({ model }) => model.name },
        { name: 'Same category', cell: ({ categoryAt10 }) => rate(categoryAt10), isNumber: true },
        { name: 'Same gender', cell: ({ genderAt10 }) => rate(genderAt10), isNumber: true },
        { name: 'Colour difference', cell: (row) => row.colourDifferenceAt10.toFixed(1), isNumber: true },
      ],
      rows,
      emphasis: ({ model }) => (model.isServed ? 'strong' : null),
    })}`;
}
