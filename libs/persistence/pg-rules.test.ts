import { afterAll } from 'vitest';
import { rulesConformance } from '../../test/conformance/rules.js';
import { importProducts, photoVectors, registerModel } from '../../test/support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { openPool } from './connection.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import { SERVED } from '../../test/support/promotions.js';

let place: TestDatabase;
let database: Database;

rulesConformance(
  'Postgres',
  async (products, withoutVector) => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    await importProducts(database, products);
    const pool = openPool(place.connection);
    await pool.query(
      `UPDATE product SET first_seen = seen.at FROM unnest($1::text[], $2::timestamptz[]) AS seen (product_id, at)
       WHERE product.product_id = seen.product_id`,
      [products.map(({ card }) => card.productId), products.map(({ facts }) => facts.firstSeen)],
    );
    await pool.end();
    await registerModel(database, 'model');
    const build = await database.generations.build('model' as never);
    const embedded = products.filter(({ card }) => !withoutVector.has(card.productId));
    await build.copy(photoVectors(embedded.map(({ card: { productId }, embedding }) => ({ productId, embedding }))));
    await build.index();
    await build.complete();
    await database.generations.activate(build.id, () => SERVED);
    return [database.index, database.catalog];
  },
  60,
);

afterAll(async () => {
  await database.close();
  await place.drop();
});
