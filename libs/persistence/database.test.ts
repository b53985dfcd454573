import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, queryOnce } from '../../test/support/database.js';
import { poolConfig } from './connection.js';
import { openDatabase } from './database.js';
import { migrate } from './migrate.js';

describe('openDatabase', () => {
  it('says so when Postgres cannot be reached', async () => {
    const nowhere = { socketDir: '/nonexistent', user: 'weft', database: 'weft' };
    const refusal = { code: 'database-unreachable', remedy: expect.stringContaining('weft doctor') as unknown };
    await expect(openDatabase(nowhere)).rejects.toMatchObject(refusal);
    await expect(migrate(nowhere)).rejects.toMatchObject(refusal);
    await expect(openDatabase({ url: 'postgres://weft@127.0.0.1:1/weft' })).rejects.toMatchObject(refusal);
  });

  it('refuses a database without pgvector', async () => {
    const place = await createTestDatabase();
    await queryOnce(place.connection, 'DROP EXTENSION vector');
    await expect(openDatabase(place.connection)).rejects.toMatchObject({ code: 'pgvector-missing' });
    await place.drop();
  });

  it('outlives connections that the server cuts', async () => {
    const place = await createTestDatabase(migrate);
    const database = await openDatabase(place.connection);
    await database.catalog.activeGeneration();
    await queryOnce(
      place.connection,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await expect.poll(() => database.catalog.activeGeneration().catch(() => 'cut')).toBeNull();
    await database.close();
    await place.drop();
  });

  it('replaces connections that have grown old, and with them their named statements', async () => {
    const place = await createTestDatabase(migrate);
    const database = await openDatabase(place.connection, { connectionLifeS: 0.2 });
    const connections = async () => {
      await database.catalog.activeGeneration();
      return queryOnce(
        place.connection,
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'weft'`,
      );
    };
    const [first] = await connections();
    // Asked without a pause: no connection is ever idle for long enough to be closed for that.
    await expect.poll(connections, { interval: 20, timeout: 5_000 }).not.toContainEqual(first);
    await database.close();
    await place.drop();
  });

  it('gives each connection the nearest-neighbour settings', async () => {
    const place = await createTestDatabase();
    const client = new pg.Client(poolConfig(place.connection));
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_setting('hnsw.iterative_scan') AS scan, current_setting('hnsw.ef_search') AS ef`,
    );
    expect(rows).toEqual([{ scan: 'relaxed_order', ef: '100' }]);
    await client.end();
    await place.drop();
  });
});
