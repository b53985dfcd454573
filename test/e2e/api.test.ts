import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { PROBLEMS, type ProblemCode } from '../../apps/api/http/problem.js';
import { jobResponse, jobsResponse, jobWithLogResponse } from '../../apps/api/jobs/job-schemas.js';
import { productResponse, recommendationsResponse } from '../../apps/api/products/product-schemas.js';
import { JOB_INPUTS } from '#jobs';
import { fetchedPhotoFile, type ImageId, type JobId, photoDirectory, sha256 } from '#foundation';
import { batchOf, newImport } from '../support/catalogue.js';
import { decodersOf } from '../support/decoders.js';
import { imageMetadata } from '../support/image-metadata.js';
import { type ApiShop, cosinesToCoat, MODEL, openApiShop } from './api-shop.js';
import { rawRequest } from './raw-request.js';
import { type StartedApi, startApi } from './start-api.js';
import { SERVED } from '../support/promotions.js';
import { begun } from '../support/begun.js';

let shop: ApiShop;
let api: StartedApi;
let url: string;

const listen = ({ database, directory }: ApiShop) =>
  startApi(database, { feedDir: join(directory, 'feeds'), home: directory });

beforeAll(async () => {
  shop = await openApiShop();
  api = await listen(shop);
  ({ url } = api);
});

