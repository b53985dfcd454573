import type { DryRunReport } from '#catalog';
import { table } from './output.js';

/** Names of columns that are shown of each kind. */
const SHOWN = 20;

/** What an import would do, in words and tables. */
export function describeDryRun(report: DryRunReport): string {
  const { rows, offers, products, photos, columns } = report;
  const parts = [
    `${report.kind}: ${rows.read} rows, ${rows.accepted} accepted, ${rows.quarantined} quarantined.`,
    table(
      ['', 'new', 'changed', 'unchanged', 'deactivated'],
      [
        ['offers', offers.new, offers.changed, offers.unchanged, offers.deactivated],
        ['products', products.new, products.changed, products.unchanged, '-'],
      ],
    ),
    `${report.styles} styles; ${photos.named} photos, of which ${photos.known} are known and ${photos.missing} are missing files.`,
  ];
  if (report.rowsUnlisted > 0) parts.push(`${report.rowsUnlisted} rows say of an offer that it is not for sale.`);
  if (report.rowsAdded > 0) parts.push(`${report.rowsAdded} rows only add to others.`);
  if (report.rowsWithLostId > 0) {
    parts.push(`Nothing would be deactivated: the id of ${report.rowsWithLostId} quarantined rows cannot be read.`);
  }
  const recognised = columns.recognised.map(({ column, field }) =>
    column === field ? column : `${column} -> ${field}`,
  );
  parts.push(`\nColumns recognised: ${listed(recognised)}`);
  parts.push(`Kept as attributes: ${listed(columns.attributes)}`);
  parts.push(`Ignored:            ${listed(columns.ignored)}`);
  if (columns.missing.length > 0) parts.push(`Missing:            ${listed(columns.missing)}`);
  if (report.reasons.length > 0) parts.push('\nWould be set aside:');
  for (const { code, rows: count, examples } of report.reasons) {
    parts.push(`${count} x ${code}`);
    for (const { row, offerId, field, value, message } of examples) {
      const where = `row ${row}${offerId === null ? '' : ` (${offerId})`}`;
      parts.push(`    ${where}, ${field} ${JSON.stringify(value.slice(0, 60))}: ${message}`);
    }
  }
  parts.push('\nNothing was changed.');
  return parts.join('\n');
}

function listed(names: string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return names.slice(0, SHOWN).join(', ') + more;
}
