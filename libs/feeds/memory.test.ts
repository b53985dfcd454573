import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Feed } from './feed.js';

const ROWS = 100_000;
/** Were 100 bytes of a row kept, the rows between the looks would take 8 MB; the runtime itself moves by 1 or so. */
const MOST_GROWTH = 4_000_000;

const WRITERS: Record<string, { start: string; row: (at: number, text: string) => string; end: string }> = {
  CSV: { start: 'id,image_link,title\n', row: (at, text) => `${at},a.jpg,"${text}, long"\n`, end: '' },
  TSV: { start: 'id\timage_link\ttitle\n', row: (at, text) => `${at}\ta.jpg\t${text}\n`, end: '' },
  'JSON Lines': { start: '', row: (at, id) => `{"id":"${at}","image_link":"a.jpg","title":"${id}"}\n`, end: '' },
  XML: { start: '<rss>', row: (at, text) => `<item><id>${at}</id><title>${text}</title></item>\n`, end: '</rss>' },
  Shopify: {
    start: 'Handle,Title,Option1 Name,Option1 Value,Variant Price,Image Src\n',
    row: (at, text) => `h${at},${text},Size,S,5,https://e/a.jpg\n`,
    end: '',
  },
};

describe('the memory that reading takes', () => {
  let directory: string;
  let collect: () => void;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-memory-'));
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };

  it.each(Object.entries(WRITERS))('does not grow with the rows of %s', async (_, { start, row, end }) => {
    const path = join(directory, 'feed');
    const file = createWriteStream(path);
    file.write(start);
    for (let at = 0; at < ROWS; at += 1) file.write(row(at, `${'soft '.repeat(30)}${at}`));
    file.end(end);
    await once(file, 'close');
    const feed = await Feed.open(path);
    // The least of several looks: some of them fall on a moment when the runtime itself holds more.
    const looks: [early: number[], late: number[]] = [[], []];
    for await (const { row: at } of feed.rows()) {
      if (at % 500 !== 0 || (at > ROWS / 5 && at < ROWS - 2_500)) continue;
      if (at >= ROWS / 5 - 2_500) looks[at > ROWS / 5 ? 1 : 0].push(used());
    }
    await feed.close();
    const [early, late] = looks;
    expect([early.length, late.length]).toEqual([6, 6]);
    expect(Math.min(...late) - Math.min(...early)).toBeLessThan(MOST_GROWTH);
  });
});
