import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dryRun, type FeedAtHand, readFeed, readingOf, withFeed } from '#catalog';
import { AddressRules, Fetcher } from '#fetching';
import { JOB_INPUTS } from '#jobs';
import { type Database, migrate, openDatabase } from '#persistence';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, newImport, offerOf, productOf } from '../support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const FEED = 'id,item_group_id,image_link,price\n1,a,photos/1.jpg,5.00 EUR\n2,b,/etc/passwd,5.00 EUR\n';

let place: TestDatabase;
let database: Database;
let directory: string;
beforeEach(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  directory = await mkdtemp(join(tmpdir(), 'weft-sources-'));
});
afterEach(async () => {
  await database.close();
  await place.drop();
  await rm(directory, { recursive: true, force: true });
});

describe('a feed at an address', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let fetcher: Fetcher;
  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    url = `http://127.0.0.1:${port}/shop/feed.csv`;
    fetcher = new Fetcher(new AddressRules([`127.0.0.1:${port}`]));
  });
  afterEach(async () => {
    await fetcher.close();
    server.close();
  });

  /** Asks for the feed as an import does, and remembers it. null: it is the one that is known. */
  async function ask(more: object = {}): Promise<string[] | null> {
    const request = JOB_INPUTS.import.parse({ feed: url, ...more });
    const known = await database.catalog.importedFeed();
    const signal = new AbortController().signal;
    return withFeed(request, { fetcher, directory, known, signal }, async ({ path, root, download }: FeedAtHand) => {
      const sources: string[] = [];
      const { mapping, format, encoding } = request;
      for await (const item of readFeed(path, { root, mapping, format, encoding, address: download!.address })) {
        if ('offer' in item) sources.push(...item.offer.images.map(({ source }) => source));
      }
      const { etag, lastModified, content } = download!;
      await database.catalog.rememberFeed({
        importId: newImport(),
        reading: readingOf(request),
        etag,
        lastModified,
        content,
      });
      return sources;
    });
  }

  it('names no file of this machine, and leaves none behind', async () => {
    answer = (_request, response) => response.end(FEED);
    expect(await ask()).toEqual([new URL('photos/1.jpg', url).href, new URL('/etc/passwd', url).href]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('costs nothing while its ETag or its time stays, and is read again when it changes', async () => {
    let etag = '"one"';
    const asked: (string | undefined)[] = [];
    answer = (request, response) => {
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.setHeader('etag', etag).end(FEED);
    };
    expect(await ask()).toHaveLength(2);
    expect(await ask()).toBeNull();
    etag = '"two"';
    // The bytes are those of before: that is known by their hash.
    expect(await ask()).toBeNull();
    answer = (request, response) => response.setHeader('etag', etag).end(`${FEED}3,c,c.jpg,1.00 EUR\n`);
    expect(await ask()).toHaveLength(3);
    expect(asked).toEqual([undefined, '"one"', '"one"']);
  });

  it('is read again when it is to be read in another way, or when another import came between', async () => {
    answer = (_request, response) => response.setHeader('last-modified', 'Tue, 24 Nov 2026 08:00:00 GMT').end(FEED);
    await ask();
    expect(await ask()).toBeNull();
    expect(await ask({ mapping: { currency: 'EUR' } })).toHaveLength(2);
    await database.catalog.beginImport(newImport());
    expect(await database.catalog.importedFeed()).toBeNull();
    expect(await ask()).toHaveLength(2);
  });

  it('comes packed, as content encoding and as file', async () => {
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(FEED));
    expect(await ask()).toHaveLength(2);
    answer = (_request, response) => response.end(gzipSync(`${FEED}3,c,c.jpg,1.00 EUR\n`));
    expect(await ask()).toHaveLength(3);
  });

  it('leaves nothing behind when it fails', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    await expect(ask()).rejects.toMatchObject({ code: 'fetch-not-found' });
    answer = (_request, response) => response.end('name\nx\n');
    await expect(ask()).rejects.toMatchObject({ code: 'feed-columns' });
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('a dry run', () => {
  it('says what an import would do, and changes nothing', async () => {
    const { catalog } = database;
    const id = newImport();
    const fields = { size: null, price: 5, currency: 'EUR' };
    await catalog.saveBatch(
      id,
      batchOf(
        ['same', 'dearer', 'bad', 'gone', 'sold'].map((name) => productOf(name, name, [name])),
        ['same', 'dearer', 'bad', 'gone', 'sold'].map((name) => offerOf(`${name}-1`, name, fields)),
      ),
    );
    await catalog.finishImport(id);
    const before = await snapshot();
    await writeFile(join(directory, 'here.jpg'), 'x');
    const feed = join(directory, 'feed.csv');
    await writeFile(
      feed,
      [
        'id,item_group_id,title,image_link,price,availability,odd',
        'same-1,same,same,here.jpg,5.00 EUR,,',
        'dearer-1,dearer,dearer,here.jpg,6.00 EUR,,',
        'bad-1,bad,bad,here.jpg,cheap,,',
        'sold-1,sold,sold,here.jpg,5.00 EUR,discontinued,',
        'new-1,new,New,gone.jpg,5.00 EUR,,x',
        'new-2,new,New,here.jpg,5.00 USD,,',
      ].join('\n'),
    );
    const reportOf = () => dryRun(catalog, { feed, root: null }, () => undefined);
    const report = await reportOf();
    expect(report).toMatchObject({
      kind: 'Google Merchant CSV',
      rows: { read: 6, accepted: 4, quarantined: 2 },
      rowsUnlisted: 1,
      offers: { new: 1, changed: 1, unchanged: 1, deactivated: 2 },
      products: { new: 1, changed: 0, unchanged: 2 },
      styles: 3,
      photos: { named: 2, known: 0, missing: 1 },
      columns: { attributes: ['odd'], ignored: [] },
    });
    expect(report.reasons.map(({ code, rows, examples }) => [code, rows, examples[0]?.offerId])).toEqual([
      ['price-invalid', 1, 'bad-1'],
      ['currency-mixed', 1, 'new-2'],
    ]);
    expect(await snapshot()).toEqual(before);
    // An import refuses these rather than deactivating everything; so does its dry run.
    await writeFile(feed, 'id,image_link\n');
    await expect(reportOf()).rejects.toMatchObject({ code: 'feed-empty' });
    await writeFile(feed, 'id,image_link,price\n1,here.jpg,cheap\n');
    await expect(reportOf()).rejects.toMatchObject({ code: 'feed-no-usable-row', value: { 'price-invalid': 1 } });
  });

  const snapshot = async () => ({
    active: await database.catalog.activeOffers(),
    quarantine: await database.catalog.quarantine(newImport(), 10),
  });
});
