import type { Judgement } from '#evaluation';
import type { Verdict } from '#generations';
import { dataTable, html, type Html, intervalBar, picture, renderPage, shareBar } from '#report';

/** A product of the page: its title, and its photo as WebP; null where it cannot be shown. */
export type ShownProduct = (productId: string) => { title: string; webp: Uint8Array | null };

/** A verdict, and which models it is about. */
export interface JudgedModels {
  verdict: Verdict;
  candidate: string;
  active: string;
}

type Compared = Judgement['overall'] & { isSureLoss?: boolean };
interface Row extends Compared {
  name: string;
}

const TITLES = {
  better: 'Better than what is active',
  'no-worse': 'No worse than what is active',
  undecided: 'Too little to tell',
  worse: 'Worse than what is active',
} as const;
const TASKS = {
  sameProduct: 'Other photos of the product',
  sameStyle: 'Photos of the style',
  sameStyleOtherColour: 'The style in another colour',
} as const;
const BASELINES = {
  untrained: 'Untrained heads',
  backbone: 'Backbone alone',
  histogram: 'Colour histogram alone',
} as const;
/** Neighbours that are shown of each product that changes. */
const SHOWN = 5;

const rate = (value: number | null | undefined) => (value == null ? '–' : value.toFixed(3));
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What the gate found, as a page that needs nothing else to be read. */
export function verdictPage({ verdict, candidate, active }: JudgedModels, shown: ShownProduct, madeAt: Date): string {
  const { generation, against, judgement, judgedAt } = verdict;
  const { outcome, reasons } = judgement;
  return renderPage({
    title: TITLES[outcome],
    kind: `Generation ${generation} against ${against}`,
    lead: html`<p class="lead">${reasons[0]}</p>
      ${reasons.slice(1).map((reason) => html`<p class="note">${reason}</p>`)} ${tiles(judgement)}
      <p class="soft">
        Model <code>${candidate}</code> against <code>${active}</code>, judged on
        ${judgedAt.toISOString().slice(0, 16).replace('T', ' at ')} UTC.
      </p>`,
    sections: [
      { id: 'found', title: 'What it finds', body: found(judgement) },
      ...(judgement.categories.length > 0
        ? [{ id: 'categories', title: 'By category', body: byCategory(judgement) }]
        : []),
      { id: 'churn', title: 'What changes', body: churn(judgement, shown) },
      { id: 'exposure', title: 'Who is shown', body: exposure(judgement, shown) },
      { id: 'verdict', title: 'The verdict for programs', body: json(verdict) },
    ],
    foot: html`<p>
      Made by weft on ${madeAt.toISOString().slice(0, 16).replace('T', ' at ')} UTC. It holds photos of the catalogue:
      pass it on as you would them.
    </p>`,
  });
}

function tiles({ overall, holdout, churn: { changedShare, asked, products } }: Judgement): Html {
  const of = asked < products ? `${asked} of ${products} products asked` : `of ${products} products`;
  return html`<ul class="tiles">
    <li>
      <span>Hit rate</span>
      <b>${overall.candidate.toFixed(3)}</b>
      <span>${overall.other.toFixed(3)} is active</span>
    </li>
    <li>
      <span>Difference</span>
      <b>${signed(overall.difference)}</b>
      <span>95 %: ${signed(overall.interval95[0])} to ${signed(overall.interval95[1])}</span>
    </li>
    <li>
      <span>Measured on</span>
      <b>${holdout.styles}</b>
      <span>styles held out, ${holdout.photos} photos</span>
    </li>
    <li>
      <span>Another top ten</span>
      <b>${percent(changedShare)}</b>
      <span>${of}</span>
    </li>
  </ul>`;
}

function found(judgement: Judgement): Html {
  const { overall, tasks, baselines, otherStyles, margin, holdout } = judgement;
  const rows: Row[] = [
    { name: 'All of it', ...overall },
    ...tasks.map(({ task, ...figures }) => ({ name: TASKS[task], ...figures })),
  ];
  const others = [
    ['Same category', otherStyles.candidate?.categoryAt10, otherStyles.active?.categoryAt10],
    ['Same gender', otherStyles.candidate?.genderAt10, otherStyles.active?.genderAt10],
    [
      'Colour difference (CIELAB)',
      otherStyles.candidate?.colourDifferenceAt10,
      otherStyles.active?.colourDifferenceAt10,
    ],
  ] as const;
  return html`
    <p>
      How often the nearest photo is the right one, among ${holdout.photos} photos of styles that no model was ever
      trained on. “All of it” is the mean of the three and decides; a loss of ${margin} is tolerated where it cannot be
      told from none.
      ${holdout.leftOut > 0 && html`${holdout.leftOut} photos were left out, for want of a vector or of features.`}
    </p>
    ${comparisons('Hit rates beside the active generation', 'Active', rows)}
    <h3>Beside what needs no training</h3>
    ${comparisons(
      'Hit rates beside the baselines',
      'Baseline',
      baselines.map(({ baseline, ...figures }) => ({ name: BASELINES[baseline], ...figures })),
    )}
    <h3>Other styles, the first ten</h3>
    ${dataTable('What product pages show', {
      caption: 'What shoppers see is other styles. These decide nothing: more is not better.',
      columns: [
        { name: 'Of the ten', cell: ([name]) => name },
        { name: 'Candidate', cell: ([, value]) => rate(value), isNumber: true },
        { name: 'Active', cell: ([, , value]) => rate(value), isNumber: true },
      ],
      rows: others,
    })}
  `;
}

