import { readFileSync } from 'node:fs';
import { loadConfig } from '#config';
import { migrate, reportPostgres, reportState } from '#persistence';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { examine, judgeDatabase } from '../../apps/cli/doctor/examine.js';
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

describe('the whole doctor', { timeout: 120_000 }, () => {
  it('has the findings that docs/doctor.md lists, and a remedy for each that is not ok', async () => {
    const { redisPath } = inject('servers');
    const config = { ...loadConfig(), databaseUrl: urlOf(place.connection.database), redisUrl: `unix:${redisPath}` };
    const findings = await examine(config, { testsGpu: false, now: () => new Date(), say: () => undefined });
    const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8');
    const [, , table = ''] = page.split(/^\| (?:state|finding) +\|.*$/m);
    const listed = [...table.matchAll(/^\| `(\w+)` +\|/gm)].map(([, id]) => id);
    expect(findings.map(({ id }) => id)).toEqual(listed);
    for (const { state, remedy, sentence } of findings) {
      expect(sentence).toMatch(/\.$/);
      expect(remedy === null).toBe(state === 'ok');
    }
    const states = Object.fromEntries(findings.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({ postgres: 'ok', redis: 'ok', database: 'ok', clock: 'ok', catalogue: 'warning' });
  });
});
