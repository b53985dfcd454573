import { loadConfig } from '#config';
import { migrate, reportPostgres, reportState } from '#persistence';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { judgeDatabase } from '../../apps/cli/doctor/examine.js';
import { databaseState } from '../../apps/cli/doctor/state.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let place: TestDatabase;

beforeAll(async () => {
  place = await createTestDatabase(migrate);
});
afterAll(() => place.drop());

function urlOf(database: string): string {
  const { socketDir, user } = inject('servers');
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketDir)}`;
}

const stateOf = (database: string) =>
  databaseState({ ...loadConfig(), databaseUrl: urlOf(database), redisUrl: 'redis://localhost' }, () => undefined);

describe('the doctor at a Postgres of your own', () => {
  it('tells its versions', async () => {
    const report = await reportPostgres({ url: urlOf(place.connection.database) });
    expect(report).toEqual({ postgres: '18.4', pgvector: '0.8.5', flaw: null });
  });

  it('says what keeps it out', async () => {
    const found = judgeDatabase(await stateOf('no_such_database'));
    expect(found).toMatchObject({ state: 'problem', remedy: expect.any(String) as string });
    expect(found.sentence).toContain('no_such_database');
  });

  it('reads a database in which nothing has been imported', async () => {
    const state = await stateOf(place.connection.database);
    if (!('known' in state)) throw new Error(JSON.stringify(state));
    expect(Math.abs(state.known.serverTime - Date.now())).toBeLessThan(60_000);
    expect(state.known).toMatchObject({
      pendingMigrations: [],
      content: { products: 0, photos: 0, awaitingEmbedding: 0, lastImport: null, active: null, unfinishedJobs: [] },
    });
    expect(judgeDatabase(state).state).toBe('ok');
  });

  it('reads a database that no Weft has met, and makes nothing in it', async () => {
    const { socketDir, user } = inject('servers');
    const report = await reportState({ socketDir, user, database: 'postgres' });
    expect(report.content).toBe(null);
    expect((await reportState({ socketDir, user, database: 'postgres' })).content).toBe(null);
  });
});
