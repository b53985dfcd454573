import { html, type Html, dataTable, shareBar, type Section } from '#report';
import { type CardFacts, count } from '../card-facts.js';

/** Rows that stand open; the rest can be unfolded. */
const OPEN_ROWS = 12;

/** What the model saw: counts, splits, categories, genders, photos per product. */
export function dataSection({ metrics, snapshot, manifest, feed, isSameCatalogue }: CardFacts): Section {
  const { counts } = metrics;
  const splits = [
    { name: 'Training', use: 'shown to the heads', ...counts.train },
    {
      name: 'Validation',
      use: 'decides whether training helped and when to stop; then fitted too',
      ...counts.validation,
    },
    { name: 'Hold-out', use: 'only measured: every figure of how good this model is', ...counts.holdout },
  ];
  const { photos } = snapshot;
  return {
    id: 'data',
    title: 'Data and split',
    body: html`
      <p>
        Splits are by style, so that no colourway of a garment that was learned is ever asked about: a hash of style and
        installation holds out 20 % of all styles from every model, and 20 % of the rest validate.
      </p>
      ${dataTable('Styles, products and photos by split', {
        caption:
          counts.contradictions > 0 &&
          `${count(counts.contradictions, 'photo')} left out: several styles claim the same picture.`,
        columns: [
          { name: 'Split', cell: ({ name }) => name },
          { name: 'Styles', cell: ({ styles }) => styles, isNumber: true },
          { name: 'Products', cell: ({ products }) => products, isNumber: true },
          { name: 'Photos', cell: ({ photos: own }) => own, isNumber: true },
          { name: 'Used for', cell: ({ use }) => use },
        ],
        rows: splits,
      })}
      <dl>
        <dt>From</dt>
        <dd>${feed === null ? 'a feed that is no longer known' : html`<code>${feed}</code>`}</dd>
        <dt>Snapshot</dt>
        <dd><code>${manifest.snapshotHash}</code></dd>
        <dt>Features</dt>
        <dd>
          extractor <code>${manifest.extractorId}</code>: ${manifest.layout.shape} numbers of shape,
          ${manifest.layout.colour} of colour
        </dd>
      </dl>
      ${
        !isSameCatalogue &&
        html`<p class="note">
          The catalogue has changed since this model was trained. The tables below, the photos and the map show it as it
          is now; every figure of quality is from the training.
        </p>`
      }
      <h3>Categories</h3>
      ${sharesTable('Category', photos, ({ category }) => category)}
      <h3>Genders</h3>
      ${sharesTable('Gender', photos, ({ gender }) => gender)}
      <h3>Photos per product</h3>
      ${photosPerProduct(photos)}
    `,
  };
}

type Photo = CardFacts['snapshot']['photos'][number];

/** Styles, products and photos by some label, most photos first. */
function sharesTable(name: string, photos: readonly Photo[], labelOf: (photo: Photo) => string | null): Html {
  const groups = new Map<string | null, Photo[]>();
  for (const photo of photos) groups.set(labelOf(photo), [...(groups.get(labelOf(photo)) ?? []), photo]);
  const rows = [...groups]
    .map(([label, own]) => ({
      label: label ?? 'not said by the feed',
      styles: new Set(own.map(({ styleId }) => styleId)).size,
      products: new Set(own.map(({ productId }) => productId)).size,
      photos: own.length,
    }))
    .sort((a, b) => b.photos - a.photos || (a.label < b.label ? -1 : 1));
  const tableOf = (some: typeof rows, label: string) =>
    dataTable(label, {
      caption: null,
      columns: [
        { name, cell: (row) => row.label },
        { name: 'Styles', cell: ({ styles }) => styles, isNumber: true },
        { name: 'Products', cell: ({ products }) => products, isNumber: true },
        { name: 'Photos', cell: (row) => row.photos, isNumber: true },
        { name: 'Share of photos', cell: (row) => shareBar(row.photos / photos.length) },
      ],
      rows: some,
    });
  const [open, folded] = [rows.slice(0, OPEN_ROWS), rows.slice(OPEN_ROWS)];
  return html`${tableOf(open, `Photos by ${name.toLowerCase()}`)}
  ${
    folded.length > 0 &&
    html`<details>
      <summary>${folded.length} more</summary>
      ${tableOf(folded, `Photos by ${name.toLowerCase()}, continued`)}
    </details>`
  }`;
}

function photosPerProduct(photos: readonly Photo[]): Html {
  const perProduct = new Map<string, number>();
  for (const { productId } of photos) perProduct.set(productId, (perProduct.get(productId) ?? 0) + 1);
  const products = new Map<number, number>();
  for (const number of perProduct.values()) products.set(number, (products.get(number) ?? 0) + 1);
  const rows = [...products].sort(([a], [b]) => a - b);
  return dataTable('Products by number of photos', {
    caption: 'A product with one photo can be nobody’s positive; its style may still have others.',
    columns: [
      { name: 'Photos', cell: ([number]) => number, isNumber: true },
      { name: 'Products', cell: ([, of]) => of, isNumber: true },
      { name: 'Share of products', cell: ([, of]) => shareBar(of / perProduct.size) },
    ],
    rows,
  });
}
