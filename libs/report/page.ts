import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { STYLE } from './style.js';

/** A part of a page, with an entry in its contents. */
export interface Section {
  /** Letters, digits and hyphens: what links name. */
  id: string;
  title: string;
  body: Html;
}

export interface Page {
  /** Of the window and of the page. */
  title: string;
  /** A few words above the title: what kind of page this is. */
  kind: string;
  /** What a reader must know first. */
  lead: Html;
  sections: readonly Section[];
  /** Last lines: who made the page, and from what. */
  foot: Html;
}

/** Nothing is fetched and nothing is run: pictures lie in the page, and its one style sheet is named by hash. */
const POLICY =
  `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  `base-uri 'none'; form-action 'none'`;

/** A whole page in one document that needs no other file, no script and no network. */
export function renderPage({ title, kind, lead, sections, foot }: Page): string {
  // The style sheet is put in as it is: a space more, and its hash would be another.
  const head = html`<meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>${title}</title>
    ${new Html(`<style>${STYLE}</style>`)}`;
  const body = html`<a class="skip" href="#content">To the content</a>
    <header>
      <p class="kind">${kind}</p>
      <h1>${title}</h1>
      ${lead}
      <nav aria-label="Contents">
        <ol>
          ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li> `)}
        </ol>
      </nav>
    </header>
    <main id="content">
      ${sections.map(
        ({ id, title: name, body: content }) =>
          html`<section id="${id}" aria-labelledby="${id}-title">
            <h2 id="${id}-title">${name}</h2>
            ${content}
          </section>`,
      )}
    </main>
    <footer>${foot}</footer>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.markup}\n</head>\n<body>\n${body.markup}\n</body>\n</html>\n`;
}
