import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiShop, openApiShop } from './api-shop.js';
import { type StartedApi, startApi } from './start-api.js';

let shop: ApiShop;
let api: StartedApi;

beforeAll(async () => {
  shop = await openApiShop();
  // A timer is never as early as this: the service is late at all times.
  api = await startApi(shop.database, { feedDir: shop.directory, latestMs: 0.001 });
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
});

it('a service that is late turns requests away and says when to come back, but that it is alive', async () => {
  await expect.poll(async () => (await fetch(`${api.url}/health/ready`)).status, { timeout: 10_000 }).toBe(503);
  const response = await fetch(`${api.url}/v1/products/coat`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ code: 'overloaded' });
  expect((await fetch(`${api.url}/health/live`)).status).toBe(200);
});
