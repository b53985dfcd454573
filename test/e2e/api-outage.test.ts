import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { openDatabase } from '#persistence';
import { BreakableSocket } from '../support/breakable-socket.js';
import { testRedis } from '../support/database.js';
import { temporaryHome } from '../support/servers.js';
import { type ApiShop, openApiShop } from './api-shop.js';
import { startApi } from './start-api.js';

let shop: ApiShop;
let postgres: BreakableSocket;
let redis: BreakableSocket;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  shop = await openApiShop();
  const directory = temporaryHome();
  const { path, prefix } = testRedis();
  postgres = new BreakableSocket(join(directory, '.s.PGSQL.5432'), join(shop.connection.socketDir, '.s.PGSQL.5432'));
  redis = new BreakableSocket(join(directory, 'redis'), path);
  await Promise.all([postgres.mend(), redis.mend()]);
  const database = await openDatabase({ ...shop.connection, socketDir: directory }, { statementMs: 2_000 });
  const place = { path: join(directory, 'redis'), prefix };
  const api = await startApi(database, { feedDir: directory, home: shop.directory, redis: place, queueMs: 300 });
  ({ url } = api);
  close = async () => {
    await api.close();
    await database.close();
    await Promise.all([postgres.cut(), redis.cut()]);
    await rm(directory, { recursive: true });
  };
});

afterAll(async () => {
  await close?.();
  await shop?.close();
});

/** Reads the answer to its end: the service waits for open answers when it closes. */
async function statusOf(path: string): Promise<number> {
  const response = await fetch(`${url}${path}`);
  await response.arrayBuffer();
  return response.status;
}

const codeOf = async (response: Response) => problemSchema.parse(await response.json()).code;

it('says on every route that the database is gone, stays alive, and answers again when it is back', async () => {
  const routes = ['/v1/products/coat', '/v1/products/coat/similar', '/v1/jobs', '/v1/generations', '/health/ready'];
  for (const route of routes) expect([route, await statusOf(route)]).toEqual([route, 200]);
  await postgres.cut();
  for (const route of [...routes, `/v1/images/${shop.photoId}`, '/v1/models']) {
    const response = await fetch(`${url}${route}`);
    expect([route, response.status, await codeOf(response)]).toEqual([route, 503, 'database-unreachable']);
  }
  const signals = [{ productId: 'coat', type: 'view' }];
  const body = JSON.stringify({ signals });
  const headers = { 'content-type': 'application/json' };
  const recommended = await fetch(`${url}/v1/recommendations`, { method: 'POST', headers, body });
  expect([recommended.status, await codeOf(recommended)]).toEqual([503, 'database-unreachable']);
  const trained = await fetch(`${url}/v1/trainings`, { method: 'POST' });
  expect([trained.status, await codeOf(trained)]).toEqual([503, 'database-unreachable']);
  expect(await statusOf('/health/live')).toBe(200);
  await postgres.mend();
  for (const route of routes) expect([route, await statusOf(route)]).toEqual([route, 200]);
});

it('records a job that nobody can be told of, and answers', async () => {
  await redis.cut();
  const response = await fetch(`${url}/v1/trainings`, { method: 'POST' });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  const job = (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as { log: { words: string }[] };
  expect(job).toMatchObject({ kind: 'train', state: 'queued' });
  expect(job.log.map(({ words }) => words)).toEqual([expect.stringMatching(/^Redis did not answer/)]);
  expect(await statusOf('/v1/products/coat/similar')).toBe(200);
  await redis.mend();
});

const ready = async () =>
  (await fetch(`${url}/health/ready`)).json() as Promise<{ status: string; lacking: { what: string }[] }>;

const untilWhole = () => expect.poll(ready, { timeout: 10_000 }).toMatchObject({ status: 'ready', lacking: [] });

it.each(['cut', 'hang'] as const)(
  'serves without Redis and says so, and is whole again afterwards (%s)',
  async (end) => {
    await untilWhole();
    await redis[end]();
    expect(await ready()).toMatchObject({ status: 'degraded', lacking: [{ what: 'redis' }] });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^weft_redis_up 0$/m);
    for (const route of ['/v1/products/coat/similar', '/v1/products/coat', '/v1/jobs'])
      expect([route, await statusOf(route)]).toEqual([route, 200]);
    if (end === 'cut') await redis.mend();
    else redis.resume();
    await untilWhole();
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^weft_redis_up 1$/m);
  },
);

it('says that a database that hangs does not answer, and answers when it does', async () => {
  postgres.hang();
  for (const route of ['/health/ready', '/v1/products/coat/similar']) {
    const response = await fetch(`${url}${route}`);
    expect([route, response.status, await codeOf(response)]).toEqual([route, 503, 'database-unreachable']);
  }
  expect(await statusOf('/health/live')).toBe(200);
  postgres.resume();
  await expect.poll(() => statusOf('/v1/products/coat/similar')).toBe(200);
  expect(await ready()).toMatchObject({ status: 'ready' });
});

it('goes on with new connections when all that it has fell silent', async () => {
  await Promise.all(Array.from({ length: 12 }, () => statusOf('/v1/products/coat/similar')));
  postgres.freeze();
  await Promise.all(Array.from({ length: 12 }, () => statusOf('/v1/products/coat/similar')));
  expect(await statusOf('/v1/products/coat/similar')).toBe(200);
});