function byCategory({ categories, categoryMargin }: Judgement): Html {
  return html`<p>
      Categories of five styles or more, the one that loses most first. One that surely loses more than
      ${categoryMargin} refuses the promotion, whatever the whole gains; “surely” allows for how many are looked at.
    </p>
    ${comparisons(
      'Hit rates by category',
      'Active',
      categories.map(({ category, ...figures }) => ({ name: category ?? 'not said by the feed', ...figures })),
    )}`;
}

function comparisons(label: string, other: string, rows: readonly Row[]): Html {
  const reach = Math.max(0.05, ...rows.flatMap(({ interval95 }) => interval95.map(Math.abs)));
  return dataTable(label, {
    caption: null,
    columns: [
      { name: 'Looked for', cell: ({ name }) => name },
      { name: 'Styles', cell: ({ styles }) => styles, isNumber: true },
      { name: 'Candidate', cell: ({ candidate }) => rate(candidate), isNumber: true },
      { name: other, cell: (row) => rate(row.other), isNumber: true },
      { name: 'Difference', cell: ({ difference }) => signed(difference), isNumber: true },
      {
        name: `less · more (±${reach.toFixed(2)})`,
        cell: ({ difference, interval95, isSureLoss }) =>
          intervalBar(difference, interval95, reach, isSureLoss ?? false),
      },
      {
        name: '95 %',
        cell: ({ interval95: [low, high], isSureLoss }) =>
          html`${signed(low)} to ${signed(high)}${isSureLoss && html` <strong>sure loss</strong>`}`,
      },
    ],
    rows,
    emphasis: ({ isSureLoss }) => (isSureLoss ? 'strong' : null),
  });
}

function churn(
  { churn: { changedShare, meanOverlap, asked, products, examples } }: Judgement,
  shown: ShownProduct,
): Html {
  return html`<p>
      Of ${asked < products ? `${asked} of ${products}` : asked} products ${percent(changedShare)} get another top ten;
      ${percent(meanOverlap)} of its places stay. Below are those that change most.
    </p>
    <p class="soft">
      Solid frame: it stays among the ten. Dashed frame: it leaves, or is new. The first ${SHOWN} are shown.
    </p>
    ${examples.map(({ productId, overlap, before, after }) => {
      const { title } = shown(productId);
      return html`<h3>${title} <small class="soft">${percent(overlap)} stay</small></h3>
        <ol class="strips">
          <li>
            <h4>Active</h4>
            ${strip(productId, before, after, 'leaves', shown)}
          </li>
          <li>
            <h4>Candidate</h4>
            ${strip(productId, after, before, 'new', shown)}
          </li>
        </ol>`;
    })}`;
}

function strip(asked: string, own: string[], others: string[], change: string, shown: ShownProduct): Html {
  const frame = (productId: string, kind: string, says: string) => {
    const { title, webp } = shown(productId);
    return html`<li class="${kind}">
      <div class="frame">${picture(webp, title)}</div>
      <span class="verdict">${says}</span> <code>${productId}</code>
    </li>`;
  };
  return html`<ol class="strip">
    ${frame(asked, 'query', 'question')}
    ${own
      .slice(0, SHOWN)
      .map((productId) =>
        others.includes(productId) ? frame(productId, 'right', 'stays') : frame(productId, 'wrong', change),
      )}
  </ol>`;
}

function exposure({ exposure: { before, after, ...shifts }, churn: { asked } }: Judgement, shown: ShownProduct): Html {
  const shares = (name: string, rows: Judgement['exposure']['categories']) =>
    dataTable(`Places by ${name.toLowerCase()}`, {
      caption: null,
      columns: [
        { name, cell: (row) => row.name ?? 'not said by the feed' },
        { name: 'Products', cell: ({ products }) => products, isNumber: true },
        { name: 'Active', cell: (row) => percent(row.before), isNumber: true },
        { name: 'Candidate', cell: (row) => percent(row.after), isNumber: true },
        {
          name: 'Shift',
          cell: (row) => `${row.after < row.before ? '−' : '+'}${percent(Math.abs(row.after - row.before))}`,
          isNumber: true,
        },
        { name: 'Share under the candidate', cell: (row) => shareBar(row.after) },
      ],
      rows,
    });
  const products = (label: string, rows: Judgement['exposure']['gainers']) =>
    dataTable(label, {
      caption: null,
      columns: [
        { name: label, cell: ({ productId }) => html`${shown(productId).title} <code>${productId}</code>` },
        { name: 'Active', cell: (row) => row.before, isNumber: true },
        { name: 'Candidate', cell: (row) => row.after, isNumber: true },
      ],
      rows,
    });
  return html`<p>
      In the top tens of ${asked} products. ${before.shown} products appear in any of them now, ${after.shown} under the
      candidate; the Gini coefficient of their appearances, 0 where all appear alike and 1 where one has all, goes from
      ${before.gini.toFixed(3)} to ${after.gini.toFixed(3)}.
    </p>
    ${shares('Category', shifts.categories)} ${shares('Brand', shifts.brands)}
    <h3>Products that gain and lose most</h3>
    ${products('Gain', shifts.gainers)} ${products('Lose', shifts.losers)}`;
}

function json(verdict: Verdict): Html {
  return html`<details>
    <summary>The same as JSON</summary>
    <pre id="weft-verdict" tabindex="0">${JSON.stringify(verdict, null, 2)}</pre>
  </details>`;
}
