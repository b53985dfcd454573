import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProductListing } from '#catalog';
import type { ImageId, OfferId, ProductId } from '#foundation';
import { batchOf, newImport, offerOf, photoId, productOf } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import type { PgCatalog } from './pg-catalog.js';

const id = (text: string) => text as ProductId;

describe('PgCatalog', () => {
  let place: TestDatabase;
  let database: Database;
  let catalog: PgCatalog;

  beforeEach(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    ({ catalog } = database);
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
  });

  const sql = (text: string) => queryOnce(place.connection, text);
  const card = async (productId: string) => (await catalog.products([id(productId)])).get(id(productId));

  const red = productOf('shirt--red', 'shirt', ['red-1', 'red-2'], {
    title: 'Shirt',
    gender: 'female',
    category: 'Women > Shirts',
    colour: 'Red',
  });
  const blue = productOf('shirt--blue', 'shirt', ['blue-1']);

  it('answers with what was written', async () => {
    const importId = newImport();
    const offer = offerOf('shirt-red-m', 'shirt--red', { salePrice: 41.5, link: 'https://shop.example/1' });
    await catalog.saveBatch(importId, batchOf([red], [offer]));
    expect(await catalog.finishImport(importId)).toEqual({
      ...{ offersDeactivated: 0, productsDeactivated: 0, products: 1, styles: 1 },
    });
    expect(await card('shirt--red')).toEqual({
      productId: 'shirt--red',
      styleId: 'shirt',
      offerId: 'shirt-red-m',
      title: 'Shirt',
      brand: null,
      category: 'Women > Shirts',
      gender: 'female',
      colour: 'Red',
      link: 'https://shop.example/1',
      price: 52,
      salePrice: 41.5,
      currency: 'USD',
      inStock: true,
      imageId: photoId('red-1'),
    });
    expect(await catalog.imageSource(photoId('red-1'))).toBe(`/photos/${photoId('red-1')}.jpg`);
    expect(await catalog.imageSource('0'.repeat(64) as ImageId)).toBeNull();
  });

  it('lists ids in order, from any place, of a category or a style, the first of each style where asked', async () => {
    const styles = ['s1', 's2', 's3'];
    const categories = ['Tops', 'Women > Tops', null];
    const products = Array.from({ length: 40 }, (_, i) =>
      productOf(`p-${String((i * 7) % 40).padStart(2, '0')}`, styles[Math.floor(i / 4) % 3] ?? 's', [`photo-${i}`], {
        category: categories[i % 3] ?? null,
      }),
    );
    const gone = productOf('p-05-gone', 's1', ['photo-gone'], { category: 'Tops' });
    const offers = [...products, gone].map(({ productId }) => offerOf(`${productId}/m`, productId));
    const first = newImport();
    await catalog.saveBatch(first, batchOf([...products, gone], offers));
    await catalog.finishImport(first);
    const second = newImport();
    await catalog.saveBatch(second, batchOf(products, offers.slice(0, -1)));
    await catalog.finishImport(second);

    const naively = ({ after = '', category, style, onePerStyle }: ProductListing, limit: number) => {
      const seen = new Set<string>();
      return products
        .filter((one) => category === undefined || one.category === category)
        .filter((one) => style === undefined || one.styleId === style)
        .sort((a, b) => (a.productId < b.productId ? -1 : 1))
        .filter(({ styleId }) => !onePerStyle || (!seen.has(styleId) && seen.add(styleId)))
        .map(({ productId }) => productId)
        .filter((productId) => productId > after)
        .slice(0, limit);
    };
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const listing = fc.record({
      after: maybe(fc.constantFrom('p-00', 'p-17', 'p-17-and-more', 'zzz', 'a')),
      category: maybe(fc.constantFrom('Tops', 'Women > Tops', 'tops')),
      style: maybe(fc.constantFrom('s1', 's2', 'none')),
      onePerStyle: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(listing, fc.integer({ min: 1, max: 50 }), async (asked, limit) => {
        expect(await catalog.list(asked, limit)).toEqual(naively(asked, limit));
      }),
      { numRuns: 60 },
    );
    const count = (category: string) => ({
      category,
      products: products.filter((one) => one.category === category).length,
    });
    expect(await catalog.categories()).toEqual([count('Tops'), count('Women > Tops')]);
  });

  it('is the same after a batch was written twice', async () => {
    const importId = newImport();
    const batch = batchOf([red, blue], [offerOf('a', 'shirt--red'), offerOf('b', 'shirt--blue')], {
      quarantine: [{ row: 3, offerId: null, field: 'price', value: 'x', code: 'price-invalid', message: 'No price.' }],
      sources: [{ source: '/photos/a.jpg', fingerprint: '1:2', imageId: photoId('red-1'), rejection: null }],
    });
    const everything = () => Promise.all(TABLES.map((table) => sql(`SELECT * FROM ${table} t ORDER BY t::text`)));
    await catalog.saveBatch(importId, batch);
    const before = await everything();
    await catalog.saveBatch(importId, batch);
    const after = await everything();
    expect(after.flat().map(withoutId)).toEqual(before.flat().map(withoutId));
    expect(after.map((rows) => rows.length)).toEqual([2, 2, 2, 3, 3, 1, 1]);
  });

  it('deactivates offers and products that a full feed no longer lists, and takes them back', async () => {
    const first = newImport();
    const offers = [offerOf('a', 'shirt--red'), offerOf('b', 'shirt--blue'), offerOf('c', 'shirt--blue')];
    await catalog.saveBatch(first, batchOf([red, blue], offers));
    await catalog.finishImport(first);

    const second = newImport();
    await catalog.saveBatch(second, batchOf([red], [offerOf('a', 'shirt--red')]));
    expect(await catalog.finishImport(second)).toEqual({
      ...{ offersDeactivated: 2, productsDeactivated: 1, products: 1, styles: 1 },
    });
    expect(await card('shirt--blue')).toBeUndefined();
    expect(await catalog.resolve(['b', 'shirt--blue', 'a'])).toEqual(new Map([['a', 'shirt--red']]));

    const third = newImport();
    await catalog.saveBatch(third, batchOf([red, blue], offers));
    expect(await catalog.finishImport(third)).toMatchObject({ offersDeactivated: 0, products: 2 });
    expect(await card('shirt--blue')).toMatchObject({ inStock: true });
  });

  it('keeps quarantined offers as they last were, but does not wake those that were gone', async () => {
    const first = newImport();
    const offers = [offerOf('a', 'shirt--red'), offerOf('b', 'shirt--blue')];
    await catalog.saveBatch(first, batchOf([red, blue], offers));
    await catalog.finishImport(first);

    const second = newImport();
    await catalog.saveBatch(second, batchOf([red], [offerOf('a', 'shirt--red')]));
    await catalog.keepLastGood(second, ['b', 'unheard-of'] as OfferId[]);
    expect(await catalog.finishImport(second)).toMatchObject({ offersDeactivated: 0, products: 2 });

    const third = newImport();
    await catalog.saveBatch(third, batchOf([red], [offerOf('a', 'shirt--red')]));
    await catalog.finishImport(third);
    const fourth = newImport();
    await catalog.keepLastGood(fourth, ['b' as OfferId]);
    await catalog.saveBatch(fourth, batchOf([red], [offerOf('a', 'shirt--red')]));
    await catalog.finishImport(fourth);
    expect(await card('shirt--blue')).toBeUndefined();
  });

  it('is in stock if any offer is, at the lowest price among those', async () => {
    const offers = [
      offerOf('s', 'shirt--red', { price: 10, availability: 'out_of_stock' }),
      offerOf('m', 'shirt--red', { price: 40, salePrice: 30.005 }),
      offerOf('l', 'shirt--red', { price: 35 }),
      offerOf('xl', 'shirt--blue', { price: 20, availability: 'preorder' }),
      offerOf('xxl', 'shirt--blue', { price: null, currency: null, availability: 'backorder' }),
    ];
    await catalog.saveBatch(newImport(), batchOf([red, blue], offers));
    expect(await card('shirt--red')).toMatchObject({ offerId: 'm', inStock: true, price: 40, salePrice: 30.005 });
    expect(await card('shirt--blue')).toMatchObject({ offerId: 'xl', inStock: false, price: 20 });
    expect(await sql('SELECT product_id, in_stock, price::float8 FROM product_stock ORDER BY product_id')).toEqual([
      { product_id: 'shirt--blue', in_stock: false, price: 20 },
      { product_id: 'shirt--red', in_stock: true, price: 30.005 },
    ]);
  });

  it('recomputes the stock of the product that an offer leaves', async () => {
    const importId = newImport();
    await catalog.saveBatch(importId, batchOf([red, blue], [offerOf('a', 'shirt--red'), offerOf('b', 'shirt--blue')]));
    await catalog.saveBatch(importId, batchOf([], [offerOf('a', 'shirt--blue', { price: 1 })]));
    expect(await card('shirt--red')).toMatchObject({ offerId: null, inStock: false });
    expect(await card('shirt--blue')).toMatchObject({ offerId: 'a', price: 1 });
    expect(await catalog.finishImport(importId)).toMatchObject({ productsDeactivated: 1, products: 1 });
  });

  it('takes the photos of a product as it came last, in their order', async () => {
    const importId = newImport();
    await catalog.saveBatch(importId, batchOf([red], [offerOf('a', 'shirt--red')]));
    const turned = { ...red, imageIds: ['red-3', 'red-1'].map(photoId) };
    await catalog.saveBatch(importId, batchOf([turned], []));
    const photos = await database.generations.photosOfCatalogue();
    expect(photos.map(({ imageId, position }) => [imageId, position])).toEqual([
      [photoId('red-3'), 0],
      [photoId('red-1'), 1],
    ]);
    expect(photos[0]).toMatchObject({ styleId: 'shirt', category: 'Women > Shirts', gender: 'female', colour: 'Red' });
  });

  it('adds photos that later rows name to a product, and leaves the rest of it as it is', async () => {
    const importId = newImport();
    await catalog.saveBatch(importId, batchOf([red], [offerOf('a', 'shirt--red')]));
    const before = await card('shirt--red');
    const imageIds = ['red-1', 'red-4'].map(photoId);
    const { images } = batchOf([{ ...red, imageIds }], []);
    const morePhotos = [{ productId: red.productId, imageIds }];
    await catalog.saveBatch(importId, batchOf([], [offerOf('b', 'shirt--red')], { morePhotos, images }));
    expect((await database.generations.photosOfCatalogue()).map(({ imageId }) => imageId)).toEqual(imageIds);
    expect(await card('shirt--red')).toEqual(before);
  });

  it('remembers image files, however long their paths', async () => {
    const long = `/photos/${'x'.repeat(10_000)}.jpg`;
    const rejection = { code: 'image-broken', message: 'It ends too early.' };
    const sources = [
      { source: '/a.jpg', fingerprint: '1:1', imageId: photoId('red-1'), rejection: null },
      { source: long, fingerprint: '2:2', imageId: null, rejection },
    ];
    await catalog.saveBatch(newImport(), batchOf([red], [], { sources }));
    expect(await catalog.knownSources(['/a.jpg', long, '/other.jpg'])).toEqual(
      new Map([
        ['/a.jpg', { fingerprint: '1:1', imageId: photoId('red-1'), rejection: null }],
        [long, { fingerprint: '2:2', imageId: null, rejection }],
      ]),
    );
  });

  it('writes a batch wholly or not at all', async () => {
    const orphan = offerOf('x', 'nobody');
    await expect(catalog.saveBatch(newImport(), batchOf([red], [orphan]))).rejects.toThrow(/foreign key/);
    expect(await sql('SELECT FROM product')).toEqual([]);
  });

  it('takes an id for a product before it takes it for an offer', async () => {
    const offers = [offerOf('shirt--blue', 'shirt--red'), offerOf('b', 'shirt--blue')];
    await catalog.saveBatch(newImport(), batchOf([red, blue], offers));
    const resolved = await catalog.resolve(['shirt--blue', 'shirt--red', 'b', 'unknown']);
    expect(Object.fromEntries(resolved)).toEqual({
      ...{ 'shirt--blue': 'shirt--blue', 'shirt--red': 'shirt--red', b: 'shirt--blue' },
    });
  });

  it('has no active generation before one was activated', async () => {
    expect(await catalog.activeGeneration()).toBeNull();
  });
});

const TABLES = ['product', 'offer', 'product_stock', 'image', 'product_image', 'image_source', 'quarantine'];

function withoutId(row: unknown): unknown {
  return { ...(row as object), id: null };
}
