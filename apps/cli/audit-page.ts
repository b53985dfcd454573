import type { AuditReport, Finding, FindingExample } from '#audit';
import { dataTable, html, type Html, picture, renderPage } from '#report';

/** What a reader should think of each certainty. */
const CERTAINTY = { certain: 'certain', likely: 'likely', possible: 'possible: look first' } as const;

/** The small picture of a photo, WebP; null where it cannot be shown. */
export type PictureOf = (imageId: string) => Uint8Array | null;

/** An audit as a page that needs nothing else to be read: its pictures and the report as JSON lie in it. */
export function auditPage(report: AuditReport, pictureOf: PictureOf, madeAt: Date): string {
  const { products, styles, photos } = report.catalogue;
  const found = report.findings.filter(({ count }) => count > 0);
  return renderPage({
    title: found.length === 0 ? 'Nothing wrong was found' : 'What to look at before training',
    kind: 'Audit of a catalogue',
    lead: html`<p class="lead">
        ${products} products of ${styles} styles with ${photos} photos. An audit changes nothing: each finding says what
        was seen, how sure that is, and what to do about it.
      </p>
      ${unjudged(report)}`,
    sections: [
      { id: 'overview', title: 'Overview', body: overview(report.findings) },
      ...found.map((finding) => ({ id: finding.kind, title: finding.title, body: findingBody(finding, pictureOf) })),
      { id: 'report', title: 'The report for programs', body: json(report) },
    ],
    foot: html`<p>Made by weft audit on ${madeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.</p>`,
  });
}

function unjudged({ catalogue }: AuditReport): Html | null {
  const { photosNotLookedAt, photosWithoutFeatures } = catalogue;
  if (photosNotLookedAt + photosWithoutFeatures === 0) return null;
  return html`<p class="note">
    ${photosNotLookedAt} photos could not be looked at and ${photosWithoutFeatures} have no features: they were compared
    with no other. Importing the feed again mends it where the files are there.
  </p>`;
}

function overview(findings: readonly Finding[]): Html {
  return dataTable('Findings by kind', {
    caption: 'What was looked for, and how much of it was found.',
    columns: [
      {
        name: 'Finding',
        cell: ({ kind, title, count }) => (count > 0 ? html`<a href="#${kind}">${title}</a>` : title),
      },
      { name: 'Found', cell: ({ count }) => (count === 0 ? 'none' : count), isNumber: true },
      { name: 'How sure', cell: ({ certainty }) => certainty, isNumber: true },
    ],
    rows: findings,
    emphasis: ({ count }) => (count === 0 ? 'few' : null),
  });
}

function findingBody({ count, advice, limit, examples }: Finding, pictureOf: PictureOf): Html {
  return html`<p><strong>What to do:</strong> ${advice}</p>
    ${limit !== null && html`<p class="soft">${limit}</p>`}
    ${count > examples.length && html`<p class="soft">The clearest ${examples.length} of ${count}.</p>`}
    <ol class="strips">
      ${examples.map((example) => html`<li>${exampleBody(example, pictureOf)}</li>`)}
    </ol>`;
}

function exampleBody({ why, certainty, photos, products }: FindingExample, pictureOf: PictureOf): Html {
  const titleOf = (id: string | null) => products.find(({ productId }) => productId === id);
  return html`<h3>${why} <span class="soft">${CERTAINTY[certainty]}</span></h3>
    ${
      photos.length > 0 &&
      html`<ul class="strip">
        ${photos.map(({ imageId, productId }, at) => {
          const product = titleOf(productId);
          const words = product === undefined ? 'a photo' : product.title;
          return html`<li class="${at === 0 ? 'query' : ''}">
            <div class="frame">${picture(pictureOf(imageId), words)}</div>
            <div>
              ${at === 0 && html`<span class="verdict">in question</span>`} ${words}
              <code class="soft">${productId ?? ''}</code>
            </div>
          </li>`;
        })}
      </ul>`
    }
    ${
      photos.length === 0 &&
      products.length > 0 &&
      html`<p>${products.map(({ productId, title }) => html`${title} <code>${productId}</code> `)}</p>`
    }`;
}

function json(report: AuditReport): Html {
  return html`<details>
    <summary>The same findings as JSON</summary>
    <pre id="weft-audit" tabindex="0">${JSON.stringify(report, null, 2)}</pre>
  </details>`;
}
