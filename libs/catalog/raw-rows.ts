import { columnName, isKnownColumn, KNOWN_COLUMNS } from './columns.js';
import { type CsvRecord, readCsvRecords } from './csv-records.js';
import { FeedError } from './feed-error.js';
import type { FeedFile } from './feed-file.js';
import { type Line, MAX_RECORD, readLines } from './lines.js';

/**
 * One data row: its non-empty cells by column name, or why there are none, with the id where it can be read all the same.
 * Rows count from 1.
 */
export type RawRow =
  | { row: number; cells: Map<string, string> }
  | { row: number; malformed: { code: string; message: string; text: string; id: string | null } };

/**
 * Streams the rows of a feed.
 *
 * @param onBytes told how many bytes of the file the rows so far take
 * @throws FeedError when the file is no feed, or reading fails
 */
export async function* readRawRows(feed: FeedFile, onBytes: (bytes: number) => void): AsyncGenerator<RawRow> {
  const lines = readLines(feed.chunks(), onBytes);
  yield* feed.format === 'csv' ? csvRows(feed.path, readCsvRecords(lines)) : jsonRows(lines);
}

async function* csvRows(path: string, records: AsyncGenerator<CsvRecord>): AsyncGenerator<RawRow> {
  let names: string[] | null = null;
  let row = 0;
  for await (const record of records) {
    if (names === null) {
      names = headerOf(path, record);
      continue;
    }
    row += 1;
    if ('malformed' in record) {
      const { malformed } = record;
      yield { row, malformed: { ...malformed, id: names[0] === 'id' ? firstCell(malformed.text) : null } };
    } else yield { row, cells: cellsByName(names, record.cells) };
  }
}

/**
 * The first cell of a line that is no record; null where a quote makes it doubtful. What is wrong with the line comes
 * after it; cells further on may have moved.
 */
function firstCell(line: string): string | null {
  const [, quoted, plain] = /^(?:"([^"]*)"|([^",]*))(?:,|\r?$)/.exec(line) ?? [];
  return (quoted ?? plain)?.trim() || null;
}

/** @throws FeedError `feed-columns` when these are not the column names of a feed. */
function headerOf(path: string, record: CsvRecord): string[] {
  if ('malformed' in record) {
    throw new FeedError(
      'feed-columns',
      `The first line of ${path} holds no column names. ${record.malformed.message}`,
      {
        value: shortened(record.malformed.text),
      },
    );
  }
  const names = record.cells.map(columnName);
  const missing = ['id', 'image_link'].filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new FeedError(
      'feed-columns',
      `${path} is not a product feed: it has no column ${missing.join(' and none called ')}.`,
      { value: shortened(record.cells.join(', ')), remedy: remedyFor(record.cells) },
    );
  }
  const repeated = names.find(
    (name, at) => isKnownColumn(name) && name !== 'additional_image_link' && names.indexOf(name) !== at,
  );
  if (repeated !== undefined) {
    throw new FeedError('feed-columns', `${path} has the column ${repeated} more than once.`, { value: repeated });
  }
  return names;
}

function remedyFor(cells: string[]): string {
  const [only] = cells;
  const separator = cells.length === 1 ? only?.match(/[\t;|]/)?.[0] : undefined;
  if (separator !== undefined) {
    const name = separator === '\t' ? 'tabs' : `"${separator}"`;
    return `Its columns seem to be separated by ${name}; write commas.`;
  }
  return `The first line must name the columns; known ones are ${KNOWN_COLUMNS.join(', ')}.`;
}

/** Later ones of a repeated column add to additional_image_link, and are ignored elsewhere. */
function cellsByName(names: string[], values: string[]): Map<string, string> {
  const cells = new Map<string, string>();
  names.forEach((name, at) => {
    const value = values[at]?.trim() ?? '';
    if (name === '' || value === '') return;
    const before = cells.get(name);
    if (before === undefined) cells.set(name, value);
    else if (name === 'additional_image_link') cells.set(name, `${before},${value}`);
  });
  return cells;
}

async function* jsonRows(lines: AsyncGenerator<Line>): AsyncGenerator<RawRow> {
  let row = 0;
  for await (const line of lines) {
    if (line !== null && line.trim() === '') continue;
    row += 1;
    if (line === null) {
      const message = `The line has more than ${MAX_RECORD} bytes.`;
      yield { row, malformed: { code: 'row-too-long', message, text: '', id: null } };
      continue;
    }
    const members = parseObject(line);
    if (members === null) {
      const message = 'The line is not one JSON object.';
      yield { row, malformed: { code: 'json-malformed', message, text: line, id: null } };
    } else {
      const entries = Object.entries(members);
      const names = entries.map(([name]) => columnName(name));
      yield {
        row,
        cells: cellsByName(
          names,
          entries.map(([, value]) => cellOf(value)),
        ),
      };
    }
  }
}

function parseObject(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** A JSON value as the cell of a CSV file would hold it. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value.join(',');
  return JSON.stringify(value);
}

function shortened(text: string): string {
  return text.slice(0, 200);
}
