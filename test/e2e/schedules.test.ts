import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '#config';
import { startWorker } from '../../apps/worker/worker.js';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { jobResponse } from '../../apps/api/jobs/job-schemas.js';
import { scheduleResponse, schedulesResponse } from '../../apps/api/schedules/schedule-schemas.js';
import { queryOnce } from '../support/database.js';
import { weft } from '../support/weft.js';
import { askJson, servedShop } from './served-shop.js';

const served = servedShop();
const ask = (method: string, path: string, body?: unknown) => askJson(served.api, method, path, body);
const list = async () => schedulesResponse.parse(await (await ask('GET', 'schedules')).json()).schedules;

afterEach(async () => {
  for (const { name } of await list()) expect((await ask('DELETE', `schedules/${name}`)).status).toBe(200);
  await queryOnce(served.shop.connection, 'DELETE FROM job_run');
});

async function put(name: string, body: object) {
  const response = await ask('PUT', `schedules/${name}`, body);
  expect([response.status, await response.clone().text()]).toEqual([200, expect.anything()]);
  return scheduleResponse.parse(await response.json());
}
async function refusalOf(name: string, body: object) {
  const response = await ask('PUT', `schedules/${name}`, body);
  expect(response.status).toBe(400);
  return problemSchema.parse(await response.json());
}

/** Postgres and Redis of the tests as servers of one's own: what a command and a worker are told. */
function ownServers() {
  const { socketDir, user, redisPath } = inject('servers');
  return {
    databaseUrl: `postgresql://${user}@localhost/${served.shop.connection.database}?host=${encodeURIComponent(socketDir)}`,
    // No other test's jobs.
    redisUrl: `unix:${redisPath}?db=7`,
  };
}

describe('/v1/schedules', () => {
  it('holds a schedule, with its next times by both clocks', async () => {
    const set = await put('nightly', { job: 'refresh', cron: '0 3 * * *', timeZone: 'Asia/Kathmandu' });
    expect(set).toMatchObject({ name: 'nightly', job: 'refresh', enabled: true, lastDue: null, skippedDue: null });
    expect(set.upcoming).toHaveLength(3);
    for (const { local, utc } of set.upcoming) {
      expect(local).toMatch(/^\d{4}-\d\d-\d\d 03:00 \+05:45$/);
      expect(utc.slice(11)).toBe('21:15:00.000Z');
    }
    expect(await (await ask('GET', 'schedules/nightly')).json()).toEqual(set);
    expect(await list()).toEqual([set]);
    const paused = await put('nightly', { job: 'refresh', cron: '0 3 * * *', enabled: false });
    expect(paused).toMatchObject({ enabled: false, timeZone: 'UTC', upcoming: [], createdAt: set.createdAt });
  });

  it('starts its job now, once until that has ended', async () => {
    await put('nightly', { job: 'refresh', cron: '0 3 * * *' });
    const started = await ask('POST', 'schedules/nightly/run');
    const job = jobResponse.parse(await started.json());
    expect([started.status, started.headers.get('location')]).toEqual([202, `/v1/jobs/${job.id}`]);
    expect(job).toMatchObject({ kind: 'refresh', requestedBy: 'anyone on this machine' });
    const again = await ask('POST', 'schedules/nightly/run');
    expect([again.status, problemSchema.parse(await again.json()).code]).toEqual([409, 'schedule-busy']);
  });

  it('takes feeds from the feed directory only, and settings as trainings do', async () => {
    mkdirSync(join(served.shop.directory, 'daily'), { recursive: true });
    const feed = join(served.shop.directory, 'daily', 'feed.csv');
    writeFileSync(feed, 'id\n');
    const times = { cron: '30 1 * * *' };
    const pull = await put('feed', { job: 'import', input: { feed: 'daily/feed.csv' }, ...times });
    expect(pull.input).toMatchObject({ feed, dryRun: false });
    // As it was read it can be sent again.
    const paused = await put('feed', { job: 'import', input: pull.input, ...times, enabled: false });
    expect(paused).toMatchObject({ input: pull.input, enabled: false });
    const address = 'https://shop.example/feed.xml';
    const fetched = await put('feed', { job: 'import', input: { feed: address }, ...times });
    expect(fetched.input).toMatchObject({ feed: address });
    for (const [path, code] of [
      ['../secret.csv', 'feed-outside-directory'],
      ['none.csv', 'feed-missing'],
    ])
      expect((await refusalOf('feed', { job: 'import', input: { feed: path }, ...times })).code).toBe(code);
    expect((await put('weekly', { job: 'train', input: { seed: 3 }, ...times })).input).toMatchObject({ seed: 3 });
    expect((await refusalOf('weekly', { job: 'train', input: { sead: 3 }, ...times })).code).toBe('request-invalid');
    expect((await refusalOf('weekly', { job: 'keys', ...times })).code).toBe('request-invalid');
  });

  it('refuses what no clock can follow with the place of the fault, and names that are none', async () => {
    const { code, detail, remedy } = await refusalOf('nightly', { job: 'refresh', cron: '0 25 * * *' });
    expect([code, detail]).toEqual(['schedule-invalid', '25 is no hour: field 2 of 0 25 * * *, at character 3.']);
    expect(remedy).toContain('0 to 23');
    const zone = await refusalOf('nightly', { job: 'refresh', cron: '0 3 * * *', timeZone: 'Mars/Olympus' });
    expect(zone.detail).toBe('There is no time zone Mars/Olympus.');
    expect((await refusalOf('Nightly!', { job: 'refresh', cron: '0 3 * * *' })).code).toBe('request-invalid');
    for (const [method, path] of [
      ['GET', 'schedules/none'],
      ['DELETE', 'schedules/none'],
      ['POST', 'schedules/none/run'],
    ] as const)
      expect((await ask(method, path)).status).toBe(404);
  });
});

