import pino from 'pino';
import { expect, it } from 'vitest';
import { jobResponse } from '../../apps/api/jobs/job-schemas.js';
import { Random, WeftError } from '#foundation';
import { JobWorker } from '#jobs';
import { testRedis } from '../support/database.js';
import { openApiShop } from './api-shop.js';
import { startApi } from './start-api.js';

it('the lines of the API and of the worker that tell of one job carry the id of the request that asked for it', async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const shop = await openApiShop();
  const redis = testRedis();
  const api = await startApi(shop.database, { feedDir: shop.directory, home: shop.directory, redis, logger });
  const { jobs } = shop.database;
  const { path, prefix } = redis;
  const worker = new JobWorker(
    { redis: { path }, prefix, random: new Random(1) },
    jobs,
    {
      audit: async (_run, _report, _signal, say) => {
        say('Halfway.');
        throw new WeftError('broken', 'It broke.');
      },
    },
    logger,
  );
  await worker.start();
  const headers = { 'x-request-id': 'page-42' };
  const { id, requestId } = jobResponse.parse(
    await (await fetch(`${api.url}/v1/audits`, { method: 'POST', headers })).json(),
  );
  expect(requestId).toBe('page-42');
  await expect.poll(async () => (await jobs.find(id as never))?.state, { timeout: 15_000 }).toBe('failed');
  // Asked for by nobody's request.
  const own = await jobs.create('audit', {}, { requestedBy: 'a test' });
  await worker.close();
  const told = lines.filter(({ reqId }) => reqId === 'page-42').map(({ msg, job }) => [msg, job]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['job asked for', id],
      ['answered', undefined],
      ['job started', id],
      ['Halfway.', id],
      ['job failed: It broke.', id],
    ]),
  );
  expect(lines.filter(({ job, reqId }) => job === id && reqId !== 'page-42')).toEqual([]);
  expect((await jobs.find(own.id))?.requestId).toBeNull();
  await api.close();
  await shop.close();
});
