import { loadConfig } from '#config';
import { reportPostgres } from '#persistence';
import { diagnose } from '#provision';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let place: TestDatabase;

beforeAll(async () => {
  place = await createTestDatabase();
});
afterAll(() => place.drop());

async function postgresOf(database: string) {
  const { socketDir, user } = inject('servers');
  const databaseUrl = `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
  const findings = await diagnose({ ...loadConfig(), databaseUrl }, (url) => reportPostgres({ url }));
  return findings.find(({ id }) => id === 'postgres');
}

it('the doctor tells the versions of a Postgres of your own', async () => {
  expect(await postgresOf(place.connection.database)).toEqual({
    id: 'postgres',
    status: 'ok',
    found: 'PostgreSQL 18.4, pgvector 0.8.5, of DATABASE_URL',
    remedy: null,
  });
});

it('the doctor says what keeps it out of a Postgres that answers', async () => {
  expect(await postgresOf('no_such_database')).toMatchObject({
    status: 'missing',
    found: expect.stringContaining('no_such_database') as string,
    remedy: expect.any(String) as string,
  });
});
