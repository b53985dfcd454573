import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEMS, type ProblemCode } from '../../apps/api/http/problem.js';
import { type ApiShop, openApiShop } from './api-shop.js';
import { type StartedApi, startApi } from './start-api.js';

interface Media {
  schema: unknown;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { name: string; in: string; description: string; required: boolean; schema: object }[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, { description: string; content: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let shop: ApiShop;
let api: StartedApi;
let url: string;
let document: Document;
let operations: [string, Operation][];

beforeAll(async () => {
  shop = await openApiShop();
  api = await startApi(shop.database, { feedDir: shop.directory, home: shop.directory });
  ({ url } = api);
  document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${route}`, operation]),
  );
});

afterAll(async () => {
  await api?.close();
  await shop?.close();
});

describe('/openapi.json', () => {
  it('lists every route', () => {
    expect(operations.map(([name]) => name).sort()).toEqual([
      'delete /v1/experiments/{name}',
      'delete /v1/generations/{id}/canary',
      'delete /v1/rules/{id}',
      'delete /v1/scenarios/{name}',
      'delete /v1/schedules/{name}',
      'delete /v1/shoppers/{shopperId}',
      'delete /v1/webhooks/{id}',
      'get /health/live',
      'get /health/ready',
      'get /metrics',
      'get /v1/attribution',
      'get /v1/audits/latest',
      'get /v1/categories',
      'get /v1/clusters',
      'get /v1/clusters/{id}',
      'get /v1/experiments',
      'get /v1/experiments/{name}',
      'get /v1/generations',
      'get /v1/generations/{id}/verdict',
      'get /v1/images/{id}',
      'get /v1/jobs',
      'get /v1/jobs/events',
      'get /v1/jobs/{id}',
      'get /v1/jobs/{id}/events',
      'get /v1/jobs/{id}/quarantine',
      'get /v1/keys',
      'get /v1/models',
      'get /v1/models/{version}/card',
      'get /v1/near-duplicates',
      'get /v1/products',
      'get /v1/products/{id}',
      'get /v1/products/{id}/similar',
      'get /v1/promotions',
      'get /v1/refreshes/latest',
      'get /v1/rules',
      'get /v1/rules/{id}',
      'get /v1/scenarios',
      'get /v1/scenarios/{name}',
      'get /v1/schedules',
      'get /v1/schedules/{name}',
      'get /v1/shoppers/{shopperId}',
      'get /v1/webhooks',
      'get /v1/webhooks/{id}/deliveries',
      'post /v1/audits',
      'post /v1/embeddings',
      'post /v1/events',
      'post /v1/experiments',
      'post /v1/generations/rollback',
      'post /v1/generations/{id}/canary',
      'post /v1/generations/{id}/judge',
      'post /v1/generations/{id}/promote',
      'post /v1/imports',
      'post /v1/jobs/{id}/cancel',
      'post /v1/jobs/{id}/retry',
      'post /v1/keys',
      'post /v1/keys/{id}/revoke',
      'post /v1/keys/{id}/rotate',
      'post /v1/recommendations',
      'post /v1/recommendations/batch',
      'post /v1/refreshes',
      'post /v1/rules',
      'post /v1/rules/preview',
      'post /v1/schedules/{name}/run',
      'post /v1/search/image',
      'post /v1/trainings',
      'post /v1/verify',
      'post /v1/webhooks',
      'post /v1/webhooks/{id}/deliveries/{delivery}/retry',
      'post /v1/webhooks/{id}/test',
      'put /v1/feeds/{name}',
      'put /v1/rules/{id}',
      'put /v1/scenarios/{name}',
      'put /v1/schedules/{name}',
    ]);
  });

  it('has a target for every reference and a use for every schema', () => {
    const references = new Set<string>();
    const walk = (node: unknown) => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === '$ref') references.add(String(value));
        else walk(value);
      }
    };
    walk(document);
    const targets = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...references].sort()).toEqual(targets.sort());
  });

  it('uses no keyword that OpenAPI 3.0 does not know', () => {
    expect(document.openapi).toMatch(/^3\.0/);
    expect(JSON.stringify(document)).not.toMatch(/"(\$schema|\$id|\$defs|const|prefixItems)":/);
    expect(JSON.stringify(document)).not.toContain('"type":"null"');
  });

  it('describes each operation, its parameters, its body and its answer, with examples', () => {
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [name, { summary, tags, parameters, requestBody, responses }] of operations) {
      expect([name, summary, tags.length]).toEqual([name, expect.stringMatching(/./), 1]);
      for (const parameter of parameters ?? []) {
        expect([name, parameter.name, parameter.description]).toEqual([
          name,
          parameter.name,
          expect.stringMatching(/./),
        ]);
        expect(parameter.schema).toHaveProperty('type');
      }
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      expect((parameters ?? []).filter((parameter) => parameter.in === 'path').map((p) => p.name)).toEqual(inPath);
      if (requestBody) expect(requestBody.content['application/json']?.examples).toHaveProperty('request.value');
      const success = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect(success).toHaveLength(1);
      const [[, { content }]] = success as [(typeof success)[number]];
      expect(Object.values(content)[0]?.schema).toBeDefined();
      if ('application/json' in content) expect(content['application/json']?.example).toBeDefined();
    }
  });

  it('documents the errors of each operation as problem documents', () => {
    for (const [name, { responses, requestBody }] of operations) {
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      for (const [status, { content }] of errors) {
        const { schema, examples } = content['application/problem+json'] as Media;
        expect(schema).toEqual({ $ref: '#/components/schemas/Problem' });
        for (const code of Object.keys(examples ?? {}))
          expect(PROBLEMS[code as ProblemCode].status).toBe(Number(status));
      }
      const statuses = errors.map(([status]) => status);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['400', '500'])]);
      if (requestBody) expect([name, statuses]).toEqual([name, expect.arrayContaining(['413', '415'])]);
      if (name.includes('{id}')) expect([name, statuses]).toEqual([name, expect.arrayContaining(['404'])]);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(['429', '503'])]);
    }
    expect(JSON.stringify(document.paths['/v1/products/{id}/similar'])).toContain('no-active-generation');
  });

  it('says what is the default', () => {
    const schema = (name: string) =>
      document.paths['/v1/products/{id}/similar']?.['get']?.parameters?.find((parameter) => parameter.name === name);
    expect(schema('count')).toMatchObject({ required: false, schema: { default: 10, minimum: 1, maximum: 100 } });
    expect(schema('inStock')).toMatchObject({ required: false, schema: { type: 'boolean', default: true } });
    expect(schema('dial')).toMatchObject({ required: false, schema: { type: 'number', minimum: 0, maximum: 1 } });
  });
});

describe('/docs', () => {
  it('is served with all it loads', async () => {
    const page = await fetch(`${url}/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      const { origin, href } = new URL(asset, `${url}/docs`);
      expect(origin).toBe(url);
      const response = await fetch(href);
      expect([href, response.status]).toEqual([href, 200]);
      // Read to its end, or the service would wait for us when it closes.
      await response.arrayBuffer();
    }
  });
});