describe('weft schedule', { timeout: 120_000 }, () => {
  it('sets, lists, pauses, resumes, runs and removes, as the API does', async () => {
    const { databaseUrl, redisUrl } = ownServers();
    const env = { WEFT_HOME: served.shop.directory, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    const json = async (...args: string[]) => {
      const { stdout, stderr } = await weft(['schedule', ...args, '--json'], env);
      expect(stdout, stderr).not.toBe('');
      return JSON.parse(stdout) as unknown;
    };
    const nightly = ['--job', 'refresh', '--cron', '0 3 * * *', '--zone', 'Europe/Berlin'];
    expect(await json('set', 'nightly', ...nightly)).toMatchObject({ name: 'nightly', upcoming: { length: 3 } });
    expect(await list()).toMatchObject([{ name: 'nightly', timeZone: 'Europe/Berlin', updatedBy: 'command line' }]);
    expect((await weft(['schedule', 'list'], env)).stdout).toMatch(
      /nightly +refresh +0 3 \* \* \* +Europe\/Berlin +\S+ 03:00/,
    );
    expect(await json('pause', 'nightly')).toMatchObject({ isEnabled: false });
    expect(await json('resume', 'nightly')).toMatchObject({ isEnabled: true });
    expect(await json('run', 'nightly')).toMatchObject({ kind: 'refresh' });
    expect(await json('set', 'bad', '--job', 'refresh', '--cron', '* * 0 * *')).toMatchObject({
      error: { code: 'schedule-invalid', message: expect.stringContaining('at character 5') as string },
    });
    const feed = ['--feed', '/feeds/a.csv', '--input', '{"again":true}'];
    expect(await json('set', 'feed', '--job', 'import', '--cron', '0 2 * * *', ...feed)).toMatchObject({
      input: { feed: '/feeds/a.csv', again: true },
    });
    const early = ['set', 'early', '--job', 'import', '--cron', '0 2 * * *', '--feed', '/feeds/none.csv'];
    expect((await weft(['schedule', ...early], env)).stderr).toContain('There is no /feeds/none.csv yet');
    expect(await json('remove', 'early')).toEqual({ removed: 'early' });
    expect(await json('remove', 'nightly')).toEqual({ removed: 'nightly' });
    expect(await list()).toMatchObject([{ name: 'feed' }]);
  });
});

describe('a worker', { timeout: 60_000 }, () => {
  it('starts what came due while none ran', async () => {
    await put('nightly', { job: 'refresh', cron: '0 3 * * *' });
    await queryOnce(served.shop.connection, `UPDATE schedule SET next_due = '2026-11-20T03:00:00Z'`);
    const config = { ...loadConfig(), ...ownServers(), home: served.shop.directory };
    const worker = await startWorker(config, [], pino({ level: 'silent' }));
    try {
      const started = async () => (await list())[0]?.lastRun;
      await expect.poll(started, { interval: 50, timeout: 20_000 }).toEqual(expect.any(String));
      expect(await list()).toMatchObject([{ lastDue: '2026-11-20T03:00:00.000Z' }]);
      const job = jobResponse.parse(await (await ask('GET', `jobs/${await started()}`)).json());
      expect(job).toMatchObject({ requestedBy: 'schedule nightly', kind: 'refresh', state: 'queued' });
    } finally {
      await worker.close(0);
    }
  });
});
