import type pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import type { IndexedPhoto } from '#similarity';
import { indexedPhotos, photoIndexConformance } from '../../test/conformance/photo-index.js';
import { batchOf, newImport, offerOf, productOf, registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { openPool } from './connection.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { nearestPhotosSql } from './pg-photo-index.js';

const opened: { database: Database; pool: pg.Pool; place: TestDatabase }[] = [];

/** A database with these photos, each generation of theirs ready. */
async function databaseOf(photos: IndexedPhoto[]): Promise<{ database: Database; pool: pg.Pool }> {
  const place = await createTestDatabase(migrate);
  const database = await openDatabase(place.connection);
  const pool = openPool(place.connection);
  opened.push({ database, pool, place });
  const first = photos.filter(({ generation }) => generation === photos[0]?.generation);
  const imagesOf = new Map<string, Set<string>>();
  for (const { imageId, products } of first) {
    for (const id of products) imagesOf.set(id, (imagesOf.get(id) ?? new Set()).add(imageId));
  }
  const products = [...imagesOf].map(([id, images]) => ({
    ...productOf(id, id, []),
    imageIds: [...images] as never[],
  }));
  const offers = products.map(({ productId }) => offerOf(`${productId}/m`, productId));
  const importId = newImport();
  await database.catalog.saveBatch(importId, batchOf(products, offers));
  await database.catalog.finishImport(importId);
  await registerModel(database, 'model');
  for (const generation of new Set(photos.map((photo) => photo.generation))) {
    const build = await database.generations.build('model' as never);
    expect(build.id).toBe(generation);
    await build.copy(
      (async function* () {
        for (const { imageId, embedding } of photos.filter((photo) => photo.generation === generation))
          yield [{ imageId, embedding, mainOf: [] }];
      })(),
    );
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

photoIndexConformance('PgPhotoIndex', async (photos) => (await databaseOf(photos)).database.photoIndex);

describe('PgPhotoIndex', () => {
  it('reads every vector of the one generation, and never a product that is no longer active', async () => {
    const photos = indexedPhotos(3);
    const { database, pool } = await databaseOf(photos);
    const [{ embedding, products, imageId } = never()] = photos;
    const { text, values } = nearestPhotosSql(1, embedding, 5);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Seq Scan on image_vector_g1/);
    expect(plan).not.toMatch(/image_vector_g2/);

    const ids = async () => (await database.photoIndex.nearestPhotos(1, embedding, 1_000)).map((one) => one.productId);
    expect(await ids()).toContain(products[0]);
    await pool.query('UPDATE product SET active = false WHERE product_id = $1', [products[0]]);
    expect(await ids()).not.toContain(products[0]);
    // Its embedding is there all the same: a photo may be asked about whoever sells it.
    expect([...(await database.photoIndex.photoEmbeddings(1, [imageId])).keys()]).toEqual([imageId]);
  });
});

function never(): never {
  throw new Error('The fixture is empty.');
}
