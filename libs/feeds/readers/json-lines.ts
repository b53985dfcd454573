import type { ColumnLog } from '../column-log.js';
import { columnName, isKnownColumn, type KnownColumn } from '../columns.js';
import { MAX_RECORD, readLines } from '../lines.js';
import { listCell, malformed, type RawRow } from '../raw-row.js';

/** Columns whose lists have a meaning; how Google writes such a list in one cell. */
const LISTS: Partial<Record<KnownColumn, (values: string[]) => string>> = {
  additional_image_link: listCell,
  // The first is the most exact.
  product_type: ([first = '']) => first,
  color: (values) => values.join('/'),
  material: (values) => values.join('/'),
  size: (values) => values.join('/'),
};

/** Rows of JSON Lines: one object a line. A column that Weft knows holds text, a number, or a list where that makes sense. */
export async function* readJsonLines(chunks: AsyncIterable<Uint8Array>, columns: ColumnLog): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const line of readLines(chunks)) {
    if (line !== null && line.trim() === '') continue;
    row += 1;
    if (line === null) {
      yield malformed(row, 'row-too-long', `The line has more than ${MAX_RECORD} bytes.`, '');
      continue;
    }
    const members = parseObject(line);
    if (members === null) yield malformed(row, 'json-malformed', 'The line is not one JSON object.', line);
    else yield rowOf(row, members, columns);
  }
}

function rowOf(row: number, members: object, columns: ColumnLog): RawRow {
  const cells = new Map<string, string>();
  let fault: { name: string; value: unknown } | null = null;
  for (const [key, value] of Object.entries(members)) {
    const name = columnName(key);
    columns.add(name);
    const cell = cellOf(name, value);
    if (cell === null) fault ??= { name, value };
    else if (name !== '' && cell.trim() !== '' && !cells.has(name)) {
      cells.set(name, name === 'additional_image_link' ? cell : cell.trim());
    }
  }
  if (fault === null) return { row, cells };
  const message = `The member ${fault.name} holds ${describe(fault.value)}, where text is expected.`;
  const text = JSON.stringify(fault.value);
  const id = cells.get('id') ?? null;
  return { row, malformed: { code: 'json-value', message, field: fault.name, text, id, isIdLost: id === null } };
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A JSON value as the cell of a CSV file would hold it; null where a known column can mean nothing by it. */
function cellOf(name: string, value: unknown): string | null {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isKnownColumn(name)) return isTexts(value) ? value.join(',') : JSON.stringify(value);
  if (isTexts(value)) return LISTS[name]?.(value) ?? null;
  // Google's content API: {"value": "52.00", "currency": "USD"}.
  if (name !== 'price' && name !== 'sale_price') return null;
  const { value: amount, currency } = value as { value?: unknown; currency?: unknown };
  const isAmount = typeof amount === 'string' || typeof amount === 'number';
  return isAmount && typeof currency === 'string' ? `${amount} ${currency}` : null;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

function describe(value: unknown): string {
  if (!Array.isArray(value)) return 'an object';
  return isTexts(value) ? 'a list' : 'a list with something that is no text';
}
