import { Writable } from 'node:stream';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../apps/api/logger.js';
import { keyRequest, KeyService } from '#access';
import { systemClock } from '#foundation';
import { openDatabase } from '#persistence';
import { queryOnce } from '../support/database.js';
import { type ApiShop, openApiShop } from './api-shop.js';
import { rawRequest } from './raw-request.js';
import { type StartedApi, startApi } from './start-api.js';

let shop: ApiShop;
let api: StartedApi;
let operator: string;
let storefront: string;
let log = '';

beforeAll(async () => {
  shop = await openApiShop();
  const keys = new KeyService(shop.database.keys, systemClock);
  const make = async (request: object) => (await keys.create(keyRequest.parse(request), 'a test')).text;
  operator = await make({ kind: 'operator', name: 'operator' });
  storefront = await make({ kind: 'storefront', name: 'shop', origins: ['https://shop.example'] });
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      log += chunk.toString();
      done();
    },
  });
  api = await startApi(shop.database, { feedDir: shop.directory, logger: createLogger('debug', sink) });
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
});

const send = (lines: string[], body = '') => rawRequest(api.port, `${lines.join('\r\n')}\r\n\r\n${body}`);
const line = (path: string, method = 'GET') => [
  `${method} ${path} HTTP/1.1`,
  'host: weft.example',
  'connection: close',
];
const statusOf = (answer: string) => Number(/^HTTP\/1\.\d (\d+)/.exec(answer)?.[1]);

describe('without a key', () => {
  it.each([
    ...[
      '/v1/keys',
      '/v1/keys/',
      '/v1//keys',
      '//v1/keys',
      '/V1/KEYS',
      '/v1/%6beys',
      '/v1%2fkeys',
      '/v1/keys%00',
      '/v1/keys?',
    ],
    ...['/v1/./keys', '/v1/images/../keys', '/v1/images/..%2fkeys', '/health/live/../../v1/keys', '/docs/../v1/keys'],
    ...[
      '/docs/%2e%2e/v1/keys',
      '/v1/keys;x',
      '/v1/keys#',
      '/v1/keys?/health/live',
      'http://weft.example/v1/keys',
      '/v1/keys\\',
    ],
    ...['*', '/docs/../../../package.json', '/docs/..%2f..%2f..%2fpackage.json'],
  ])('no spelling of a path leads in: %s', async (path) => {
    const answer = await send(line(path));
    expect([path, [400, 401, 404]]).toEqual([path, expect.arrayContaining([statusOf(answer)])]);
    expect(answer).not.toMatch(/"keys":|"dependencies"/);
  });

  it.each(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'CONNECT', 'QUERY', 'FOO', 'get'])(
    'no method leads in: %s',
    async (method) => {
      const statuses = [statusOf(await send(line('/v1/keys', method))), statusOf(await send(line('/v1/jobs', method)))];
      for (const status of statuses) expect([method, status >= 400 || Number.isNaN(status)]).toEqual([method, true]);
    },
  );

  it.each([
    'x-http-method-override: GET',
    'x-original-url: /health/live',
    'x-rewrite-url: /health/live',
    'x-forwarded-for: 127.0.0.1',
    'x-forwarded-host: localhost',
    'upgrade: h2c',
    'cookie: authorization=Bearer x',
    'x-api-key: x',
  ])('no header leads in: %s', async (header) => {
    expect(statusOf(await send([...line('/v1/keys'), header]))).toBe(401);
  });

  it('a key counts in its header only', async () => {
    for (const query of [`?key=${operator}`, `?access_token=${operator}`, `?authorization=Bearer%20${operator}`]) {
      expect(statusOf(await send(line(`/v1/keys${query}`)))).toBe(401);
    }
    expect(statusOf(await send([...line('/v1/keys'), `authorization: ${operator}`]))).toBe(401);
    expect(statusOf(await send([...line('/v1/keys'), `authorization: Basic ${operator}`]))).toBe(401);
  });
});

