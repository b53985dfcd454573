import { afterAll, beforeAll } from 'vitest';
import { merchandisingStoreConformance } from '../../test/conformance/merchandising-store.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';

let place: TestDatabase;
let database: Database;

beforeAll(async () => {
  place = await createTestDatabase(migrate);
  database = await openDatabase(place.connection);
});
afterAll(async () => {
  await database.close();
  await place.drop();
});

merchandisingStoreConformance('PgMerchandisingStore', async () => {
  await queryOnce(place.connection, 'TRUNCATE scenario, rule');
  return database.merchandising;
});
