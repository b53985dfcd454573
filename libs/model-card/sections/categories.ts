import type { TrainingMetrics } from '#datasets';
import { LEAST_STYLES_OF_CATEGORY } from '#evaluation';
import { dataTable, html, type Html, type Section } from '#report';
import { type CardFacts, interval, rate, TASKS } from '../card-facts.js';

type CategoryFigures = NonNullable<TrainingMetrics['categories']>[number];

/** Hit rates by category: where the model is good, where it is not, and where nobody can tell. */
export function categoriesSection({ metrics, snapshot }: CardFacts): Section {
  const { categories, kinds } = metrics;
  const title = 'By category';
  if (categories === null || categories.length === 0) {
    return {
      id: 'categories',
      title,
      body: html`<p class="note">
        ${
          metrics.holdout === null
            ? 'No style was held out, so no category can be asked.'
            : 'This model was trained before categories were measured one by one. A new training measures them.'
        }
      </p>`,
    };
  }
  const measured = new Set(categories.map(({ category }) => category));
  const unmeasured = [...new Set(snapshot.photos.map(({ category }) => category))].filter((one) => !measured.has(one));
  return {
    id: 'categories',
    title,
    body: html`
      <p>
        hitRateAt1 of the hold-out’s photos by their category, looked for among all categories, at dial ${metrics.dial}.
        In brackets the 95 % interval; then how many photos of how many styles were asked.
      </p>
      <p class="soft">
        Grey and slanted: fewer than ${LEAST_STYLES_OF_CATEGORY} styles, too few to say what the category is like. Their
        interval is left out, because it would be narrow by accident.
      </p>
      ${kinds !== null && kinds.length < categories.length && table('Kind of garment, whoever it is for', kinds)}
      ${table('Category', categories)}
      ${
        unmeasured.length > 0 &&
        html`<p>
          Never asked, for no style of theirs is held out:
          ${unmeasured.map((category) => category ?? 'photos without a category').join('; ')}.
        </p>`
      }
    `,
  };
}

function table(name: string, rows: readonly CategoryFigures[]): Html {
  return dataTable(`Hit rates: ${name}`, {
    caption: null,
    columns: [
      { name, cell: ({ category }) => category ?? 'not said by the feed' },
      { name: 'Photos', cell: ({ photos }) => photos, isNumber: true },
      ...TASKS.map((task) => ({ name: task.name, cell: (row: CategoryFigures) => figures(row[task.key]) })),
    ],
    rows,
    emphasis: ({ styles }) => (styles < LEAST_STYLES_OF_CATEGORY ? 'few' : null),
  });
}

function figures(task: CategoryFigures['sameStyle']): Html {
  if (task === null) return html`<span class="few">nothing to find</span>`;
  const { hitRateAt1, interval95, queries, styles } = task;
  const asked = `${queries} of ${styles} ${styles === 1 ? 'style' : 'styles'}`;
  if (styles < LEAST_STYLES_OF_CATEGORY)
    return html`<span class="few">${rate(hitRateAt1)} <small>${asked}</small></span>`;
  return html`${rate(hitRateAt1)} <small>[${interval(interval95)}] ${asked}</small>`;
}
