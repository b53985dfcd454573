import type { AuditReport, Finding, FindingExample, FindingKind } from '#audit';
import { dataTable, html, type Html, picture, renderPage } from '#report';

/** What a reader should think of each certainty. */
const CERTAINTY = { certain: 'certain', likely: 'likely', possible: 'possible: look first' } as const;

/** Findings whose first photo is the one in question; in the others all photos are alike in that. */
const FIRST_IN_QUESTION: ReadonlySet<FindingKind> = new Set([
  'contradictions',
  'mislabels',
  'shared-photos',
  'placeholders',
  'tiny-photos',
  'missing-colours',
]);

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

function findingBody({ kind, count, advice, limit, examples }: Finding, pictureOf: PictureOf): Html {
  return html`<p><strong>What to do:</strong> ${advice}</p>
    ${limit !== null && html`<p class="soft">${limit}</p>`}
    ${count > examples.length && html`<p class="soft">The clearest ${examples.length} of ${count}.</p>`}
    <ol class="strips">
      ${examples.map((example) => html`<li>${exampleBody(example, FIRST_IN_QUESTION.has(kind), pictureOf)}</li>`)}
    </ol>`;
}

function exampleBody(
  { why, certainty, photos, products }: FindingExample,
  isFirstInQuestion: boolean,
  pictureOf: PictureOf,
): Html {
  const shown = new Set(photos.map(({ productId }) => productId));
  const others = products.filter(({ productId }) => !shown.has(productId));
  return html`<h3>${why} <span class="soft">${CERTAINTY[certainty]}</span></h3>
    ${
      photos.length > 0 &&
      html`<ul class="strip">
        ${photos.map(({ imageId, productId }, at) => {
          const isInQuestion = isFirstInQuestion && at === 0;
          const words = products.find((product) => product.productId === productId)?.title ?? 'a photo';
          return html`<li class="${isInQuestion ? 'query' : ''}">
            <div class="frame">${picture(pictureOf(imageId), words)}</div>
            <div>
              ${isInQuestion && html`<span class="verdict">in question</span>`} ${words}
              <code class="soft">${productId ?? ''}</code>
            </div>
          </li>`;
        })}
      </ul>`
    }
    ${
      others.length > 0 &&
      html`<p class="soft">
        ${photos.length > 0 && 'Also: '}${others.map(
          ({ productId, title }, at) => html`${at > 0 && '; '}${title} <code>${productId}</code>`,
        )}
      </p>`
    }`;
}

function json(report: AuditReport): Html {
  return html`<details>
    <summary>The same findings as JSON</summary>
    <pre id="weft-audit" tabindex="0">${JSON.stringify(report, null, 2)}</pre>
  </details>`;
}
