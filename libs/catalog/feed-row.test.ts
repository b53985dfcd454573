import { describe, expect, it } from 'vitest';
import { parseRow } from './feed-row.js';

const parse = (cells: Record<string, string>) =>
  parseRow(new Map(Object.entries({ id: 'o-1', title: 'Dress', image_link: 'a.jpg', ...cells })));

describe('parseRow', () => {
  it('reads a full row', () => {
    expect(
      parse({
        item_group_id: 'g',
        description: 'Long',
        brand: 'Weft',
        product_type: 'Women > Dresses',
        gender: 'Female',
        color: 'Red',
        size: 'M',
        price: '52.00 USD',
        sale_price: '40.00 USD',
        availability: 'in stock',
        link: 'https://shop.example/1',
        additional_image_link: 'b.jpg, c.jpg,',
        custom_label_0: 'summer',
      }),
    ).toEqual({
      offerId: 'o-1',
      group: 'g',
      title: 'Dress',
      description: 'Long',
      brand: 'Weft',
      category: 'Women > Dresses',
      gender: 'female',
      colour: 'Red',
      pattern: null,
      material: null,
      size: 'M',
      price: 52,
      salePrice: 40,
      currency: 'USD',
      availability: 'in_stock',
      link: 'https://shop.example/1',
      imageLink: 'a.jpg',
      additionalImageLinks: ['b.jpg', 'c.jpg'],
      attributes: { custom_label_0: 'summer' },
    });
  });

  it('needs an id and an image only', () => {
    expect(
      parseRow(
        new Map([
          ['id', '7'],
          ['image_link', 'a.jpg'],
        ]),
      ),
    ).toMatchObject({
      title: '7',
      price: null,
      currency: null,
      availability: 'in_stock',
      gender: null,
      colour: null,
    });
  });

  it.each(['in_stock', 'in stock', 'In-Stock', 'IN STOCK'])('reads availability %j', (availability) => {
    expect(parse({ availability })).toMatchObject({ availability: 'in_stock' });
  });

  it.each([
    ['Male', 'male'],
    ['women', 'female'],
    ['UNISEX', 'unisex'],
  ])('reads gender %j', (gender, expected) => {
    expect(parse({ gender })).toMatchObject({ gender: expected, attributes: {} });
  });

  it('keeps material and pattern among the attributes, too: nothing else does', () => {
    const { attributes } = parse({ material: 'linen', pattern: 'checked' }) as { attributes: object };
    expect(attributes).toEqual({ material: 'linen', pattern: 'checked' });
  });

  it('keeps a gender that it does not know among the attributes', () => {
    expect(parse({ gender: 'kids' })).toMatchObject({ gender: null, attributes: { gender: 'kids' } });
  });

  it.each([
    [{ id: '' }, 'id', 'id-missing'],
    [{ id: 'x'.repeat(201) }, 'id', 'text-too-long'],
    [{ image_link: '' }, 'image_link', 'image-link-missing'],
    [{ price: 'cheap' }, 'price', 'price-invalid'],
    [{ price: '1.234 EUR' }, 'price', 'price-ambiguous'],
    [{ availability: 'maybe' }, 'availability', 'availability-unknown'],
    [{ link: 'javascript:alert(1)' }, 'link', 'link-invalid'],
    [{ price: '5.00 USD', sale_price: '4.00 EUR' }, 'sale_price', 'currency-mismatch'],
    [{ price: '5.00 USD', sale_price: '6.00 USD' }, 'sale_price', 'sale-price-above-price'],
    [{ title: 'a\0b' }, 'title', 'text-unstorable'],
    [{ id: 'a\tb' }, 'id', 'id-control-character'],
    [{ item_group_id: 'a\nb' }, 'item_group_id', 'id-control-character'],
    [{ custom: 'a\ud800b' }, 'custom', 'text-unstorable'],
    [{ description: 'x'.repeat(1_000_000) }, 'description', 'text-too-long'],
  ])('keeps out %o', (cells, field, code) => {
    const present = Object.entries({ id: 'o-1', image_link: 'a.jpg', ...cells }).filter(([, value]) => value !== '');
    const problem = parseRow(new Map(present));
    expect(problem).toMatchObject({ field, code });
    expect(problem).toHaveProperty('message', expect.stringMatching(/^[A-Z].*\.$/));
  });

  it('holds attributes that are called like members of every object', () => {
    const row = parse({ constructor: '2', ['__proto__']: '3' });
    expect(Object.entries('attributes' in row ? row.attributes : {})).toEqual([
      ['constructor', '2'],
      ['__proto__', '3'],
    ]);
  });
});
