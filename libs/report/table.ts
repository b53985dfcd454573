import { type Html, html, type HtmlValue } from './html.js';

interface Column<Row> {
  name: string;
  cell: (row: Row) => HtmlValue;
  /** Numbers stand to the right. @default false */
  isNumber?: boolean;
}

interface Table<Row> {
  caption: HtmlValue;
  /** The first names the row. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  /** `few`: greyed, too little to tell; `strong`: the row that matters. */
  emphasis?: (row: Row) => 'few' | 'strong' | null;
}

/** A table that scrolls sideways where the window is narrow, by keyboard too. `label` names it for those who hear it. */
export function dataTable<Row>(label: string, { caption, columns, rows, emphasis }: Table<Row>): Html {
  const kind = ({ isNumber }: Column<Row>) => (isNumber ? 'number' : 'text');
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr class="${emphasis?.(row)}">
              ${columns.map((column, at) =>
                at === 0
                  ? html`<th scope="row" class="${kind(column)}">${column.cell(row)}</th>`
                  : html`<td class="${kind(column)}">${column.cell(row)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
