import { describe, expect, it } from 'vitest';
import { briefly, rawRows } from '../../../test/support/raw-rows.js';

const read = async (...lines: string[]) => briefly(await rawRows(`${lines.join('\n')}\n`));

describe('a Shopify export', () => {
  const HEADER =
    'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,Variant Image,Cost per item,Status';

  it('makes offers of variants, with what only the first row says, and additions of rows with an image', async () => {
    const rows = await read(
      HEADER,
      'tee,Tee,"<p>Soft &amp; <b>light</b></p>",Weft,Tops,"new, sale",true,Size,S,tee-s,shopify,2,deny,10.00,15.00,https://e/2.jpg,2,,4.20,active',
      'tee,,,,,,,,M,,shopify,0,deny,10.00,,https://e/1.jpg,1,,4.20,',
      'tee,,,,,,,,L,,shopify,0,continue,10.00,,,,,4.20,',
      'tee,,,,,,,,,,,,,,,https://e/3.jpg,3,,,',
    );
    const shared = {
      item_group_id: 'tee',
      title: 'Tee',
      description: 'Soft & light',
      brand: 'Weft',
      product_type: 'Tops',
      tags: 'new, sale',
      image_link: 'https://e/1.jpg',
      additional_image_link: 'https://e/2.jpg\nhttps://e/3.jpg\n',
    };
    expect(rows).toEqual([
      { ...shared, id: 'tee-s', size: 'S', price: '15.00', sale_price: '10.00', availability: 'in_stock' },
      { ...shared, id: 'tee/M', size: 'M', price: '10.00', availability: 'out_of_stock' },
      { ...shared, id: 'tee/L', size: 'L', price: '10.00', availability: 'backorder' },
      'addition',
    ]);
  });

  it('gives each colour its own photo only', async () => {
    const rows = await read(
      HEADER,
      'tee,Tee,,,,,true,Colour,Red,r,,,,10,,https://e/r.jpg,1,https://e/r.jpg,,active',
      'tee,,,,,,,,Blue,b,,,,10,,https://e/b.jpg,2,https://e/b.jpg,,',
      'tee,,,,,,,,blue,b2,,,,10,,,,,,',
    );
    expect(rows).toMatchObject([
      { image_link: 'https://e/r.jpg' },
      { image_link: 'https://e/b.jpg' },
      { image_link: 'https://e/b.jpg' },
    ]);
    for (const row of rows) expect(row).not.toHaveProperty('additional_image_link');
  });

  it('lists no draft, no archived and no unpublished product, and no default option', async () => {
    const row = (handle: string, published: string, status: string) =>
      `${handle},Tee,,,,,${published},Title,Default Title,,,,,10,,https://e/1.jpg,1,,,${status}`;
    const rows = await read(
      HEADER,
      row('a', 'true', 'draft'),
      row('b', 'true', 'archived'),
      row('c', 'false', 'active'),
      row('d', 'true', 'active'),
    );
    expect(rows.map((cells) => (cells as Record<string, string>)['availability'])).toEqual([
      'discontinued',
      'discontinued',
      'discontinued',
      'in_stock',
    ]);
    expect(rows[3]).toMatchObject({ id: 'd', item_group_id: 'd' });
  });

  it('refuses rows of a product that do not stand together, and images without a variant', async () => {
    const rows = await read(
      HEADER,
      'a,A,,,,,true,Size,S,a-s,,,,10,,https://e/1.jpg,1,,,active',
      'b,B,,,,,true,,,,,,,,,https://e/2.jpg,1,,,active',
      'a,,,,,,,,M,a-m,,,,10,,,,,,',
      ',,,,,,,,M,x,,,,10,,,,,,',
    );
    expect(rows.slice(1)).toEqual(['variant-missing', 'product-row-missing', 'handle-missing']);
  });
});

