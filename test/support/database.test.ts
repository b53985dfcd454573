import { expect, it } from 'vitest';
import { createTestDatabase, queryOnce, type TestConnection } from './database.js';

it('gives each caller a database of its own with pgvector', async () => {
  const one = await createTestDatabase();
  const two = await createTestDatabase();
  expect(await queryOnce(one.connection, `SELECT '[1,0]'::vector <#> '[1,0]'::vector AS product`)).toEqual([
    { product: -1 },
  ]);
  expect(one.connection.database).not.toBe(two.connection.database);
  await one.drop();
  await two.drop();
});

it('migrates once and hands out copies', async () => {
  let migrations = 0;
  const migrate = async (connection: TestConnection) => {
    migrations += 1;
    await queryOnce(connection, 'CREATE TABLE migrated_here AS SELECT 1 AS value');
  };
  const databases = await Promise.all([createTestDatabase(migrate), createTestDatabase(migrate)]);
  expect(migrations).toBe(1);
  for (const database of databases) {
    expect(await queryOnce(database.connection, 'SELECT value FROM migrated_here')).toEqual([{ value: 1 }]);
    await database.drop();
  }
});
