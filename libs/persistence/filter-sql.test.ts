import { parseFilter } from '#filters';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, importProducts, newImport, offerOf, productOf } from '../../test/support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { factsOf, productCard } from '../../test/support/products.js';
import { openPool } from './connection.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { passingSql } from './neighbour-sql.js';

let place: TestDatabase;
let database: Database;
let pool: pg.Pool;

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
  pool = openPool(place.connection);
});

afterAll(async () => {
  await database.close();
  await pool.end();
  await place.drop();
});

async function passing(filter: string): Promise<number> {
  const { text, values } = passingSql(parseFilter(filter), new Date());
  return (await pool.query(text, values)).rowCount ?? NaN;
}

describe('a filter among 3,000 products', () => {
  beforeAll(async () => {
    const products = Array.from({ length: 3_000 }, (_, i) => {
      const card = productCard(`p${i}`, {
        ...{
          brand: `Brand ${i % 100}`,
          colour: `Colour ${i % 100}`,
          category: `Women > Kind ${i % 100} > Sub ${i % 3}`,
        },
      });
      return { card, facts: factsOf(card, { attributes: { label: [`${i % 100}`] } }) };
    });
    await importProducts(database, products);
    await pool.query(`UPDATE product SET first_seen = first_seen - substr(product_id, 2)::int * interval '1 hour'`);
    await pool.query('VACUUM ANALYZE');
  });

  it.each([
    ["category = 'WOMEN > Kind 7'", 'product_category_path_idx', 30],
    ["category IN ('Women > Kind 7', 'Women > Kind 8 > Sub 1')", 'product_category_path_idx', 40],
    ["brand = 'brand 7'", 'product_brand_idx', 30],
    ["brand IN ('Brand 7', 'Brand 8')", 'product_brand_idx', 60],
    ["colour = 'COLOUR 7'", 'product_colour_idx', 30],
    ['age <= 1', 'product_first_seen_idx', 24],
    ["attribute.LABEL = '7'", 'product_attributes_idx', 30],
    ["attribute.label IN ('7', '8')", 'product_attributes_idx', 60],
    ['attribute.label = 7', 'product_attributes_idx', 30],
    ["(brand = 'Brand 7' OR colour = 'Colour 9') AND inStock AND NOT onSale", 'product_colour_idx', 60],
  ])('%s is found by its index', async (filter, index, count) => {
    expect(await passing(filter)).toBe(count);
    const { text, values } = passingSql(parseFilter(filter), new Date());
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain(index);
  });
});

describe('more values than there are conditions', () => {
  const some = (name: string, value: (i: number) => string) =>
    `${name} IN (${Array.from({ length: 40 }, (_, i) => `'${value(i)}'`).join(', ')})`;

  it('pass as the same values one by one', async () => {
    expect(await passing(some('category', (i) => `WOMEN > kind ${i}`))).toBe(40 * 30);
    expect(await passing(some('attribute.label', (i) => `${i}`))).toBe(40 * 30);
  });

  it('are one parameter', () => {
    const { values } = passingSql(parseFilter(some('category', (i) => `c${i}`)), new Date());
    expect(values).toHaveLength(1);
  });
});

describe('an import', () => {
  const dress = productOf('dress', 'dresses', ['dress'], { category: 'Only > Here' });
  const isHere = (filter: string) => passing(`category = 'Only > Here' AND ${filter}`).then((count) => count === 1);
  const save = async (offers: ReturnType<typeof offerOf>[]) => {
    const importId = newImport();
    await database.catalog.saveBatch(importId, batchOf([dress], offers));
    await database.catalog.finishImport(importId, 'keep');
    return importId;
  };
  const small = offerOf('dress/s', 'dress', { size: 'S', price: 80, salePrice: 60, attributes: { Fit: 'Slim' } });
  const large = offerOf('dress/l', 'dress', { size: 'L', price: 70, attributes: { Fit: 'Wide', length: '98.5' } });
  const soldOut = { availability: 'out_of_stock' } as const;

  it('tells filters of the sizes and attributes in stock, and of a sale where the cheapest is reduced', async () => {
    await save([small, large]);
    expect(await isHere("size = 's' AND size = 'L' AND attribute.fit = 'slim' AND attribute.length >= 98.5")).toBe(
      true,
    );
    expect(await isHere('onSale AND price = 60')).toBe(true);
    await save([{ ...small, ...soldOut }]);
    expect(await isHere("size = 'L' AND NOT size = 'S' AND NOT attribute.fit = 'slim'")).toBe(true);
    expect(await isHere('NOT onSale AND price = 70')).toBe(true);
    await save([{ ...large, ...soldOut }]);
    expect(await isHere("NOT inStock AND size = 'S' AND size = 'L'")).toBe(true);
    await save([small, large]);
  });

  it('forgets what an offer said that is no longer listed', async () => {
    const importId = newImport();
    await database.catalog.saveBatch(importId, batchOf([dress], [small]));
    await database.catalog.finishImport(importId);
    expect(await isHere("size = 'S' AND NOT size = 'L'")).toBe(true);
  });

  it('keeps the day on which a product first appeared', async () => {
    await pool.query(`UPDATE product SET first_seen = first_seen - interval '5 days' WHERE product_id = 'dress'`);
    await save([small, large]);
    expect(await isHere('age >= 5 AND age < 6')).toBe(true);
  });
});
