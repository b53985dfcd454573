import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '#config';
import { JOB_INPUTS } from '#jobs';
import { PgBackupStore } from '#persistence';
import { batchOf, newImport, offerOf, productOf } from '../support/catalogue.js';
import { queryOnce } from '../support/database.js';
import { servedShop } from './served-shop.js';
import { type StartedApi, startApi } from './start-api.js';

const served = servedShop();

/** The samples of a metric: labels and value. */
async function samples(name: string, from = served.api): Promise<string[]> {
  const response = await fetch(`${from.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('GET /metrics', () => {
  it('counts searches by plan and requests by route, whatever the products are called', async () => {
    // One search each: a row that is filled up from other categories takes a second.
    for (const product of ['coat', 'dress', 'none']) {
      await fetch(`${served.api.url}/v1/products/${product}/similar?category=any`);
    }
    expect(await samples('weft_searches_total')).toEqual(['weft_searches_total{plan="exact"} 2']);
    const counts = await samples('weft_http_request_seconds_count');
    const route = 'method="GET",route="/v1/products/:id/similar"';
    expect(counts).toContain(`weft_http_request_seconds_count{${route},status="200"} 2`);
    expect(counts).toContain(`weft_http_request_seconds_count{${route},status="404"} 1`);
  });

  it('takes all that has no route for one', async () => {
    for (const guess of ['/admin', '/wp-login.php']) await fetch(served.api.url + guess);
    const counts = await samples('weft_http_request_seconds_count');
    expect(counts.filter((line) => line.includes('status="404"') && line.includes('route="none"'))).toEqual([
      'weft_http_request_seconds_count{method="GET",route="none",status="404"} 2',
    ]);
  });

  it('tells of live recall, once the graphs have answered', async () => {
    expect(await samples('weft_live_recall_count')).toEqual(['weft_live_recall_count 0']);
  });
});

describe('what GET /metrics tells of the database', () => {
  const audit = JOB_INPUTS.audit.parse({});
  let now = Date.now();
  /** One that has asked the database nothing yet. */
  let api: StartedApi;
  const value = async (sample: string) => {
    const [name = ''] = sample.split('{');
    return Number((await samples(name, api)).find((line) => line.startsWith(`${sample} `))?.split(' ')[1]);
  };

  beforeAll(async () => {
    const { database, connection } = served.shop;
    const create = () => database.jobs.create('audit', audit, { requestedBy: 'a test' });
    const hook = { url: 'https://shop.example/hook', kinds: ['job.failed' as const], secret: Buffer.alloc(32) };
    await database.webhooks.add({ ...hook, createdAt: new Date(), createdBy: 'a test' }, 1);
    const [waits, fails, works] = [await create(), await create(), await create()];
    await database.jobs.fail(fails, { code: 'broken', message: 'It broke.' });
    for (let attempt = 0; attempt < 3; attempt += 1) await database.jobs.markRunning(works.id);
    await database.jobs.succeed({ ...works, starts: 3 }, {});
    const trial = JOB_INPUTS.import.parse({ feed: '/feeds/a.csv', dryRun: true });
    await database.jobs.succeed(await database.jobs.create('import', trial, { requestedBy: 'a test' }), {});
    await new PgBackupStore(connection).noteWritten(new Date('2026-11-30T03:00:00Z'));
    const ids = [waits, works].map(({ id }) => `'${id}'`);
    await queryOnce(
      connection,
      `UPDATE job_run SET created_at = now() - interval '2 hours', started_at = now() - interval '1 hour',
         finished_at = CASE WHEN finished_at IS NULL THEN NULL ELSE now() - interval '50 minutes' END
       WHERE id IN (${ids.join(', ')})`,
    );
    await queryOnce(
      connection,
      `INSERT INTO schedule SELECT name, 'refresh', '{}', '0 3 * * *', 'UTC', name <> 'paused', now(), 'a test', now(), 'a test',
         '2026-12-01T03:00:00Z', '2026-11-30T03:00:00Z' FROM unnest(ARRAY['nightly', 'paused']) name`,
    );
    await queryOnce(connection, `UPDATE webhook_delivery SET created_at = now() - interval '3 hours'`);
    // A second one; the first came with the shop.
    const [late, bare] = [productOf('late', 'late', ['late']), productOf('bare', 'bare', [])];
    await database.catalog.saveBatch(newImport(), batchOf([late, bare], [offerOf('l', 'late'), offerOf('b', 'bare')]));
    await queryOnce(connection, `UPDATE product SET first_seen = now() - interval '2 days' WHERE product_id = 'late'`);
    const { directory } = served.shop;
    api = await startApi(database, { feedDir: directory, home: directory, clock: { now: () => new Date(now) } });
  });
  afterAll(() => api?.close());

  it('is what lies in it', async () => {
    expect(await value('weft_jobs{kind="audit",state="queued"}')).toBe(1);
    expect(await value('weft_jobs{kind="audit",state="failed"}')).toBe(1);
    expect(await value('weft_job_retries{kind="audit"}')).toBe(2);
    expect(await value('weft_job_oldest_queued_seconds{kind="audit"}')).toBeCloseTo(7_200, -2);
    for (const quantile of ['0.5', '0.95', '1'])
      expect(await value(`weft_job_run_seconds{kind="audit",quantile="${quantile}"}`)).toBeCloseTo(600, 0);
    expect((await samples('weft_job_last_success_timestamp_seconds', api)).map((line) => line.split(' ')[0])).toEqual([
      'weft_job_last_success_timestamp_seconds{kind="audit"}',
    ]);
    const due = Date.parse('2026-12-01T03:00:00Z') / 1000;
    expect(await samples('weft_schedule_next_timestamp_seconds', api)).toEqual([
      `weft_schedule_next_timestamp_seconds{schedule="nightly"} ${due}`,
    ]);
    expect(await value('weft_schedule_last_timestamp_seconds{schedule="nightly"}')).toBe(due - 86_400);
    expect(await value('weft_generation_products{state="active"}')).toBe(10);
    expect(await samples('weft_active_generation', api)).toEqual([
      `weft_active_generation{model="20261124-093000-1a2b3c4d"} ${served.shop.generation}`,
    ]);
    expect(await value('weft_products_without_vector')).toBe(2);
    expect(await value('weft_oldest_product_without_vector_seconds')).toBeCloseTo(172_800, -2);
    expect(await value('weft_webhook_messages{state="pending"}')).toBe(1);
    expect(await value('weft_webhook_oldest_pending_seconds')).toBeCloseTo(10_800, -2);
    expect(await value('weft_last_backup_timestamp_seconds')).toBe(Date.parse('2026-11-30T03:00:00Z') / 1000);
    expect([await value('weft_redis_up'), await value('weft_database_read')]).toEqual([1, 1]);
    expect(await value('weft_database_connections{state="waiting"}')).toBe(0);
  });

  it('is asked for every five seconds at most', async () => {
    const queued = () => value('weft_jobs{kind="audit",state="queued"}');
    expect(await queued()).toBe(1);
    await served.shop.database.jobs.create('audit', audit, { requestedBy: 'a test' });
    expect(await queued()).toBe(1);
    now += 5_000;
    expect(await queued()).toBe(2);
  });

  it('is what docs/metrics.md says, no more and no less, and what the alerts ask for', async () => {
    const root = repositoryRoot(import.meta.url);
    const text = await (await fetch(`${api.url}/metrics`)).text();
    const told = [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].filter(([, name = '']) => name.startsWith('weft_'));
    const page = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `(weft_\w+)` +\| ([^|]*)\|/gm)];
    expect(documented.map(([, name]) => name).sort()).toEqual(told.map(([, name]) => name).sort());
    for (const [, name = '', labels = ''] of documented) {
      const sample = text.split('\n').find((line) => new RegExp(`^${name}(_count|_bucket)?[{ ]`).test(line)) ?? '';
      const used = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le');
      const said = labels.split(',').flatMap((label) => label.trim() || []);
      expect([name, used.sort()]).toEqual([name, sample === '' ? [] : said.sort()]);
    }
    const rules = z
      .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
      .parse(parse(readFileSync(join(root, 'deploy', 'prometheus', 'weft-alerts.yml'), 'utf8')));
    const histograms = told.filter(([, , type]) => type === 'histogram').map(([, name]) => name);
    const series = new Set([
      ...told.map(([, name]) => name),
      ...histograms.flatMap((name) => ['bucket', 'count', 'sum'].map((part) => `${name}_${part}`)),
    ]);
    for (const { alert, expr } of rules.groups.flatMap((group) => group.rules)) {
      const asked = [...expr.matchAll(/\b(weft_\w+)/g)].map(([, name]) => name);
      expect([alert, asked.filter((name) => !series.has(name))]).toEqual([alert, []]);
    }
  });
});
