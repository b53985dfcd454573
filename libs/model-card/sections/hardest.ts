import type { MiningRecord } from '#datasets';
import { dataTable, html, type Html, picture, type Section } from '#report';
import { type CardFacts, count, rate } from '../card-facts.js';
import { type CardPictures, SHEET_WIDTH } from '../pictures.js';

type Hard = MiningRecord['hardest'][number];

const SPACES = {
  shape: { name: 'Shape', belongs: 'one style' },
  colour: { name: 'Colour', belongs: 'one product' },
  joined: { name: 'Both, by product', belongs: 'one product' },
  joinedStyle: { name: 'Both, by style', belongs: 'one style' },
} as const;
const SPACE_NAMES = Object.keys(SPACES) as Hard['space'][];

/** What was mined offline: how it changed over the epochs, and the hardest triplets at the end. */
export function hardestSection(
  { epochs, hardest }: MiningRecord,
  facts: CardFacts,
  pictures: CardPictures | null,
): Section {
  const { distance } = facts.manifest.settings;
  return {
    id: 'hardest',
    title: 'Mined triplets',
    body: html`
      <p>
        All training photos were embedded and compared at the start of each epoch, and triplets of them written down:
        all of them are in <code>triplets.csv.gz</code> beside the model’s files. A triplet is hard where the negative
        was not farther from the anchor than the positive.
      </p>
      ${sharesTable(epochs)}
      <h3>The hardest of the last epoch</h3>
      <p>
        One for each anchor’s style. Look at them first: where anchor and negative show the same garment, or anchor and
        positive do not, the labels are wrong, and training on them does harm. Figures:
        ${typeof distance === 'string' ? distance.replace('-', ' ') : 'distance'} to the anchor.
      </p>
      ${hardest.length === 0 && html`<p class="note">The miner found nothing in the last epoch.</p>`}
      ${SPACE_NAMES.map((space) =>
        ofSpace(
          space,
          hardest.filter((line) => line.space === space),
          pictures,
        ),
      )}
    `,
  };
}

/** The first and the last epoch of each pass. */
function sharesTable(epochs: MiningRecord['epochs']): Html {
  const ends = epochs.filter((epoch) => {
    const ofPass = epochs.filter(({ pass, space }) => pass === epoch.pass && space === epoch.space);
    return epoch === ofPass[0] || epoch === ofPass.at(-1);
  });
  const share = (part: number, all: number) => (all === 0 ? '–' : `${Math.round((100 * part) / all)} %`);
  return dataTable('Mined triplets by difficulty', {
    caption: `The first and the last epoch of each pass, of ${new Set(epochs.map(({ pass, attempt, step }) => `${pass} ${attempt} ${step}`)).size}.`,
    columns: [
      { name: 'Loss', cell: ({ space }) => SPACES[space].name },
      { name: 'Pass', cell: ({ pass }) => (pass === 'judge' ? 'judging' : 'fitting') },
      { name: 'After step', cell: ({ step }) => step, isNumber: true },
      { name: 'Triplets', cell: ({ triplets }) => triplets.toLocaleString('en'), isNumber: true },
      { name: 'Hard', cell: ({ hard, triplets }) => share(hard, triplets), isNumber: true },
      { name: 'Semi-hard', cell: ({ semiHard, triplets }) => share(semiHard, triplets), isNumber: true },
      { name: 'Easy', cell: ({ easy, triplets }) => share(easy, triplets), isNumber: true },
    ],
    rows: ends,
  });
}

function ofSpace(space: Hard['space'], hardest: readonly Hard[], pictures: CardPictures | null): Html {
  if (hardest.length === 0) return html``;
  const { name, belongs } = SPACES[space];
  return html`<details ${space === 'joinedStyle' && html`open`}>
    <summary>${name}: ${count(hardest.length, 'triplet')}, anchor and positive of ${belongs}</summary>
    <ol class="strips">
      ${hardest.map((line) => strip(line, belongs, pictures))}
    </ol>
  </details>`;
}

function strip(
  { anchor, positive, negative, toPositive, toNegative }: Hard,
  belongs: string,
  pictures: CardPictures | null,
): Html {
  const nameOf = ({ productId }: Hard['anchor']) => pictures?.titles.get(productId) ?? productId;
  const photo = (of: Hard['anchor']) => picture(pictures?.thumbnails.of(of.imageId, SHEET_WIDTH) ?? null, nameOf(of));
  return html`<li>
    <h4>${nameOf(anchor)}</h4>
    <ol class="strip" aria-label="Anchor, positive and negative">
      <li class="query">
        <div class="frame">${photo(anchor)}</div>
        <span class="verdict">anchor</span>
      </li>
      <li class="right">
        <div class="frame">${photo(positive)}</div>
        <span class="verdict">positive: ${belongs}</span>
        <span class="figures">${rate(toPositive, 2)}, ${nameOf(positive)}</span>
      </li>
      <li class="wrong">
        <div class="frame">${photo(negative)}</div>
        <span class="verdict">negative</span>
        <span class="figures">${rate(toNegative, 2)}, ${nameOf(negative)}</span>
      </li>
    </ol>
  </li>`;
}
