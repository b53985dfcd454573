import type { PhotoAnswer } from '#evaluation';
import { html, type Html, picture, type Section } from '#report';
import { type CardFacts, count, shortCategory } from '../card-facts.js';
import { type CardPictures, SHEET_WIDTH } from '../pictures.js';

const RELATIONS = {
  product: { verdict: 'right', says: '✓ same product' },
  style: { verdict: 'right', says: '✓ same style' },
  other: { verdict: 'wrong', says: '✗ another style' },
} as const;

/** Photos with their five nearest: some by chance, and the worst. */
export function neighboursSection({ metrics, manifest }: CardFacts, pictures: CardPictures | null): Section {
  return {
    id: 'neighbours',
    title: 'Nearest neighbours',
    body:
      pictures === null
        ? html`<p class="note">There are no photos of held-out styles with this model’s features to show.</p>`
        : html`
            <p>
              Photos of the hold-out and the five nearest others at dial ${metrics.dial}, as a search over photos gives
              them; in a shop the style itself is left out, and each other style comes once.
              ${count(pictures.asked, 'photo')} ${pictures.asked === 1 ? 'has' : 'have'} something to find. Nobody chose
              what is shown: the first sheet is drawn by chance from version ${manifest.version}, one photo a style; the
              second has those whose first right answer comes last.
            </p>
            <p class="soft">
              Solid frame and ✓: the same style, so right. Dashed frame and ✗: another style, so wrong by this measure,
              even where a shopper would be content.
            </p>
            ${gone(pictures)}
            <h3>Drawn by chance</h3>
            ${sheet(pictures.chosen.drawn, pictures)}
            <h3>The worst</h3>
            ${
              pictures.chosen.worst.length === 0
                ? html`<p>No other photo missed: the nearest was right for all.</p>`
                : sheet(pictures.chosen.worst, pictures)
            }
          `,
  };
}

function gone({ thumbnails }: CardPictures): Html {
  if (thumbnails.missing === 0) return html``;
  return html`<p class="note">
    ${count(thumbnails.missing, 'photo')} of this page cannot be shown: the file is gone, has changed, or cannot be
    decoded.
  </p>`;
}

function sheet(answers: readonly PhotoAnswer[], pictures: CardPictures): Html {
  return html`<ol class="strips">
    ${answers.map((answer) => strip(answer, pictures))}
  </ol>`;
}

function strip({ query, nearest, firstOfStyle }: PhotoAnswer, pictures: CardPictures): Html {
  const { set } = pictures;
  const right = nearest.filter(({ relation }) => relation !== 'other').length;
  return html`<li>
    <h4>
      ${nameOf(query, pictures)}
      <small>
        <code>${set.products[query]}</code>, ${shortCategory(set.categories[query] ?? null)}; first right answer at
        place ${firstOfStyle} of ${set.imageIds.length - 1}
      </small>
    </h4>
    <ol class="strip" aria-label="${nameOf(query, pictures)} and its five nearest, ${right} of them right">
      <li class="query">
        <div class="frame">${photo(query, pictures)}</div>
        <span class="verdict">question</span>
      </li>
      ${nearest.map(({ row, relation, similarity }) => {
        const { verdict, says } = RELATIONS[relation];
        return html`<li class="${verdict}">
          <div class="frame">${photo(row, pictures)}</div>
          <span class="verdict">${says}</span>
          <span class="figures">
            ${shortCategory(set.categories[row] ?? null)}, ${similarity.toFixed(2)} <code>${set.products[row]}</code>
          </span>
        </li>`;
      })}
    </ol>
  </li>`;
}

function photo(row: number, pictures: CardPictures): Html {
  const { set, thumbnails } = pictures;
  const alt = `${nameOf(row, pictures)}, ${shortCategory(set.categories[row] ?? null)}`;
  return picture(thumbnails.of(set.imageIds[row] ?? '', SHEET_WIDTH), alt);
}

function nameOf(row: number, { set, titles }: CardPictures): string {
  const product = set.products[row] ?? '';
  return titles.get(product) ?? product;
}