describe('two meanings in one request', () => {
  it('are refused: two keys', async () => {
    for (const pair of [
      [storefront, operator],
      [operator, storefront],
      [operator, operator],
    ]) {
      const answer = await send([...line('/v1/keys'), ...pair.map((key) => `authorization: Bearer ${key}`)]);
      expect([statusOf(answer), answer.includes('"key-malformed"')]).toEqual([401, true]);
    }
    expect(statusOf(await send([...line('/v1/keys'), `authorization: Bearer ${storefront}, Bearer ${operator}`]))).toBe(
      401,
    );
    expect(statusOf(await send([...line('/v1/keys'), 'authorization:', ` Bearer ${operator}`]))).toBe(400);
  });

  it('are refused: two lengths of a body, by which a second request could hide in the first', async () => {
    const hidden = `GET /v1/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${operator}\r\n\r\n`;
    const key = `authorization: Bearer ${storefront}`;
    for (const lengths of [
      ['transfer-encoding: chunked', `content-length: ${hidden.length}`],
      ['content-length: 3', `content-length: ${hidden.length}`],
      ['transfer-encoding: xchunked'],
      ['transfer-encoding : chunked'],
      ['content-length: +3'],
    ]) {
      const answer = await send(
        [...line('/v1/recommendations', 'POST'), key, 'content-type: application/json', ...lengths],
        hidden,
      );
      expect([lengths, statusOf(answer), answer.match(/HTTP\/1\.1/g)?.length]).toEqual([lengths, 400, 1]);
    }
  });

  it('are refused: members that would reach an object’s prototype', async () => {
    for (const body of ['{"__proto__": {"kind": "operator"}}', '{"constructor": {"prototype": {"a": 1}}}']) {
      const answer = await fetch(`${api.url}/v1/keys`, {
        ...{ method: 'POST', body },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${operator}` },
      });
      expect(answer.status).toBe(400);
      await answer.arrayBuffer();
    }
    expect(({} as { kind?: string }).kind).toBeUndefined();
  });
});

describe('limits', () => {
  it('of headers hold', async () => {
    expect(statusOf(await send([...line('/v1/keys'), `x: ${'a'.repeat(20_000)}`]))).toBe(431);
    expect(statusOf(await send([...line('/v1/keys'), ...Array.from({ length: 4_000 }, (_, i) => `x${i}: ${i}`)]))).toBe(
      431,
    );
    expect(statusOf(await send([...line('/v1/keys'), `authorization: Bearer ${'a'.repeat(15_000)}`]))).toBe(401);
  });

  it('a body is not read before its sender is known', async () => {
    const answer = await send([
      ...line('/v1/keys', 'POST'),
      'content-type: application/json',
      'content-length: 400000',
    ]);
    expect(statusOf(answer)).toBe(401);
  });

  it('a request whose database does not answer in time is a 503, and Postgres stops working for it', async () => {
    const database = await openDatabase(shop.connection, { statementMs: 300 });
    const slow = await startApi(database, { feedDir: shop.directory });
    const headers = { authorization: `Bearer ${operator}` };
    const holder = queryOnce(
      shop.connection,
      `BEGIN; LOCK TABLE job_run IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT`,
    );
    await sleep(100);
    const response = await fetch(`${slow.url}/v1/jobs`, { headers });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'deadline-exceeded' });
    const waiting = await queryOnce(
      shop.connection,
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'weft' AND state = 'active' AND wait_event_type = 'Lock'
       AND datname = current_database()`,
    );
    expect(waiting).toEqual([]);
    await holder;
    expect((await fetch(`${slow.url}/v1/jobs`, { headers })).status).toBe(200);
    await slow.close();
    await database.close();
  });

  it('a request past its deadline is a 503, whatever it waits for; a body that drips, too', async () => {
    const slow = await startApi(shop.database, { feedDir: shop.directory, deadlineMs: 300 });
    const holder = queryOnce(
      shop.connection,
      `BEGIN; LOCK TABLE job_run IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1); COMMIT`,
    );
    await sleep(100);
    const response = await fetch(`${slow.url}/v1/jobs`, { headers: { authorization: `Bearer ${operator}` } });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'deadline-exceeded' });
    const answer = await new Promise<string>((resolve) => {
      let received = '';
      const socket = connect(slow.port, '127.0.0.1', () => {
        const head = [...line('/v1/recommendations', 'POST'), `authorization: Bearer ${operator}`];
        socket.write([...head, 'content-type: application/json', 'content-length: 1000', '', '{'].join('\r\n'));
      });
      const drip = setInterval(() => socket.write(' '), 50);
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(drip);
        resolve(received);
      });
      setTimeout(() => socket.end(), 1_000);
    });
    expect(statusOf(answer)).toBe(503);
    await holder;
    await slow.close();
  });
});

describe('the log', () => {
  it('holds no key, whatever way it came', async () => {
    const secrets = [operator, storefront];
    for (const key of secrets) {
      await send([...line(`/v1/jobs?key=${key}`), `x-request-id: ${key}`]);
      await send([...line(`/v1/jobs/${key}`), `authorization: Bearer ${key}`, `user-agent: ${key}`]);
      await send(line(`/nothing/${key}`));
    }
    expect(log).toContain('/nothing/weft_');
    for (const key of secrets) {
      expect(log).toContain(`${key.slice(0, 15)}***`);
      expect(log).not.toContain(key.slice(15, 25));
    }
  });
});

describe('/docs', () => {
  it('is shown in no frame and runs its own scripts only', async () => {
    const { headers } = await fetch(`${api.url}/docs`);
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    const html = await (await fetch(`${api.url}/docs`)).text();
    expect([...html.matchAll(/<script([^>]*)>/g)].every(([, attributes]) => attributes?.includes('src='))).toBe(true);
  });
});