afterAll(async () => {
  await api?.close();
  await shop?.close();
});

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown, headers: Record<string, string> = json) =>
  fetch(`${url}${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** The answer, held against the schema that /openapi.json shows. */
async function recommendations(response: Response) {
  expect(response.status).toBe(200);
  return recommendationsResponse.parse(await response.json());
}
const similar = async (query: string) => recommendations(await fetch(`${url}/v1/products/${query}`));
const recommend = async (body: unknown) => recommendations(await post('/v1/recommendations', body));
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);

/** Expects an RFC 9457 document of this kind, and returns it. */
async function problem(response: Response, code: ProblemCode) {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const document = problemSchema.parse(await response.json());
  const { status, title } = PROBLEMS[code];
  expect(document).toMatchObject({ code, status, title, type: `urn:weft:problem:${code}` });
  expect(response.status).toBe(status);
  expect(JSON.stringify(document)).not.toMatch(/node_modules|\.[jt]s:\d|at .*\(/);
  return document;
}

describe('a product', () => {
  it('is found by its own id and by the id of any of its offers', async () => {
    for (const id of ['coat', 'coat%2Fm', 'coat%2Fl']) {
      const card = productResponse.parse(await (await fetch(`${url}/v1/products/${id}`)).json());
      expect(card).toMatchObject({ productId: 'coat', styleId: 'coats', offerId: 'coat/m', price: 100, inStock: true });
      expect(card).toMatchObject({ link: 'https://shop.example/coat?size=m', image: `/v1/images/${shop.photoId}` });
    }
  });

  it('that is unknown is a problem', async () => {
    const document = await problem(await fetch(`${url}/v1/products/nothing`), 'product-unknown');
    expect(document).toMatchObject({ instance: '/v1/products/nothing', errors: [] });
    expect(document.detail).toContain('nothing');
    expect(document.remedy).toContain('import');
  });

  it('may be as long as the catalogue allows', async () => {
    await problem(await fetch(`${url}/v1/products/${encodeURIComponent('衣'.repeat(512))}`), 'product-unknown');
    const category = encodeURIComponent('x'.repeat(1_000));
    await problem(await fetch(`${url}/v1/products/nothing/similar?category=${category}`), 'product-unknown');
    const signals = Array.from({ length: 500 }, (_, i) => ({ productId: `${i}`.padStart(512, 'x'), type: 'view' }));
    expect((await post('/v1/recommendations', JSON.stringify({ signals }))).status).not.toBe(413);
  });

  it('with control characters or an endless id is a problem, and no query', async () => {
    expect((await problem(await fetch(`${url}/v1/products/a%00b`), 'request-invalid')).errors[0]?.path).toBe('id');
    await problem(await fetch(`${url}/v1/products/${'a'.repeat(513)}`), 'request-invalid');
    await problem(await fetch(`${url}/v1/products/${'a'.repeat(5000)}`), 'url-malformed');
    await problem(await fetch(`${url}/v1/products/%ZZ`), 'url-malformed');
  });
});

describe('GET /v1/products/{id}/similar', () => {
  it('leaves out the own style, other categories and genders, and what is out of stock', async () => {
    const first = await similar('coat/similar');
    expect(ids(first)).toEqual(['near-shape', 'both', 'near-colour', 'like-dress', 'dress']);
    expect(first.filledUp).toEqual({ categories: ['Women > Coats'], given: 4 });
    const answer = await similar('coat/similar?category=same');
    expect(ids(answer)).toEqual(['near-shape']);
    expect(answer).toMatchObject({ modelVersion: MODEL, generation: shop.generation, dial: 0.5, unknown: [] });
    expect(answer.shortfall).toMatchObject({ asked: 10, given: 1, code: 'no-more-matches' });
    expect(answer.shortfall?.reason).toContain('category=any looks further');
    expect(answer.results.every(({ because }) => because === null)).toBe(true);
  });

  it('tells similarity in total and by part as the dial weighs them', async () => {
    const answer = await similar('coat/similar?dial=0.25&count=3&category=any');
    expect(answer.shortfall).toBeNull();
    for (const { productId, similarity } of answer.results) {
      const { shape, colour } = cosinesToCoat(productId);
      expect(similarity!.shape).toBeCloseTo(shape, 5);
      expect(similarity!.colour).toBeCloseTo(colour, 5);
      expect(similarity!.total).toBeCloseTo(0.75 * shape + 0.25 * colour, 5);
    }
  });

  it('answers for a product that has no embedding', async () => {
    expect(await similar('unembedded/similar')).toMatchObject({
      results: [],
      withoutVector: ['unembedded'],
      shortfall: { asked: 10, given: 0, code: 'no-vector' },
    });
  });

  it('names every parameter that is wrong', async () => {
    const response = await fetch(`${url}/v1/products/coat/similar?count=101&dial=2&inStock=yes&minPrice=&size=3`);
    const { errors } = await problem(response, 'request-invalid');
    expect(errors.map(({ path }) => path).sort()).toEqual(['count', 'dial', 'inStock', 'minPrice', 'size']);
    const range = await fetch(`${url}/v1/products/coat/similar?minPrice=9&maxPrice=8`);
    expect((await problem(range, 'request-invalid')).errors).toEqual([
      { path: 'minPrice', message: 'must not be above maxPrice' },
    ]);
    await problem(await fetch(`${url}/v1/products/coat/similar?count=1&count=2`), 'request-invalid');
  });
});

describe('POST /v1/recommendations', () => {
  it('leaves out what was seen with its styles, and names the responsible signal', async () => {
    const answer = await recommend({
      signals: [
        { productId: 'coat/l', type: 'wishlist', at: '2026-11-23T18:20:00+01:00' },
        { productId: 'dress', type: 'view' },
      ],
    });
    expect(ids(answer)).not.toEqual(expect.arrayContaining(['coat']));
    expect(ids(answer)).not.toEqual(expect.arrayContaining(['coat--blue']));
    expect(ids(answer)).not.toEqual(expect.arrayContaining(['dress']));
    const because = new Map(answer.results.map((result) => [result.productId, result.because]));
    expect(because.get('both')).toMatchObject({
      ...{ productId: 'coat', type: 'wishlist' },
      text: 'Because you wishlisted A coat: same cut, same colour',
    });
    expect(because.get('like-dress')).toMatchObject({ productId: 'dress', type: 'view' });
    const interests = new Map(answer.results.map((result) => [result.productId, result.interest?.productId]));
    expect(interests.get('near-shape')).toBe('coat');
    expect(interests.get('like-dress')).toBe('dress');
  });

  it('reports unknown ids and products without an embedding, and answers from the rest', async () => {
    const signals = ['coat', 'nothing', 'unembedded'].map((productId) => ({ productId, type: 'view' }));
    const answer = await recommend({ signals, count: 1 });
    expect(answer).toMatchObject({ unknown: ['nothing'], withoutVector: ['unembedded'], shortfall: null });
    expect(ids(answer)).toEqual(['both']);
  });

  it('shows new arrivals where no taste is known, says why, and nothing when that is not wanted', async () => {
    const unknown = [{ productId: 'nothing', type: 'view' }];
    const disliked = [{ productId: 'coat', type: 'dislike' }];
    expect((await recommend({ signals: unknown })).fallback?.code).toBe('no-vector');
    expect((await recommend({})).fallback?.code).toBe('no-signals');
    const answer = await recommend({ signals: disliked, count: 3, gender: 'female' });
    expect(answer.fallback?.code).toBe('no-taste');
    expect(answer.results.map(({ shelf, because, similarity }) => [shelf, because, similarity])).toEqual(
      Array.from({ length: 3 }, () => ['new', null, null]),
    );
    expect(ids(answer)).not.toEqual(expect.arrayContaining(['coat--blue']));
    expect(await recommend({ signals: disliked, fallback: false })).toMatchObject({
      ...{ results: [], fallback: null, shortfall: { code: 'no-taste' } },
    });
  });

  it('takes dial and filters', async () => {
    const signals = [{ productId: 'coat', type: 'view' }];
    expect(ids(await recommend({ signals, dial: 0, count: 1 }))).toEqual(['near-shape']);
    expect(ids(await recommend({ signals, dial: 1, count: 1 }))).toEqual(['near-colour']);
    expect(ids(await recommend({ signals, category: 'Women > Dresses' }))).toEqual(['like-dress', 'dress']);
    expect(ids(await recommend({ signals, gender: 'male', inStock: false }))).toEqual(['for-men', 'both']);
  });

  it('names every part that is wrong, by its path', async () => {
    const body = { signals: [{ productId: 'a', type: 'love', at: 'yesterday' }], count: 1.5, colour: 'red' };
    const { errors } = await problem(await post('/v1/recommendations', body), 'request-invalid');
    expect(errors.map(({ path }) => path).sort()).toEqual(['colour', 'count', 'signals[0].at', 'signals[0].type']);
    await problem(await post('/v1/recommendations', { signals: [], shopperId: '' }), 'request-invalid');
    await problem(await post('/v1/recommendations', { interests: 6 }), 'request-invalid');
    await problem(await post('/v1/recommendations', { scenario: 'home top' }), 'request-invalid');
    await problem(await post('/v1/recommendations', []), 'request-invalid');
  });
});

describe('images', () => {
  const image = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/images/${query}`, { headers });

  it('are WebP thumbnails of the asked width that may be cached for good', async () => {
    const response = await image(`${shop.photoId}?w=64`);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('cache-control')).toContain('immutable');
    const { format, width, height } = await imageMetadata(new Uint8Array(await response.arrayBuffer()));
    expect([format, width]).toEqual(['webp', 64]);
    expect(height).toBeGreaterThanOrEqual(85);
    const etag = response.headers.get('etag') as string;
    for (const header of [etag, `"x", W/${etag}`, '*']) {
      const again = await image(`${shop.photoId}?w=64`, { 'if-none-match': header });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await image(`${shop.photoId}?w=65`, { 'if-none-match': etag })).status).toBe(200);
  });

  it('with a width or an id that cannot be are problems', async () => {
    for (const query of [
      `${shop.photoId}?w=31`,
      `${shop.photoId}?w=1025`,
      `${shop.photoId}?w=a`,
      'abc',
      '..%2Fphoto',
    ]) {
      await problem(await image(query), 'request-invalid');
    }
    await problem(await image('0'.repeat(64)), 'image-unknown');
  });

  it('by address are drawn from what was fetched', async () => {
    const bytes = await sharp({ create: { width: 60, height: 80, channels: 3, background: '#123' } })
      .png()
      .toBuffer();
    const imageId = sha256(bytes) as ImageId;
    const file = fetchedPhotoFile(photoDirectory(shop.directory), imageId);
    const look = { hash: Buffer.alloc(32), grid: Buffer.alloc(588), detail: 0 };
    const record = { imageId, source: 'https://shop.example/a.png', width: 60, height: 80, look };
    await shop.database.catalog.saveBatch(newImport(), { ...batchOf([], []), images: [record] });
    await problem(await image(imageId), 'image-gone');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    expect((await image(imageId)).status).toBe(200);
  });

  it('whose file is gone, or is another by now, are gone', async () => {
    const file = join(shop.directory, 'photo.png');
    await rename(file, `${file}.away`);
    await problem(await image(shop.photoId), 'image-gone');
    await writeFile(file, 'not the photo');
    await problem(await image(shop.photoId), 'image-gone');
    await rename(`${file}.away`, file);
    expect((await image(shop.photoId)).status).toBe(200);
  });

  it('survive the death of every decoder, and are drawn by others', async () => {
    expect((await image(`${shop.photoId}?w=70`)).status).toBe(200);
    const dead = decodersOf(process.pid);
    expect(dead.length).toBeGreaterThan(0);
    for (const pid of dead) process.kill(pid, 'SIGKILL');
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => image(`${shop.photoId}?w=${71 + i}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(decodersOf(process.pid).filter((pid) => dead.includes(pid))).toEqual([]);
  });

  it('are refused when far too many are asked for at once, and drawn again afterwards', async () => {
    const answers = await Promise.all(Array.from({ length: 600 }, (_, i) => image(`${shop.photoId}?w=${100 + i}`)));
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(600 - busy.length);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy[0]?.headers.get('retry-after')).toMatch(/^\d+$/);
    await problem(busy[0]!, 'images-busy');
    expect((await image(shop.photoId)).status).toBe(200);
  });
});

describe('jobs', () => {
  it('are accepted with the place to follow them, and listed newest first', async () => {
    await writeFile(join(shop.directory, 'feeds', 'feed.csv'), 'id\n');
    const started = [
      await post('/v1/imports', { feed: 'feed.csv' }),
      await post('/v1/trainings', { seed: 7 }),
      await fetch(`${url}/v1/embeddings`, { method: 'POST' }),
    ];
    const runs = await Promise.all(started.map(async (response) => jobResponse.parse(await response.json())));
    const root = join(shop.directory, 'feeds');
    expect(runs.map(({ kind, input }) => [kind, input])).toEqual([
      ['import', JOB_INPUTS.import.parse({ feed: join(root, 'feed.csv'), root })],
      ['train', JOB_INPUTS.train.parse({ seed: 7 })],
      ['embed', JOB_INPUTS.embed.parse({})],
    ]);
    for (const [i, { id, state }] of runs.entries()) {
      expect([started[i]!.status, started[i]!.headers.get('location')]).toEqual([202, `/v1/jobs/${id}`]);
      expect(state).toBe('queued');
      expect(jobWithLogResponse.parse(await (await fetch(`${url}/v1/jobs/${id}`)).json())).toMatchObject({
        id,
        log: [],
      });
    }
    const listed = async (query: string) => {
      const page = jobsResponse.parse(await (await fetch(`${url}/v1/jobs?${query}`)).json());
      return { ...page, ids: page.jobs.map(({ id }) => id) };
    };
    const { ids, nextCursor } = await listed('limit=2');
    expect(ids).toEqual([runs[2]!.id, runs[1]!.id]);
    expect(await listed(`limit=2&cursor=${nextCursor}`)).toMatchObject({ ids: [runs[0]!.id], nextCursor: null });
    expect((await listed('kind=train&state=queued')).ids).toEqual([runs[1]!.id]);
    expect((await listed('kind=train&state=dead')).ids).toEqual([]);
    await problem(await fetch(`${url}/v1/jobs?cursor=00000000-0000-4000-8000-000000000000`), 'cursor-invalid');
  });

  it('are one job under one idempotency key, and no other', async () => {
    const send = (body: unknown, key: string) => post('/v1/trainings', body, { ...json, 'idempotency-key': key });
    const answers = [await send({ seed: 8 }, 'retrain at noon'), await send({ seed: 8 }, 'retrain at noon')];
    const [first, second] = await Promise.all(answers.map(async (answer) => jobResponse.parse(await answer.json())));
    expect(first).toMatchObject({ requestedBy: 'anyone on this machine', idempotencyKey: 'retrain at noon' });
    expect(second).toEqual(first);
    await problem(await send({ seed: 9 }, 'retrain at noon'), 'idempotency-key-reused');
    const faults = (await problem(await send({ seed: 9 }, 'x'.repeat(201)), 'request-invalid')).errors;
    expect(faults[0]?.path).toBe('idempotency-key');
    // Names of Weft's own wishes: nobody may take the place of a night's run.
    await problem(await send({ seed: 9 }, 'weft:schedule:nightly:2026-11-30T03:00:00.000Z'), 'request-invalid');
  });

  it('embed with models that there are', async () => {
    await problem(await post('/v1/embeddings', { modelVersion: '20200101-000000-00000000' }), 'model-unknown');
  });

  it('are cancelled, and tried again as another job', async () => {
    const start = async (path: string) =>
      jobResponse.parse(await (await fetch(`${url}${path}`, { method: 'POST' })).json());
    const { id } = await start('/v1/audits');
    const cancelled = await start(`/v1/jobs/${id}/cancel`);
    expect(cancelled).toMatchObject({ id, state: 'cancelled', cancelRequestedBy: 'anyone on this machine' });
    const retry = await start(`/v1/jobs/${id}/retry`);
    expect(retry).toMatchObject({ kind: 'audit', state: 'queued', retryOf: id });
    await problem(await fetch(`${url}/v1/jobs/${retry.id}/retry`, { method: 'POST' }), 'job-not-retriable');
    await shop.database.jobs.succeed(await begun(shop.database.jobs, retry.id as JobId), {});
    await problem(await fetch(`${url}/v1/jobs/${retry.id}/cancel`, { method: 'POST' }), 'job-finished');
    const nobody = '/v1/jobs/00000000-0000-4000-8000-000000000000';
    await problem(await fetch(`${url}${nobody}/cancel`, { method: 'POST' }), 'job-unknown');
    await problem(await fetch(`${url}${nobody}/retry`, { method: 'POST' }), 'job-unknown');
  });

  it('take an address, a mapping and the way in which a feed is read, and refuse what they are not', async () => {
    const feed = 'https://shop.example/feed.xml';
    const mapping = { columns: { Artikel: 'id' }, currency: 'EUR' };
    const response = await post('/v1/imports', { feed, mapping, format: 'csv', encoding: 'latin1', dryRun: true });
    const { input } = jobResponse.parse(await response.json());
    expect(input).toMatchObject({ feed, format: 'csv', encoding: 'latin1', dryRun: true, mapping });
    const faults = async (body: unknown) => (await problem(await post('/v1/imports', body), 'request-invalid')).errors;
    expect((await faults({ feed, mapping: { colums: {} } }))[0]).toMatchObject({ path: 'mapping.colums' });
    expect((await faults({ feed, mapping: { columns: { a: 'colour' } } }))[0]?.path).toBe('mapping.columns.a');
    expect((await faults({ feed, encoding: 'klingon' }))[0]?.path).toBe('encoding');
    const secret = await post('/v1/imports', { feed: 'https://user:hunter2@shop.example/feed.xml' });
    expect([secret.status, await secret.text()]).toEqual([400, expect.not.stringContaining('hunter2')]);
  });

  it('cannot read outside the feed directory', async () => {
    const feeds = join(shop.directory, 'feeds');
    await writeFile(join(shop.directory, 'secret.csv'), 'id\n');
    await mkdir(join(feeds, 'folder'));
    await symlink(join(shop.directory, 'secret.csv'), join(feeds, 'link.csv'));
    await symlink(shop.directory, join(feeds, 'way-out'));
    const outside = ['../secret.csv', '/etc/passwd', 'link.csv', 'way-out/secret.csv', '.', 'folder/../../secret.csv'];
    for (const feed of outside) await problem(await post('/v1/imports', { feed }), 'feed-outside-directory');
    for (const feed of ['none.csv', 'folder']) await problem(await post('/v1/imports', { feed }), 'feed-missing');
    // A directory whose name begins with two dots is inside.
    await mkdir(join(feeds, '..odd'));
    await writeFile(join(feeds, '..odd', 'feed.csv'), 'id\n');
    expect((await post('/v1/imports', { feed: '..odd/feed.csv' })).status).toBe(202);
  });

  it('that cannot be are problems', async () => {
    expect((await problem(await fetch(`${url}/v1/jobs/7`), 'request-invalid')).errors[0]?.path).toBe('id');
    await problem(await fetch(`${url}/v1/jobs/00000000-0000-4000-8000-000000000000`), 'job-unknown');
    await problem(await post('/v1/trainings', { recipe: 'thorough' }), 'request-invalid');
    await problem(await post('/v1/trainings', { seed: -1 }), 'request-invalid');
    await problem(await fetch(`${url}/v1/jobs?limit=0`), 'request-invalid');
  });
});

describe('every error', () => {
  it('of a route, method, host or origin that is not taken is a problem', async () => {
    await problem(await fetch(`${url}/nothing?secret=1`), 'route-unknown');
    const wrongMethod = await fetch(`${url}/v1/recommendations`);
    expect(wrongMethod.headers.get('allow')).toBe('POST');
    await problem(wrongMethod, 'method-not-allowed');
    await problem(await fetch(`${url}/v1/jobs`, { method: 'DELETE' }), 'method-not-allowed');
    await problem(await post('/v1/trainings', {}, { ...json, origin: 'http://evil.example' }), 'origin-refused');
    await problem(await post('/v1/trainings', {}, { ...json, origin: 'null' }), 'origin-refused');
    expect(
      (await post('/v1/recommendations', { signals: [{ productId: 'coat', type: 'view' }] }, { ...json, origin: url }))
        .status,
    ).toBe(200);
    const rebound = await rawRequest(
      api.port,
      'GET /v1/jobs HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n',
    );
    expect(rebound).toMatch(/^HTTP\/1.1 421 /);
    expect(rebound).toContain('"code":"host-refused"');
  });

  it('of a body is a problem', async () => {
    await problem(await post('/v1/recommendations', '{"signals": ['), 'json-malformed');
    await problem(await post('/v1/recommendations', ''), 'json-malformed');
    await problem(await post('/v1/recommendations', '{"__proto__": {}}'), 'json-malformed');
    await problem(await post('/v1/recommendations', JSON.stringify('a'.repeat(600_000))), 'body-too-large');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'image/png']) {
      await problem(await post('/v1/trainings', '{}', { 'content-type': type }), 'media-type-unsupported');
    }
  });

  it('of what is no HTTP request is a problem', async () => {
    expect(await rawRequest(api.port, 'GARBAGE\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 [^]*application\/problem\+json[^]*"request-invalid"/,
    );
    const huge = `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`;
    expect(await rawRequest(api.port, huge)).toMatch(
      /^HTTP\/1.1 431 [^]*application\/problem\+json[^]*"headers-too-large"/,
    );
  });

  it("carries the id that the log has, the caller's own if it sent one", async () => {
    const response = await fetch(`${url}/nothing`, { headers: { 'x-request-id': 'page-42' } });
    expect(response.headers.get('x-request-id')).toBe('page-42');
    expect((await problem(response, 'route-unknown')).requestId).toBe('page-42');
    const odd = await fetch(`${url}/nothing`, { headers: { 'x-request-id': 'a b"c' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('before a generation is active', () => {
  it('is alive and ready, says what mends it, and is promoted over HTTP', async () => {
    const fresh = await openApiShop({ activate: false });
    const app = await listen(fresh);
    const at = app.url;
    try {
      expect(await (await fetch(`${at}/health/live`)).json()).toEqual({ status: 'live' });
      expect(await (await fetch(`${at}/health/ready`)).json()).toEqual({
        ...{
          status: 'degraded',
          lacking: [{ what: 'generation', means: expect.stringContaining('weft embed') as string }],
        },
        ...{ generation: null, modelVersion: null, popularityFailingSince: null },
      });
      const refused = await problem(await fetch(`${at}/v1/products/coat/similar`), 'no-active-generation');
      expect(refused.remedy).toContain('weft embed');
      const promote = (id: string) => fetch(`${at}/v1/generations/${id}/promote`, { method: 'POST' });
      await problem(await promote('99'), 'generation-unknown');
      await problem(await promote('x'), 'request-invalid');
      await problem(await promote('4294967296'), 'request-invalid');
      // `unembedded` has a photo and no vector.
      await problem(await promote(String(fresh.generation)), 'generation-incomplete');
      await fresh.database.generations.activate(fresh.generation, () => SERVED);
      expect(await (await promote(String(fresh.generation))).json()).toEqual({
        ...{ generation: fresh.generation, modelVersion: MODEL, retired: null },
      });
      const ready = async () => (await fetch(`${at}/health/ready`)).json();
      expect(await ready()).toMatchObject({ generation: fresh.generation, status: 'ready' });
      await rm(join(fresh.directory, 'models', MODEL), { recursive: true });
      expect(await ready()).toMatchObject({ status: 'degraded', lacking: [{ what: 'model' }] });
      expect(await (await fetch(`${at}/v1/models`)).json()).toMatchObject({ models: [{ version: MODEL, dial: 0.5 }] });
      await problem(await fetch(`${at}/v1/models/newest/card`), 'request-invalid');
      await problem(await fetch(`${at}/v1/models/20200101-000000-00000000/card`), 'model-unknown');
      const cardless = await problem(await fetch(`${at}/v1/models/${MODEL}/card`), 'card-missing');
      expect(cardless.remedy).toBe(`weft card ${MODEL}`);
      expect(await (await fetch(`${at}/v1/generations`)).json()).toMatchObject({
        generations: [{ id: fresh.generation, state: 'active', modelVersion: MODEL }],
      });
    } finally {
      await app.close();
      await fresh.close();
    }
  });
});

describe('uploads of feeds', () => {
  const feeds = () => join(shop.directory, 'feeds');
  const put = (name: string, body: string | ReadableStream, headers: Record<string, string> = {}) =>
    fetch(`${url}/v1/feeds/${name}`, { method: 'PUT', body, headers, duplex: 'half' });
  const left = async () => (await readdir(feeds())).filter((name) => name.endsWith('.partial'));

  it('are stored as they came, whatever the client calls them, and can be imported', async () => {
    for (const type of ['', 'text/csv', 'application/json', 'application/x-www-form-urlencoded']) {
      const text = `id,image_link\n${type},a.jpg\n`;
      const response = await put('up.csv', text, type === '' ? {} : { 'content-type': type });
      expect(await response.json()).toEqual({ feed: 'up.csv', bytes: text.length, sha256: sha256(text) });
      expect(await readFile(join(feeds(), 'up.csv'), 'utf8')).toBe(text);
    }
    expect((await post('/v1/imports', { feed: 'up.csv' })).status).toBe(202);
  });

  it('take more than other routes do', async () => {
    const text = 'x'.repeat(3_000_000);
    expect(await (await put('large.csv', text)).json()).toMatchObject({ bytes: 3_000_000 });
  });

  it('leave what was there when they break off, and nothing else', async () => {
    await put('kept.csv', 'old');
    const { port } = new URL(url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('PUT /v1/feeds/kept.csv HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nhalf', () =>
          socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    await expect.poll(left).toEqual([]);
    expect(await readFile(join(feeds(), 'kept.csv'), 'utf8')).toBe('old');
  });

  it('of one name at a time end as one of them, whole', async () => {
    const texts = Array.from({ length: 5 }, (_, at) => String(at).repeat(100_000));
    await Promise.all(texts.map((text) => put('race.csv', text)));
    expect(texts).toContain(await readFile(join(feeds(), 'race.csv'), 'utf8'));
    expect(await left()).toEqual([]);
  });

  it('that cannot be are problems', async () => {
    for (const name of ['..%2fsecret.csv', '.hidden', 'a%20b.csv'])
      await problem(await put(name, 'x'), 'request-invalid');
    await problem(await put('empty.csv', ''), 'upload-incomplete');
    await problem(await put('a.csv', 'x', { origin: 'https://evil.example' }), 'origin-refused');
    const typed = { 'content-type': 'application/octet-stream' };
    await problem(
      await fetch(`${url}/v1/imports`, { method: 'POST', body: 'x', headers: typed }),
      'media-type-unsupported',
    );
  });
});
