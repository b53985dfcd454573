import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvRecord, readCsvRecords } from './csv-records.js';
import { MAX_RECORD, readLines } from './lines.js';

/** Records of a text that arrives in chunks of `size` bytes. */
async function recordsOf(text: string, size = 7): Promise<CsvRecord[]> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const records: CsvRecord[] = [];
  for await (const record of readCsvRecords(readLines(chunks()))) records.push(record);
  return records;
}

const cells = (records: CsvRecord[]) => records.map((record) => ('cells' in record ? record.cells : null));
const codes = (records: CsvRecord[]) => records.map((record) => ('malformed' in record ? record.malformed.code : null));

describe('readCsvRecords', () => {
  it('reads quotes, quoted line ends, CRLF and a last line without end', async () => {
    expect(cells(await recordsOf('id,title\r\n1,"a ""b"", c"\r\n2,"two\nlines"\r\n\r\n3,é😀'))).toEqual([
      ['id', 'title'],
      ['1', 'a "b", c'],
      ['2', 'two\nlines'],
      ['3', 'é😀'],
    ]);
  });

  it('reads back any cells, however they are cut into chunks', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '😀') });
    const table = fc.array(fc.tuple(cell, cell, fc.constant('end')), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(cells(await recordsOf(`x,y,z\n${text}\n`, size)).slice(1)).toEqual(rows);
      }),
    );
  });

  it.each([',', '\t', ';', '|'] as const)(
    'reads a record between %j as csv-parse does, or gives it up as it does',
    async (separator) => {
      const line = fc.string({ unit: fc.constantFrom('a', '"', separator, ' ', 'é'), minLength: 1, maxLength: 20 });
      await fc.assert(
        fc.asyncProperty(line, async (text) => {
          const isLiteral = separator === '\t' && !text.startsWith('"') && !text.includes('\t"');
          fc.pre(text.trim() !== '' && !isLiteral);
          const lines = readLines(
            (async function* () {
              yield Buffer.from(text);
            })(),
          );
          const records: CsvRecord[] = [];
          for await (const record of readCsvRecords(lines, separator)) records.push(record);
          let expected: string[][] | null;
          try {
            expected = parse(text, { delimiter: separator, relax_column_count: true });
          } catch {
            expected = null;
          }
          expect(cells(records)).toEqual(expected ?? [null]);
        }),
      );
    },
  );

  it('gives up one row where a quote is never closed, and reads on', async () => {
    const records = await recordsOf('id,title\n1,"open\n2,two\n3,"three"\n4,four\n');
    expect(codes(records)).toEqual([null, 'csv-quote-not-closed', null, null, null]);
    expect(cells(records).slice(2)).toEqual([
      ['2', 'two'],
      ['3', 'three'],
      ['4', 'four'],
    ]);
  });

  it('gives up one row where its open quote meets the quote of a later row', async () => {
    const records = await recordsOf('id,title\n1,"open\n2,two\n3,"three\n4,four\n');
    expect(codes(records)).toEqual([null, 'csv-quote-misplaced', null, 'csv-quote-not-closed', null]);
  });

  it('gives up the last row where its quote is never closed', async () => {
    expect(codes(await recordsOf('id,title\n1,one\n2,"open'))).toEqual([null, null, 'csv-quote-not-closed']);
  });

  it('gives up rows with too few or too many cells, but not for empty cells at the end', async () => {
    const records = await recordsOf('id,title\n1\n2,two,more\n3,three,,\n');
    expect(codes(records)).toEqual([null, 'column-count', 'column-count', null]);
    expect(cells(records)[3]).toEqual(['3', 'three']);
  });

  it('gives up a row with a quote inside a plain cell', async () => {
    expect(codes(await recordsOf('id,title\n1,5"x" heel\n2,two\n'))).toEqual([null, 'csv-quote-misplaced', null]);
  });

  it('passes over a line beyond the limit without keeping it', async () => {
    const records = await recordsOf(`id,title\n1,${'x'.repeat(MAX_RECORD)}\n2,two\n`, 65_536);
    expect(codes(records)).toEqual([null, 'row-too-long', null]);
  });

  it('keeps a long quoted cell', async () => {
    const records = await recordsOf(`id,title\n1,"${'long\n'.repeat(200_000)}"\n`, 65_536);
    expect(cells(records)[1]?.[1]).toHaveLength(1_000_000);
  });

  it('loses no line of any text: each record or malformed line is accounted for', async () => {
    const messy = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n'), maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(messy, async (text) => {
        const records = await recordsOf(`a,b\n${text}`);
        const good = records
          .slice(1)
          .flatMap((record) => ('cells' in record ? record.cells : []))
          .join('');
        const bad = records.flatMap((record) => ('malformed' in record ? [record.malformed.text] : [])).join('');
        const count = (where: string) => where.split('a').length - 1;
        expect(count(good) + count(bad)).toBe(count(text));
      }),
    );
  });
});
