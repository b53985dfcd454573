import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_INPUTS } from '#jobs';
import type { JobId } from '#foundation';
import { newImport } from '../../test/support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../../test/support/database.js';
import { type Database, openDatabase } from './database.js';
import { migrate } from './migrate.js';
import type { PgJobStore } from './pg-job-store.js';
import { begun } from '../../test/support/begun.js';

const INPUT = JOB_INPUTS.import.parse({ feed: '/feeds/a.csv' });
const JUDGE = JOB_INPUTS.judge.parse({ generation: 1 });
const ASK = { requestedBy: 'a test' };
const PROGRESS = { stage: 'import', fraction: 0.5, message: '100 rows', detail: { rows: 100, left: null } };

describe('PgJobStore', () => {
  let place: TestDatabase;
  let database: Database;
  let jobs: PgJobStore;

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    ({ jobs } = database);
  });

  afterAll(async () => {
    await database.close();
    await place.drop();
  });

  it('walks a run from queued to succeeded', async () => {
    const created = await jobs.create('import', INPUT, ASK);
    expect(created).toMatchObject({ state: 'queued', kind: 'import', input: INPUT, attempts: 0, startedAt: null });
    const running = await jobs.markRunning(created.id);
    expect(running).toMatchObject({ state: 'running', attempts: 1, finishedAt: null, result: null, progress: null });
    expect(running?.startedAt).toBeInstanceOf(Date);
    await jobs.saveProgress(await begun(jobs, created.id), PROGRESS);
    await jobs.succeed(await begun(jobs, created.id), { rows: 3, nothing: undefined });
    const finished = await jobs.find(created.id);
    expect(finished).toMatchObject({ state: 'succeeded', progress: PROGRESS, result: { rows: 3 }, error: null });
    expect(finished?.finishedAt).toBeInstanceOf(Date);
  });

  it('never changes a finished run again', async () => {
    const { id } = await jobs.create('import', INPUT, ASK);
    await jobs.fail(await begun(jobs, id), { code: 'feed-empty', message: 'It is empty.', remedy: 'Fill it.' });
    const failed = await jobs.find(id);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'feed-empty', remedy: 'Fill it.' } });
    expect(await jobs.markRunning(id)).toBeNull();
    await jobs.handBack(await begun(jobs, id));
    await jobs.saveProgress(await begun(jobs, id), PROGRESS);
    await jobs.succeed(await begun(jobs, id), 'too late');
    await jobs.fail(await begun(jobs, id), { code: 'other', message: 'Other.' });
    expect(await jobs.find(id)).toEqual(failed);
  });

  it('counts attempts that were not handed back, and keeps the time of the first', async () => {
    const { id } = await jobs.create('embed', { modelVersion: null, promote: 'never' }, ASK);
    const first = await jobs.markRunning(id);
    await jobs.handBack(await begun(jobs, id));
    expect(await jobs.find(id)).toMatchObject({ state: 'queued', attempts: 0 });
    await jobs.markRunning(id);
    const again = await jobs.markRunning(id);
    expect(again).toMatchObject({ state: 'running', attempts: 2, startedAt: first?.startedAt });
  });

  it('succeeds with no result', async () => {
    const { id } = await jobs.create('embed', { modelVersion: null, promote: 'never' }, ASK);
    await jobs.succeed(await begun(jobs, id), undefined);
    expect(await jobs.find(id)).toMatchObject({ state: 'succeeded', result: null });
  });

  it('lists what is unfinished, oldest first, and what was asked for last, newest first', async () => {
    const one = await jobs.create('import', INPUT, ASK);
    const two = await jobs.create('train', JOB_INPUTS.train.parse({}), ASK);
    await jobs.markRunning(two.id);
    const done = await jobs.create('import', INPUT, ASK);
    await jobs.succeed(await begun(jobs, done.id), {});
    const unfinished = (await jobs.unfinished()).map(({ id }) => id);
    expect(unfinished.slice(-2)).toEqual([one.id, two.id]);
    expect((await jobs.list({ limit: 3 })).map(({ id }) => id)).toEqual([done.id, two.id, one.id]);
    expect((await jobs.latestSucceeded('import'))?.id).toBe(done.id);
    expect(await jobs.latestSucceeded('train')).toBeNull();
  });

  it('orders runs as they were asked for, and lets none wait for ever, when a clock has gone back', async () => {
    const [one, two] = [await jobs.create('judge', JUDGE, ASK), await jobs.create('judge', JUDGE, ASK)];
    await jobs.succeed(await begun(jobs, one.id), {});
    await jobs.tryLater(await begun(jobs, two.id), { code: 'away', message: 'Away.' }, 5_000);
    expect(await jobs.due('judge')).toEqual([]);
    // Both as they would be if the clock had been an hour ahead.
    const ahead = `created_at = created_at + '1 hour', not_before = not_before + '1 hour'`;
    await queryOnce(place.connection, `UPDATE job_run SET ${ahead} WHERE id IN ('${one.id}', '${two.id}')`);
    expect(await jobs.due('judge')).toEqual([two.id]);
    const three = await jobs.create('judge', JUDGE, ASK);
    expect(await jobs.due('judge')).toEqual([two.id, three.id]);
    expect((await jobs.list({ kind: 'judge', limit: 3 })).map(({ id }) => id)).toEqual([three.id, two.id, one.id]);
    await jobs.succeed(await begun(jobs, three.id), {});
    expect((await jobs.latestSucceeded('judge'))?.id).toBe(three.id);
  });

  it('knows nothing of ids that are no run', async () => {
    expect(await jobs.find(newImport())).toBeNull();
    expect(await jobs.find("x' OR true" as JobId)).toBeNull();
    expect(await jobs.markRunning(newImport())).toBeNull();
  });
});
