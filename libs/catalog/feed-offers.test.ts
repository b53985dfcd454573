import { appendFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FeedItem, readFeed } from './feed-offers.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weft-feed-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let files = 0;
async function feedOf(content: string | Uint8Array, name = `feed-${(files += 1)}.csv`): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

async function read(path: string, root: string | null = null): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  for await (const item of readFeed(path, { root })) items.push(item);
  return items;
}

const summary = (items: FeedItem[]) =>
  items.map((item) => {
    if ('aside' in item) return item.aside;
    if ('offer' in item) return `${item.offer.row} ${item.offer.offerId}`;
    return `${item.quarantine.row} ${item.quarantine.code}`;
  });

describe('readFeed', () => {
  it('numbers every data row and gives each once, valid or with a reason', async () => {
    const feed = await feedOf(
      [
        'ID,Title,g:Image Link,price',
        '1,One,a.jpg,5.00 USD',
        '2,Two,b.jpg,cheap',
        '',
        '1,Again,c.jpg,5.00 USD',
        '4,Four',
        '5,"Five',
        '6,Six,f.jpg,5.00 USD',
      ].join('\r\n'),
    );
    const items = await read(feed);
    expect(summary(items)).toEqual([
      '1 1',
      '2 price-invalid',
      '3 duplicate-id',
      '4 column-count',
      '5 csv-quote-not-closed',
      '6 6',
    ]);
    expect(items[1]).toEqual({
      quarantine: {
        row: 2,
        offerId: '2',
        field: 'price',
        value: 'cheap',
        code: 'price-invalid',
        message: 'The price "cheap" is not an amount such as "52.00 USD".',
      },
      isIdLost: false,
    });
  });

  it('reads the id of a damaged row where it stands before the damage', async () => {
    const rows = ['1,One,a.jpg,more', '2', '"3","Three, c.jpg', '4"x",Four,d.jpg', ',,,,'];
    const idsOf = async (header: string) =>
      (await read(await feedOf(`${header}\n${rows.join('\n')}\n`))).map((item) =>
        'quarantine' in item ? `${item.quarantine.offerId} ${item.isIdLost ? 'lost' : 'known'}` : null,
      );
    expect(await idsOf('id,title,image_link')).toEqual(['1 known', '2 known', '3 known', 'null lost', 'null known']);
    expect(await idsOf('title,id,image_link')).toEqual([...Array<string>(4).fill('null lost'), 'null known']);
    const lines = await feedOf('{"id": "1", "image_link": \n');
    expect(await read(lines)).toMatchObject([
      { quarantine: { code: 'json-malformed', offerId: null }, isIdLost: true },
    ]);
  });

  it('counts each row once whatever the rows hold', async () => {
    const cell = fc.oneof(
      fc.constantFrom('1', '2', 'a.jpg', '5.00 USD', 'in stock', '"', '""', '"x', '\0', '', ','),
      fc.string({ maxLength: 8 }),
    );
    const text = fc
      .array(fc.array(cell, { maxLength: 5 }).map((cells) => cells.join(',')))
      .map((rows) => rows.join('\n'));
    await fc.assert(
      fc.asyncProperty(text, async (rows) => {
        const items = await read(await feedOf(`id,image_link,price,availability\n${rows}\n`, 'any.csv'));
        const numbers = items.map((item) =>
          'offer' in item ? item.offer.row : 'quarantine' in item ? item.quarantine.row : null,
        );
        expect(numbers).toEqual(items.map((_, at) => at + 1));
        const ids = items.flatMap((item) => ('offer' in item ? [item.offer.offerId] : []));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('reads JSON Lines with numbers, nulls and lists', async () => {
    const feed = await feedOf(
      [
        '{"id": 1, "title": "One", "image_link": "a.jpg", "additional_image_link": ["b.jpg", "c.jpg"], "size": null}',
        '{"id": "2", "image_link": ',
        '[1]',
        '{"id": "3", "g:image_link": "c.jpg", "in_season": true}',
      ].join('\n'),
    );
    const items = await read(feed);
    expect(summary(items)).toEqual(['1 1', '2 json-malformed', '3 json-malformed', '4 3']);
    expect(items[0]).toMatchObject({ offer: { size: null, additionalImageLinks: ['b.jpg', 'c.jpg'] } });
    expect(items[3]).toMatchObject({ offer: { attributes: { in_season: 'true' } } });
  });

  it('resolves images against the directory of the feed and names each once', async () => {
    const feed = await feedOf(
      'id,image_link,additional_image_link\n1,x/../a.jpg,"a.jpg,/b.jpg,file:///c%20d.jpg,http://e/f.jpg"\n',
    );
    const [item] = await read(feed);
    expect(item).toMatchObject({
      offer: {
        images: [
          { field: 'image_link', source: join(directory, 'a.jpg'), rejection: null },
          { source: '/b.jpg', rejection: null },
          { source: '/c d.jpg', rejection: null },
          { source: 'http://e/f.jpg', rejection: null },
        ],
      },
    });
  });

  it('keeps a group apart whose name looks like the product of another', async () => {
    const feed = await feedOf('id,item_group_id,color,image_link\n1,a,red,a.jpg\n2,a--red,,b.jpg\n');
    expect(summary(await read(feed))).toEqual(['1 1', '2 product-id-taken']);
  });

  it('keeps out a product id that grows beyond what can be stored', async () => {
    const feed = await feedOf(`id,item_group_id,color,image_link\n1,a,${'\ufdfa'.repeat(100)},a.jpg\n`);
    expect(summary(await read(feed))).toEqual(['1 text-too-long']);
  });

  it('joins repeated columns of further images', async () => {
    const feed = await feedOf('id,image_link,additional_image_link,additional_image_link\n1,a.jpg,b.jpg,c.jpg\n');
    expect((await read(feed))[0]).toMatchObject({ offer: { additionalImageLinks: ['b.jpg', 'c.jpg'] } });
  });

  it('reads a feed with 5,000 columns and a cell of a megabyte', async () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `column_${at}`);
    const long = 'x'.repeat(1_000_000);
    const feed = await feedOf(`id,image_link,${names.join(',')}\n1,a.jpg,${long}${','.repeat(4_999)}\n`);
    const [item] = await read(feed);
    expect(item).toMatchObject({ offer: { attributes: { column_0: long } } });
  });

  it('cuts and cleans what it quarantines, so that it can be stored', async () => {
    const feed = await feedOf(`id,image_link,price\n"1\0${'😀'.repeat(300)}",a.jpg,5\n`);
    const [item] = await read(feed);
    expect(item).toMatchObject({ quarantine: { code: 'text-unstorable' } });
    const { value } = item !== undefined && 'quarantine' in item ? item.quarantine : { value: '' };
    expect(Array.from(value)).toHaveLength(200);
    expect(value).not.toMatch(/[\0\p{Surrogate}]/u);
  });

  it.each([
    ['an empty file', '', 'feed-empty', 'is empty'],
    ['white space', '\n  \n', 'feed-empty', 'is empty'],
    ['a photo', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]), 'feed-encoding', 'no text'],
    ['zero bytes', new Uint8Array(100), 'feed-encoding', 'no text'],
    ['UTF-16 without a mark', Buffer.from('id,image_link\n', 'utf16le'), 'feed-encoding', 'UTF-16'],
    [
      'a header in Latin-1',
      Buffer.from('id,image_link,gr\xf6\xdfe\n1,a.jpg,M\n', 'latin1'),
      'feed-encoding',
      'no text',
    ],
    ['damaged gzip', Uint8Array.from([0x1f, 0x8b, 8, 0, 1, 2]), 'feed-unreadable', 'unpacked'],
    ['an unknown encoding', '<?xml version="1.0" encoding="klingon"?><rss/>', 'feed-encoding', 'does not know'],
    ['a spreadsheet', Uint8Array.from([0x50, 0x4b, 3, 4]), 'feed-binary', 'spreadsheet'],
    ['XML that is cut off', '<?xml version="1.0"?><rss><item><id>1</id>', 'feed-xml', 'ends before'],
    ['a JSON array', '[{"id": 1}]', 'feed-format', 'JSON array'],
    ['a table of something else', 'name,value\n1,2\n', 'feed-columns', 'no column id and none called image_link'],
    ['a repeated column', 'id,image_link,price,price\n', 'feed-columns', 'price more than once'],
    ['an open quote in the header', 'id,"image_link\n1,a.jpg\n', 'feed-columns', 'never closed'],
    ['carriage returns alone', 'id,image_link\r1,a.jpg\r', 'feed-line-ends', 'carriage return'],
  ])('refuses %s with a reason', async (_, content, code, words) => {
    const feed = await feedOf(content);
    await expect(read(feed)).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
  });

  it('refuses what is no file, and what is not there', async () => {
    await expect(read(directory)).rejects.toMatchObject({ code: 'feed-not-a-file' });
    await expect(read('/dev/null')).rejects.toMatchObject({ code: 'feed-not-a-file' });
    await expect(read(join(directory, 'none.csv'))).rejects.toMatchObject({ code: 'feed-missing' });
  });

  it('refuses a feed outside the root, also behind a link', async () => {
    const feed = await feedOf('id,image_link\n1,a.jpg\n', 'secret.csv');
    const root = join(directory, 'root');
    await mkdir(root);
    await symlink(feed, join(root, 'link.csv'));
    for (const path of [feed, join(root, '..', 'secret.csv'), join(root, 'link.csv')]) {
      await expect(read(path, root)).rejects.toMatchObject({ code: 'feed-outside-root' });
    }
  });

  it('fails when the feed grows while it is read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => `${at},image-${at}.jpg`).join('\n');
    const feed = await feedOf(`id,image_link\n${rows}\n`);
    const items = readFeed(feed);
    await items.next();
    await appendFile(feed, 'new,new.jpg\n');
    await expect(
      (async () => {
        for await (const item of items) void item;
      })(),
    ).rejects.toMatchObject({ code: 'feed-changed' });
  });

  it('tells how far it has come, up to the end', async () => {
    const feed = await feedOf('id,image_link\n1,a.jpg\n');
    const shares: number[] = [];
    for await (const item of readFeed(feed, { onProgress: (share) => shares.push(share) })) void item;
    expect(shares.at(-1)).toBe(1);
  });
});
