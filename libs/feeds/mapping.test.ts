import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { briefly, rawRows } from '../../test/support/raw-rows.js';
import { parseMapping } from './mapping.js';

const mapping = parseMapping(
  JSON.stringify({
    columns: {
      Artikelnummer: 'id',
      Modell: 'item_group_id',
      Farbe: 'color',
      Bilder: 'image_link',
      'Bild 2': 'additional_image_link',
      Lager: 'availability',
    },
    constants: { brand: 'Muster', gender: 'female' },
    values: { availability: { Lieferbar: 'in_stock' } },
    columnSeparator: '|',
    imageSeparator: ';',
  }),
  'mapping.json',
);

describe('a mapping', () => {
  it('gives foreign columns and words a meaning', async () => {
    const rows = await rawRows(
      'Artikelnummer|id|Modell|Farbe|Bilder|Bild 2|Lager|Brand\n7|x|m|rot|a.jpg;b.jpg|c.jpg|lieferbar|\n8||m|rot|d.jpg||2|Eigen\n',
      { mapping },
    );
    expect(briefly(rows)).toEqual([
      {
        id: '7',
        item_group_id: 'm',
        color: 'rot',
        image_link: 'a.jpg',
        additional_image_link: 'b.jpg\nc.jpg\n',
        availability: 'in_stock',
        brand: 'Muster',
        gender: 'female',
      },
      {
        id: '8',
        item_group_id: 'm',
        color: 'rot',
        image_link: 'd.jpg',
        availability: '2',
        brand: 'Eigen',
        gender: 'female',
      },
    ]);
  });

  it('is as the documentation shows', async () => {
    const text = await readFile(new URL('../../docs/feeds.md', import.meta.url), 'utf8');
    const [, feed = '', json = ''] = /^```\n(Artikelnr[^`]*)```[^`]*^```json\n([^`]*)```/ms.exec(text) ?? [];
    const documented = parseMapping(json, 'docs/feeds.md');
    expect(briefly(await rawRows(feed, { mapping: documented }))).toMatchObject([
      {
        id: '4711-S',
        item_group_id: '4711',
        title: 'Wickelkleid',
        size: 'S',
        price: '1.052,00',
        availability: 'in_stock',
      },
    ]);
    expect(documented).toMatchObject({ currency: 'EUR', decimal: ',' });
  });

  it('does not replace the columns that a feed must have', async () => {
    await expect(rawRows('Nummer|Farbe\n1|rot\n', { mapping })).rejects.toMatchObject({
      code: 'feed-columns',
      message: expect.stringContaining('no column id and none called image_link') as string,
    });
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'the file'],
    ['{"colums": {}}', 'colums'],
    ['{"columns": {"a": "colour"}}', 'columns.a'],
    ['{"constants": {"farbe": "rot"}}', 'constants'],
    ['{"values": {"color": {"a": 1}}}', 'values.color.a'],
    ['{"currency": "euro"}', 'currency'],
    ['{"decimal": ";"}', 'decimal'],
  ])('is refused with its fault named: %s', (json, words) => {
    expect(() => parseMapping(json, 'm.json')).toThrow(
      expect.objectContaining({ code: 'mapping-invalid', message: expect.stringContaining(words) as string }) as Error,
    );
  });
});
