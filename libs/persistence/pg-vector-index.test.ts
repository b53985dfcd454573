import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '#filters';
import { type ProductId, Random } from '#foundation';
import { ExactIndex, type IndexedProduct, type NeighbourQuery, normaliseParts, scaleQuery } from '#similarity';
import { indexedProducts, randomEmbedding } from '../../test/conformance/indexed-products.js';
import { askFor, vectorIndexConformance } from '../../test/conformance/vector-index.js';
import { importProducts, photoVectors, registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { factsOf } from '../../test/support/products.js';
import { openPool } from './connection.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { filterFirstSql, graphSql, nearestFirstSql } from './neighbour-sql.js';
import { PgVectorIndex } from './pg-vector-index.js';
import type { SearchSize } from './search-plan.js';

/** Databases of this file, closed at its end. */
const opened: { database: Database; pool: pg.Pool; place: TestDatabase }[] = [];

/** A database with these products, each generation of theirs ready. */
async function databaseOf(products: IndexedProduct[]): Promise<{ database: Database; pool: pg.Pool }> {
  const place = await createTestDatabase(migrate);
  const database = await openDatabase(place.connection);
  const pool = openPool(place.connection);
  opened.push({ database, pool, place });
  const generations = [...new Set(products.map(({ generation }) => generation))];
  const imported = products.filter(({ generation }) => generation === generations[0]);
  await importProducts(database, imported);
  await pool.query(
    `UPDATE product SET first_seen = seen.at FROM unnest($1::text[], $2::timestamptz[]) AS seen (product_id, at)
     WHERE product.product_id = seen.product_id`,
    [imported.map(({ card }) => card.productId), imported.map(({ facts }) => facts.firstSeen)],
  );
  await registerModel(database, 'model');
  for (const generation of generations) {
    const rows = products.filter((product) => product.generation === generation);
    const build = await database.generations.build('model' as never);
    expect(build.id).toBe(generation);
    await build.copy(photoVectors(rows.map(({ card: { productId }, embedding }) => ({ productId, embedding }))));
    await build.index();
    await build.complete();
  }
  return { database, pool };
}

afterAll(async () => {
  for (const { database, pool, place } of opened) {
    await database.close();
    await pool.end();
    await place.drop();
  }
});

vectorIndexConformance('PgVectorIndex', async (products) => (await databaseOf(products)).database.index);
vectorIndexConformance('PgVectorIndex, filter first', async (products) => {
  return new PgVectorIndex((await databaseOf(products)).pool, () => 'filter-first');
});
vectorIndexConformance('PgVectorIndex, nearest first', async (products) => {
  const choose = ({ boosts }: SearchSize) => (boosts > 0 ? 'filter-first' : 'nearest-first');
  return new PgVectorIndex((await databaseOf(products)).pool, choose);
});

// With so few products 120 rows of each graph hold the nearest; what its rows lack, it must notice.
vectorIndexConformance('PgVectorIndex, by the graphs', async (products) => {
  return new PgVectorIndex((await databaseOf(products)).pool, () => 'graph');
});

/** As if comparing few products were dear already. */
const graphOf = ({ vectors, share }: SearchSize) => (vectors * share > 500 ? 'graph' : 'filter-first');

describe('PgVectorIndex by the graph', () => {
  const products = clusteredProducts();
  const oracle = new ExactIndex(products);
  let pool: pg.Pool;
  let database: Database;
  let index: PgVectorIndex;

  beforeAll(async () => {
    ({ pool, database } = await databaseOf(products));
    index = new PgVectorIndex(pool, graphOf);
  });

  const ask = (seed: number, question: Partial<NeighbourQuery> = {}): NeighbourQuery => {
    const near = products[new Random(seed).int(products.length)]?.embedding ?? new Float32Array();
    const query = scaleQuery(near, 0.5);
    return askFor({ query, ...question });
  };

  it.each([
    ['whole', 'product_vector_g1_embedding_idx'],
    ['shape', 'product_vector_g1_subvector_idx'],
    ['colour', 'product_vector_g1_subvector_idx1'],
  ] as const)('really uses the HNSW index of the %s', async (graph, name) => {
    const { text, values } = graphSql(graph, ask(1, { filter: parseFilter('inStock') }), 100);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    const explained = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(explained).toContain(`Index Scan using ${name} on product_vector_g1`);
  });

  it.each([
    ['filter first', filterFirstSql(ask(1), 100)],
    ['nearest first', nearestFirstSql(ask(1), 100, 200)],
  ])('really reads every vector, %s', async (_, { text, values }) => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/embedding_idx|subvector_idx/);
  });

  it.each([0, 0.25, 0.4, 0.5, 0.75, 1])('finds nearly all of the exact ten at dial %d', async (dial) => {
    let found = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const near = products[new Random(seed).int(products.length)]?.embedding ?? new Float32Array();
      const question = ask(seed, { query: scaleQuery(near, dial) });
      const answer = await index.search(question);
      expect(answer.plan).toBe('hnsw');
      const exact = new Set((await oracle.search(question)).neighbours.map(({ productId }) => productId));
      found += answer.neighbours.filter(({ productId }) => exact.has(productId)).length;
    }
    const annRecallAt10 = found / 400;
    expect(annRecallAt10).toBeGreaterThanOrEqual(0.98);
  });

  it('gives count products through a filter that many pass', async () => {
    const answer = await index.search(
      ask(5, { filter: parseFilter("gender = 'female'"), count: 30, onePerStyle: true }),
    );
    expect(answer.plan).toBe('hnsw');
    expect(new Set(answer.neighbours.map(({ styleId }) => styleId)).size).toBe(30);
  });

  it('is exact where few products pass the filter', async () => {
    const question = ask(6, { filter: parseFilter("category = 'rare'"), count: 30 });
    const answer = await index.search(question);
    expect(answer.plan).toBe('exact');
    expect(answer.neighbours.map(({ productId }) => productId)).toEqual(
      (await oracle.search(question)).neighbours.map(({ productId }) => productId),
    );
  });

  it('looks at all where a graph brings what is too far, and too few that are near enough', async () => {
    const near = products[3]!.embedding;
    const every = ask(3, { query: scaleQuery(near, 0.25), count: 30 });
    const { neighbours } = await oracle.search(every);
    const question = { ...every, minimumSimilarity: neighbours[20]!.similarity };
    const answer = await new PgVectorIndex(pool, () => 'graph').search(question);
    expect(answer).toMatchObject({ plan: 'exact', matching: 21 });
    expect(answer.neighbours.map(({ productId }) => productId)).toEqual(
      neighbours.slice(0, 21).map(({ productId }) => productId),
    );
  });

  it('falls back to the exact plan when the graph brings too few', async () => {
    // All but twenty products are excluded, which the estimate of the filter cannot know.
    const excludeProducts = products.slice(20).map(({ card }) => card.productId);
    const question = ask(7, { excludeProducts, count: 15 });
    const answer = await index.search(question);
    expect(answer.neighbours.map(({ productId }) => productId)).toEqual(
      (await oracle.search(question)).neighbours.map(({ productId }) => productId),
    );
  });

  it('never shows a product that is no longer active', async () => {
    const gone = products[3]?.card.productId as ProductId;
    const query = products[3]?.embedding ?? new Float32Array();
    await pool.query('UPDATE product SET active = false WHERE product_id = $1', [gone]);
    for (const searched of [index, database.index]) {
      const { neighbours } = await searched.search(ask(8, { query }));
      expect(neighbours.map(({ productId }) => productId)).not.toContain(gone);
    }
    await pool.query('UPDATE product SET active = true WHERE product_id = $1', [gone]);
  });

  it('follows a change of stock at once', async () => {
    const [{ card, embedding } = never()] = products.filter((product) => product.card.inStock);
    const question = ask(9, { query: embedding, filter: parseFilter('inStock'), count: 1 });
    expect((await index.search(question)).neighbours[0]?.productId).toBe(card.productId);
    await pool.query('UPDATE product_stock SET in_stock = false WHERE product_id = $1', [card.productId]);
    expect((await index.search(question)).neighbours[0]?.productId).not.toBe(card.productId);
    await pool.query('UPDATE product_stock SET in_stock = true WHERE product_id = $1', [card.productId]);
  });
});

/** 4,000 products around 200 directions: near neighbours exist, as among clothes, and a graph can be built over them. */
function clusteredProducts(): IndexedProduct[] {
  const random = new Random(7);
  const template = indexedProducts(1)[0]?.card ?? never();
  const centres = Array.from({ length: 200 }, () => randomEmbedding(random));
  return Array.from({ length: 4_000 }, (_, i): IndexedProduct => {
    const centre = random.pick(centres);
    const embedding = normaliseParts(centre.map((value) => value + 0.12 * random.between(-1, 1)));
    const productId = `product-${i}` as ProductId;
    const card = {
      ...template,
      ...{ productId, styleId: `style-${i % 1_000}` as never, offerId: productId as never },
      ...{ category: i % 100 === 0 ? 'rare' : 'common', gender: i % 2 ? 'female' : 'male', inStock: i % 10 > 0 },
    };
    return { generation: 1, card, facts: factsOf(card), embedding };
  });
}

function never(): never {
  throw new Error('The fixture is empty.');
}
