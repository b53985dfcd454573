import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CatalogComparer, dryRun } from '#catalog';
import { Random } from '#foundation';

/**
 * Writes feeds of a size and dry-runs each in a process of its own, against an empty catalogue: rows a second, and the
 * most memory that the process ever held.
 *
 *   npm run bench:feeds -- [GB, default 2] [csv,tsv,xml,jsonl]
 */
const FORMATS = ['csv', 'tsv', 'xml', 'jsonl'] as const;
type Format = (typeof FORMATS)[number];
const HEADER = 'id item_group_id title description brand product_type color size price availability image_link'.split(
  ' ',
);
const WORDS = 'soft light wide long wool linen silk cut waist hem sleeve collar button pocket lined woven'.split(' ');
const COLOURS = ['red', 'navy', 'black', 'sand', 'olive', 'white'];

function cellsOf(row: number, random: Random): string[] {
  const style = Math.floor(row / 8);
  const words = Array.from({ length: 40 }, () => WORDS[random.int(WORDS.length)]).join(' ');
  const colour = COLOURS[Math.floor(row / 4) % COLOURS.length] ?? '';
  return [
    ...[
      `sku-${row}`,
      `style-${style}`,
      `Dress "no. ${style}", ${colour}`,
      words,
      'Weft & Co',
      'Women > Dresses',
      colour,
    ],
    ...[
      'SMLX'[row % 4] ?? '',
      `${20 + (row % 80)}.00 EUR`,
      'in stock',
      `https://photos.example/${Math.floor(row / 4)}.jpg`,
    ],
  ];
}

const WRITERS: Record<Format, { start: string; row: (cells: string[]) => string; end: string }> = {
  csv: {
    start: `${HEADER.join(',')}\n`,
    row: (cells) =>
      `${cells.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`,
    end: '',
  },
  tsv: { start: `${HEADER.join('\t')}\n`, row: (cells) => `${cells.join('\t')}\n`, end: '' },
  xml: {
    start: '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>\n',
    row: (cells) => {
      const text = (cell: string) => cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      return `<item>${cells.map((cell, at) => `<g:${HEADER[at]}>${text(cell)}</g:${HEADER[at]}>`).join('')}</item>\n`;
    },
    end: '</channel></rss>\n',
  },
  jsonl: {
    start: '',
    row: (cells) => `${JSON.stringify(Object.fromEntries(cells.map((cell, at) => [HEADER[at], cell])))}\n`,
    end: '',
  },
};

async function write(path: string, format: Format, bytes: number): Promise<void> {
  const { start, row, end } = WRITERS[format];
  const random = new Random(1);
  const file = createWriteStream(path, { highWaterMark: 1 << 20 });
  let written = start.length;
  file.write(start);
  for (let count = 0; written < bytes;) {
    const lines: string[] = [];
    for (let at = 0; at < 2_000; at += 1) lines.push(row(cellsOf(count++, random)));
    const text = lines.join('');
    written += text.length;
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end(end);
  await once(file, 'close');
}

/** The catalogue of a shop that has imported nothing. */
const EMPTY: CatalogComparer & { knownSources: () => Promise<Map<string, never>> } = {
  activeOffers: async () => 0,
  activeAmong: async () => [],
  knownSources: async () => new Map<string, never>(),
  compare: async (offers, products) => ({
    offers: new Map(offers.map(({ offerId }) => [offerId, 'new'])),
    products: new Map(products.map(({ productId }) => [productId, 'new'])),
  }),
};

async function measure(path: string): Promise<void> {
  const { kind, rows, products, seconds } = await dryRun(EMPTY, { feed: path, root: null }, () => undefined);
  const { size } = await stat(path);
  const peak = process.resourceUsage().maxRSS / 1024;
  const rate = Math.round(rows.read / seconds);
  process.stdout.write(
    `${kind}: ${(size / 1e9).toFixed(2)} GB, ${rows.read} rows (${rows.quarantined} quarantined), ${products.new} products, ` +
      `${seconds.toFixed(0)} s, ${rate} rows/s, peak RSS ${peak.toFixed(0)} MiB\n`,
  );
}

const [first = '2', chosen = FORMATS.join(',')] = process.argv.slice(2);
if (first === '--measure') await measure(chosen);
else {
  const directory = await mkdtemp(join(tmpdir(), 'weft-bench-feeds-'));
  try {
    for (const format of FORMATS.filter((name) => chosen.split(',').includes(name))) {
      const path = join(directory, `feed.${format}`);
      await write(path, format, Number(first) * 1e9);
      const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--measure', path], { stdio: 'inherit' });
      await once(child, 'close');
      await rm(path);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
