import { afterAll, beforeAll, expect } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { recommendationsResponse } from '../../apps/api/products/product-schemas.js';
import { type ApiShop, openApiShop } from './api-shop.js';
import { type StartedApi, startApi } from './start-api.js';

/** The shop of `openApiShop` and the API that serves it, for the tests of one file or suite. Both are there once tests run. */
export function servedShop(): { readonly shop: ApiShop; readonly api: StartedApi } {
  const served: Partial<{ shop: ApiShop; api: StartedApi }> = {};
  beforeAll(async () => {
    served.shop = await openApiShop();
    const { database, directory } = served.shop;
    served.api = await startApi(database, { feedDir: directory, home: directory });
  });
  afterAll(async () => {
    await served.api?.close();
    await served.shop?.close();
  });
  return served as { shop: ApiShop; api: StartedApi };
}

/** Asks the API for what is under /v1/, with a body in JSON where there is one. */
export function askJson(
  { url }: StartedApi,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(`${url}/v1/${path}`, { method, headers: { ...type, ...headers }, ...sent });
}

/** An answer of recommendations; fails on anything else, and shows it. */
export async function answerOf(response: Response) {
  expect([response.status, await response.clone().text()]).toEqual([200, expect.anything()]);
  return recommendationsResponse.parse(await response.json());
}

/** A refusal. */
export async function problemOf(response: Response) {
  return problemSchema.parse(await response.json());
}
