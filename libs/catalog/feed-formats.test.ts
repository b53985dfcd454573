import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { feedMapping } from '#feeds';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHOP, type ShopOffer, WRITTEN_FORMATS } from '../../test/support/feed-formats.js';
import { type FeedItem, type FeedOffer, type FeedReadingOptions, readFeed } from './feed-offers.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-formats-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const EUROS = feedMapping.parse({ currency: 'EUR' });

async function read(content: string | Uint8Array, options: FeedReadingOptions = {}) {
  const path = join(directory, 'feed');
  await writeFile(path, content);
  const items: FeedItem[] = [];
  let kind = '';
  const all = readFeed(path, { mapping: EUROS, onEnd: (found) => (kind = found), ...options });
  for await (const item of all) items.push(item);
  return { items, kind };
}

const offersOf = (items: FeedItem[]) => items.flatMap((item) => ('offer' in item ? [item.offer] : []));
const codesOf = (items: FeedItem[]) => items.flatMap((item) => ('quarantine' in item ? [item.quarantine.code] : []));

/** What a shopper could tell of an offer; a description may be HTML or plain. */
const facts = (offer: FeedOffer) => ({
  ...offer,
  ...{ row: 0, description: '', attributes: {} },
  images: offer.images.map(({ source }) => source),
});
const byId = (offers: FeedOffer[]) => offers.map(facts).sort((one, other) => (one.offerId < other.offerId ? -1 : 1));

describe('every format', () => {
  it('gives the same products of the same shop', async () => {
    const [first, ...others] = WRITTEN_FORMATS;
    const expected = byId(offersOf((await read(first!.write(SHOP))).items));
    expect(
      expected.map(({ offerId, productId, price, salePrice, availability }) => [
        offerId,
        productId,
        price,
        salePrice,
        availability,
      ]),
    ).toEqual([
      ['tee-1', 'tee--black', 1200, null, 'in_stock'],
      ['wd-Nav-M', 'wrap-dress--navy-white', 52, 40.5, 'out_of_stock'],
      ['wd-Nav-S', 'wrap-dress--navy-white', 52, null, 'in_stock'],
      ['wd-Red-M', 'wrap-dress--red', 52, 40.5, 'out_of_stock'],
      ['wd-Red-S', 'wrap-dress--red', 52, null, 'in_stock'],
    ]);
    for (const { name, write } of others)
      expect([name, byId(offersOf((await read(write(SHOP))).items))]).toEqual([name, expected]);
  });
});

describe.each(WRITTEN_FORMATS)('$name', ({ format, kind, records, write }) => {
  it('is recognised by its content, and read so when it is named', async () => {
    const recognised = await read(write(SHOP));
    expect(recognised.kind).toBe(kind);
    expect(recognised.items).toHaveLength(records(SHOP));
    expect((await read(write(SHOP), { format })).items).toEqual(recognised.items);
  });

  it.each([
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['gzip', (text: string) => gzipSync(text)],
    ['CRLF', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
  ])('is the same with %s', async (_, written) => {
    expect((await read(written(write(SHOP)))).items).toEqual((await read(write(SHOP))).items);
  });

  it('is the same in Windows-1252 when that is named', async () => {
    const { items } = await read(Buffer.from(write(SHOP), 'latin1'), { encoding: 'windows-1252' });
    expect(items).toEqual((await read(write(SHOP))).items);
  });

  it('counts every record once, whatever was done to the bytes', async () => {
    const bytes = Buffer.from(write(SHOP));
    const start = bytes.indexOf('\n') + 1;
    const damage = fc.record({
      at: fc.integer({ min: start, max: bytes.length - 1 }),
      cut: fc.integer({ min: 0, max: 30 }),
      put: fc.oneof(
        fc.constantFrom('"', ',', '\n', '<', '&', ']]>', '</item>', '{', '\0', '\xff'),
        fc.string({ maxLength: 5 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        const damaged = damages.reduce(
          (text, { at, cut, put }) =>
            Buffer.concat([text.subarray(0, at), Buffer.from(put, 'latin1'), text.subarray(at + cut)]),
          bytes,
        );
        const outcome = await read(damaged).catch((error: unknown) => error);
        // XML that ends too early is no feed; nothing else gives up the whole.
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ code: 'feed-xml' });
          return;
        }
        const { items } = outcome as { items: FeedItem[] };
        const rows = items.flatMap((item) =>
          'offer' in item ? [item.offer.row] : 'quarantine' in item ? [item.quarantine.row] : [],
        );
        expect(new Set(rows).size).toBe(rows.length);
        expect(Math.max(0, ...rows)).toBeLessThanOrEqual(items.length);
        const ids = offersOf(items).map(({ offerId }) => offerId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what is whole when one record is damaged', async () => {
    const shop: ShopOffer[] = Array.from({ length: 20 }, (_, at) => ({ ...SHOP[4]!, sku: `s${at}`, style: `g${at}` }));
    const text = write(shop);
    const broken =
      format === 'jsonl'
        ? text.replace('"s7"', '"s7')
        : format === 'xml'
          ? text.replace('s7</g:id>', 's7</g:ix>')
          : text.replace('s7', 's"7');
    const { items } = await read(broken);
    expect(items).toHaveLength(records(shop));
    // A quote inside a cell means nothing to a TSV.
    if (format === 'tsv') {
      expect(codesOf(items)).toEqual([]);
      return;
    }
    expect(offersOf(items)).toHaveLength(19);
  });
});
