import { type Line, MAX_RECORD } from './lines.js';

/** One record of a CSV file, or why there is none: `text` is the line that was given up. */
export type CsvRecord = { cells: string[] } | { malformed: { code: string; message: string; text: string } };

/** What may stand between two cells. */
export const SEPARATORS = [',', '\t', ';', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/**
 * Groups lines into CSV records (RFC 4180). The first record, the header, fixes the number of columns; empty cells
 * beyond it are ignored. Empty lines are no records.
 *
 * A record is complete where its quotes pair up. When what was gathered that way is not well formed, only its first line
 * is given up and the lines after it are looked at anew: a forgotten quote costs one row, not the rest of the feed.
 *
 * Where tabs separate, a quote counts only at the start of a cell: what Google calls a text feed writes `5" heel` as it is.
 */
export async function* readCsvRecords(
  lines: AsyncIterator<Line>,
  separator: Separator = ',',
): AsyncGenerator<CsvRecord> {
  const putBack: Line[] = [];
  const next = async (): Promise<Line | undefined> => {
    if (putBack.length > 0) return putBack.pop();
    const step = await lines.next();
    return step.done === true ? undefined : step.value;
  };

  let columns: number | null = null;
  for (let first = await next(); first !== undefined; first = await next()) {
    if (first === null) {
      yield { malformed: { code: 'row-too-long', message: `A row has more than ${MAX_RECORD} bytes.`, text: '' } };
      continue;
    }
    if (first.trim() === '') continue;
    if (isPlain(first, separator)) {
      const record = counted(first.replace(/\r$/, '').split(separator), columns);
      if (Array.isArray(record)) columns ??= record.length;
      yield Array.isArray(record) ? { cells: record } : { malformed: { ...record, text: first } };
      continue;
    }
    const gathered: string[] = [first];
    let length = first.length;
    let isOpen = hasOddQuotes(first);
    while (isOpen && length <= MAX_RECORD) {
      const line = await next();
      if (line === undefined) break;
      if (line === null) {
        putBack.push(null);
        break;
      }
      gathered.push(line);
      length += line.length + 1;
      if (hasOddQuotes(line)) isOpen = false;
    }
    const record: string[] | Malformed = isOpen
      ? { code: 'csv-quote-not-closed', message: 'A quote is opened and never closed.' }
      : parseRecord(gathered.join('\n'), separator, columns);
    if (Array.isArray(record)) {
      columns ??= record.length;
      yield { cells: record };
    } else {
      for (const line of gathered.slice(1).reverse()) putBack.push(line);
      yield { malformed: { ...record, text: first } };
    }
  }
}

/** True for a line that is one record whatever follows, because none of its cells is quoted. */
function isPlain(line: string, separator: Separator): boolean {
  if (!line.includes('"')) return true;
  return separator === '\t' && !line.startsWith('"') && !line.includes('\t"');
}

function hasOddQuotes(line: string): boolean {
  let isOdd = false;
  for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}

interface Malformed {
  code: string;
  message: string;
}

function parseRecord(text: string, separator: Separator, columns: number | null): string[] | Malformed {
  const cells = cellsOf(text.replace(/\r$/, ''), separator);
  if (cells === null) {
    return { code: 'csv-quote-misplaced', message: 'A quote stands inside a cell; write it twice, in a quoted cell.' };
  }
  return counted(cells, columns);
}

/** The cells of one record, whose quotes pair up; null where a quote stands where none may. */
function cellsOf(text: string, separator: Separator): string[] | null {
  const cells: string[] = [];
  for (let start = 0; ;) {
    let end = text.indexOf(separator, start);
    if (end === -1) end = text.length;
    if (text[start] === '"') {
      let close = text.indexOf('"', start + 1);
      while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
      end = close + 1;
      if (close === -1 || (end < text.length && text[end] !== separator)) return null;
      cells.push(text.slice(start + 1, close).replaceAll('""', '"'));
    } else {
      const cell = text.slice(start, end);
      if (cell.includes('"')) return null;
      cells.push(cell);
    }
    if (end === text.length) return cells;
    start = end + 1;
  }
}

function counted(cells: string[], columns: number | null): string[] | Malformed {
  if (columns === null || cells.length === columns) return cells;
  if (cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === ''))
    return cells.slice(0, columns);
  return {
    code: 'column-count',
    message: `The row has ${cells.length} cells, but the header has ${columns} columns.`,
  };
}
