import type { ColumnLog } from '../column-log.js';
import { columnName, isKnownColumn } from '../columns.js';
import { type CsvRecord, readCsvRecords, type Separator } from '../csv-records.js';
import { FeedError } from '../feed-error.js';
import { readLines } from '../lines.js';
import { listCell, listParts, malformed, type RawRow } from '../raw-row.js';

/**
 * Rows of a table of text whose first record names the columns. Later ones of a repeated column add to
 * additional_image_link, and are ignored elsewhere.
 *
 * @throws FeedError `feed-columns` when the first record names no columns
 */
export async function* readDelimited(
  chunks: AsyncIterable<Uint8Array>,
  columns: ColumnLog,
  separator: Separator,
): AsyncGenerator<RawRow> {
  let names: string[] | null = null;
  let row = 0;
  for await (const record of readCsvRecords(readLines(chunks), separator)) {
    if (names === null) {
      names = headerOf(record);
      for (const name of names) columns.add(name);
      continue;
    }
    row += 1;
    if ('malformed' in record) {
      const { code, message, text } = record.malformed;
      yield malformed(row, code, message, text, names[0] === 'id' ? firstCell(text, separator) : null);
    } else yield { row, cells: cellsByName(names, record.cells) };
  }
}

/**
 * The first cell of a line that is no record; null where a quote makes it doubtful. What is wrong with the line comes
 * after it; cells further on may have moved.
 */
function firstCell(line: string, separator: Separator): string | null {
  const end = line.replace(/\r$/, '');
  const [, quoted, after = ''] = /^"([^"]*)"(.?)/s.exec(end) ?? [];
  if (quoted !== undefined) return after === '' || after === separator ? quoted.trim() || null : null;
  const [cell = ''] = end.split(separator, 1);
  return cell.includes('"') ? null : cell.trim() || null;
}

function headerOf(record: CsvRecord): string[] {
  if ('malformed' in record) {
    const { message, text } = record.malformed;
    throw new FeedError('feed-columns', `The first line holds no column names. ${message}`, {
      value: text.slice(0, 200),
      remedy: 'The first line must name the columns, in the same quotes and separators as the rows.',
    });
  }
  const names = record.cells.map(columnName);
  const repeated = names.find(
    (name, at) => isKnownColumn(name) && name !== 'additional_image_link' && names.indexOf(name) !== at,
  );
  if (repeated !== undefined) {
    throw new FeedError('feed-columns', `The feed has the column ${repeated} more than once.`, {
      value: repeated,
      remedy: 'Leave one of them out, or give it another name.',
    });
  }
  return names;
}

function cellsByName(names: string[], values: string[]): Map<string, string> {
  const cells = new Map<string, string>();
  for (let at = 0; at < names.length; at += 1) {
    const name = names[at] ?? '';
    const value = values[at]?.trim() ?? '';
    if (name === '' || value === '') continue;
    const before = cells.get(name);
    if (before === undefined) cells.set(name, value);
    else if (name === 'additional_image_link') cells.set(name, joined(before, value));
  }
  return cells;
}

/** The images of two cells, each of which may hold several. */
function joined(before: string, value: string): string {
  return listCell([...listParts(before), ...listParts(value)]);
}