describe('a WooCommerce export', () => {
  const HEADER =
    'ID,Type,SKU,Name,Published,Visibility in catalog,Short description,Description,Date sale price starts,Date sale price ends,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images,Parent,Attribute 1 name,Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)';

  it('gives variations what their parent says, by SKU or by id', async () => {
    const rows = await read(
      HEADER,
      '1,variable,hoodie,Hoodie,1,visible,Warm,,,,1,7,,,"Clothing, Clothing > Hoodies\\, warm",soft,"https://e/1.jpg, https://e/2.jpg",,Color,"Blue, Red",Size,M',
      '2,variable,,Cap,1,visible,,,,,1,,,,Hats,,https://e/c.jpg,,Fit,"Slim, Wide",,',
      '3,variation,h-red,Hoodie - Red,1,visible,,,2026-11-01,2026-11-30,1,parent,"39,5",45,,,https://e/r.jpg,hoodie,Color,Red,,',
      '4,"variation, virtual",,Cap - Slim,1,visible,,,,,backorder,,,10,,,,id:2,Fit,Slim,,',
      '5,simple,belt,Belt,1,visible,,,,,0,,,20,Belts,,https://e/b.jpg,,Color,"Black, Brown",,',
    );
    expect(rows).toEqual([
      {
        ...{ id: 'h-red', item_group_id: 'hoodie', title: 'Hoodie', description: 'Warm', color: 'Red', size: 'M' },
        ...{
          product_type: 'Clothing > Hoodies, warm',
          tags: 'soft',
          price: '45',
          sale_price: '39,5',
          availability: '1',
        },
        ...{ sale_price_effective_date: '2026-11-01/2026-11-30', image_link: 'https://e/r.jpg' },
      },
      {
        ...{ id: 'id:4', item_group_id: 'id:2', title: 'Cap', fit: 'Slim', product_type: 'Hats', price: '10' },
        ...{ availability: 'backorder', image_link: 'https://e/c.jpg' },
      },
      {
        ...{
          id: 'belt',
          item_group_id: 'belt',
          title: 'Belt',
          color: 'Black/Brown',
          product_type: 'Belts',
          price: '20',
        },
        ...{ availability: '0', image_link: 'https://e/b.jpg' },
      },
      'addition',
      'addition',
    ]);
  });

  it('refuses what is no offer, and lists nothing that is not published', async () => {
    const rows = await read(
      HEADER,
      '1,grouped,g,G,1,visible,,,,,1,,,,,,https://e/1.jpg,,,,,',
      '2,variable,alone,A,1,visible,,,,,1,,,,,,https://e/1.jpg,,,,,',
      '3,variation,v,V,1,visible,,,,,1,,,5,,,,gone,,,,',
      '4,simple,s,S,-1,visible,,,,,1,,,5,,,https://e/1.jpg,,,,,',
      '5,simple,h,H,1,hidden,,,,,1,,,5,,,https://e/1.jpg,,,,,',
      ',simple,,N,1,visible,,,,,1,,,5,,,https://e/1.jpg,,,,,',
    );
    expect(rows).toMatchObject([
      'type-unsupported',
      'parent-unknown',
      { availability: 'discontinued' },
      { availability: 'discontinued' },
      'id-missing',
      'variant-missing',
    ]);
  });
});

describe('JSON Lines', () => {
  it("read Google's content API and Shopify's headings, and say what they cannot read", async () => {
    const rows = await read(
      '{"id":"1","imageLink":"a.jpg","additionalImageLinks":["b,c.jpg","d.jpg"],"price":{"value":"5.00","currency":"EUR"},"productTypes":["A > B","A"]}',
      '{"id":"2","image_link":"a.jpg","additional_image_link":["x.jpg",7]}',
      '{"id":{"a":1},"image_link":"a.jpg"}',
      '{"id":4,"image_link":"a.jpg","extra":{"deep":[1]}}',
    );
    expect(rows).toEqual([
      {
        id: '1',
        image_link: 'a.jpg',
        additional_image_link: 'b,c.jpg\nd.jpg\n',
        price: '5.00 EUR',
        product_type: 'A > B',
      },
      'json-value',
      'json-value',
      { id: '4', image_link: 'a.jpg', extra: '{"deep":[1]}' },
    ]);
    const shopify = await read(
      '{"Handle":"a","Title":"A","Option1 Name":"Size","Option1 Value":"S","Variant Price":"5","Image Src":"https://e/1.jpg"}',
    );
    expect(shopify).toMatchObject([{ id: 'a/S', size: 'S', price: '5' }]);
  });
});
