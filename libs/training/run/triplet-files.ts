import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { writeDurably } from '#foundation';
import type { TripletLine } from '../offline/mining-record.js';

const COLUMNS = [
  ...['pass', 'attempt', 'step', 'space', 'kind', 'to_positive', 'to_negative'],
  ...['anchor_product', 'positive_product', 'negative_product'],
  ...['anchor_image', 'positive_image', 'negative_image'],
];

/** Which epoch triplets were mined for. */
export interface EpochName {
  pass: 'judge' | 'refit';
  attempt: number;
  /** Steps that were taken. */
  step: number;
}

/**
 * The triplets that a training mines offline, one CSV file for each epoch, in a directory of its own. An epoch that is mined
 * again, because the training was ended and taken up again, gives the same file.
 */
export class TripletFiles {
  constructor(private readonly directory: string) {}

  /** Removes what an earlier training left there. */
  async clear(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  /** On the disk when this resolves. */
  async keep({ pass, attempt, step }: EpochName, lines: readonly TripletLine[]): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const order = `${pass === 'judge' ? 1 : 2}-${pass}-${attempt}-${String(step).padStart(6, '0')}`;
    const text = lines.map((line) => csvLine([pass, attempt, step, ...cellsOf(line)])).join('');
    await writeDurably(join(this.directory, `${order}.csv`), Buffer.from(csvLine(COLUMNS) + text));
  }

  /** All of them as one gzip file of CSV, in the order in which they were mined; null without any. */
  async packed(): Promise<Uint8Array | null> {
    const names = await readdir(this.directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const files = names.filter((name) => name.endsWith('.csv')).sort();
    if (files.length === 0) return null;
    const { directory } = this;
    async function* texts() {
      yield csvLine(COLUMNS);
      for (const name of files) {
        const text = await readFile(join(directory, name), 'utf8');
        yield text.slice(text.indexOf('\n') + 1);
      }
    }
    return buffer(Readable.from(texts(), { objectMode: false }).pipe(createGzip()));
  }
}

function cellsOf({ space, kind, toPositive, toNegative, anchor, positive, negative }: TripletLine) {
  const photos = [anchor, positive, negative];
  return [
    ...[space, kind ?? '', toPositive.toPrecision(6), toNegative.toPrecision(6)],
    ...photos.map(({ productId }) => productId),
    ...photos.map(({ imageId }) => imageId),
  ];
}

/** RFC 4180, but for line feeds alone. */
function csvLine(cells: readonly (string | number)[]): string {
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${cells.map((cell) => quoted(String(cell))).join(',')}\n`;
}
