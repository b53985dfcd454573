import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuedKeyResponse, keyResponse, keysResponse } from '../../apps/api/keys/key-schemas.js';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { KEY_KINDS, keyRequest, KeyService, type Scope, SCOPES } from '#access';
import { type ApiShop, openApiShop } from './api-shop.js';
import { type StartedApi, startApi } from './start-api.js';

const PAGE = 'https://shop.example';
let now = new Date('2026-11-24T12:00:00Z');
const clock = { now: () => now };
let shop: ApiShop;
let api: StartedApi;
let keys: KeyService;
let operator: string;
let callers = 0;

/** A caller from an address of its own, so that nobody is counted with another. */
function newAddress(): Record<string, string> {
  callers += 1;
  return { 'x-forwarded-for': `192.0.${callers >> 8}.${callers & 255}` };
}
const bearer = (key: string | undefined) => (key === undefined ? {} : { authorization: `Bearer ${key}` });
const ask = (path: string, key?: string, init: RequestInit = {}) =>
  fetch(`${api.url}${path}`, {
    ...init,
    headers: { ...newAddress(), ...bearer(key), ...(init.headers as Record<string, string>) },
  });
const send = (path: string, key: string | undefined, body: unknown) =>
  ask(path, key, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const outcome = async (response: Response) => {
  const text = await response.text();
  return [response.status, text === '' ? '' : problemSchema.parse(JSON.parse(text)).code];
};
const make = async (request: object) => (await keys.create(keyRequest.parse(request), 'a test')).text;

beforeAll(async () => {
  shop = await openApiShop();
  keys = new KeyService(shop.database.keys, clock);
  api = await startApi(shop.database, { feedDir: shop.directory, trustedProxies: ['127.0.0.1'], clock });
  operator = await make({ kind: 'operator', name: 'the operator' });
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
});

describe('every route of /openapi.json', () => {
  type Operation = { 'x-scope': Scope | 'public'; security: Record<string, []>[] };
  let routes: { name: string; method: string; path: string; operation: Operation }[];

  beforeAll(async () => {
    const { paths } = (await (await ask('/openapi.json')).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        ...{ name: `${method} ${path}`, method: method.toUpperCase(), operation },
        // No product, image, job, generation or key has this id.
        path: path.replace('{id}', 'x'),
      })),
    );
  });

  /** A body that no route takes: whoever is let in changes nothing. */
  const request = (route: (typeof routes)[number], key?: string) =>
    ask(route.path, key, {
      method: route.method,
      ...(route.method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{"no": 1}' }),
    });

  it('declares who may call it, and only photos and health are for everyone', () => {
    const open = routes.filter(({ operation }) => operation['x-scope'] === 'public').map(({ name }) => name);
    expect(open.sort()).toEqual(['get /health/live', 'get /health/ready', 'get /v1/images/{id}']);
    for (const { name, operation } of routes) {
      expect([name, ['public', ...SCOPES]]).toEqual([name, expect.arrayContaining([operation['x-scope']])]);
      expect([name, operation.security.length === 0]).toEqual([name, operation['x-scope'] === 'public']);
    }
    const administration = routes.filter(({ path }) => path.startsWith('/v1/keys'));
    expect(administration.map(({ operation }) => operation['x-scope'])).toEqual(administration.map(() => 'operator'));
  });

  it('refuses who has no key, or one that is malformed, unknown, expired or revoked', async () => {
    const unknown = await startedElsewhere();
    const expired = await make({ kind: 'operator', name: 'short', expires: '1h' });
    const revoked = await make({ kind: 'operator', name: 'revoked' });
    await keys.revoke(revoked.slice(8, 15), 'a test');
    now = new Date(now.getTime() + 3_600_000);
    const wrong: [string | undefined, string][] = [
      [undefined, 'key-required'],
      [`${operator.slice(0, -1)}${operator.endsWith('0') ? '1' : '0'}`, 'key-malformed'],
      [operator.replace('weft_sk_', 'weft_pk_'), 'key-malformed'],
      ['undefined', 'key-malformed'],
      [unknown, 'key-invalid'],
      [expired, 'key-expired'],
      [revoked, 'key-revoked'],
    ];
    for (const route of routes.filter(({ operation }) => operation['x-scope'] !== 'public')) {
      for (const [key, code] of wrong) {
        const response = await request(route, key);
        const challenge = response.headers.get('www-authenticate');
        expect([route.name, ...(await outcome(response))]).toEqual([route.name, 401, code]);
        expect(challenge).toBe(
          key === undefined ? 'Bearer realm="weft"' : 'Bearer realm="weft", error="invalid_token"',
        );
      }
    }
  });

  it('refuses every lesser key, and takes every key that OpenAPI names', async () => {
    const origins = [PAGE];
    const whole = await Promise.all(
      KEY_KINDS.map(async (kind) => ({
        name: `${kind}Key`,
        text: await make({ kind, name: kind, ...(kind === 'storefront' ? { origins } : {}) }),
      })),
    );
    // All scopes but one, and each alone.
    const narrowed = await Promise.all(
      SCOPES.flatMap((scope) => [[scope], SCOPES.filter((other) => other !== scope)]).map(async (scopes) => ({
        ...{ scopes, text: await make({ kind: 'operator', name: 'narrow', scopes }) },
      })),
    );
    for (const route of routes) {
      const { 'x-scope': scope, security } = route.operation;
      if (scope === 'public') continue;
      for (const { name, text } of whole) {
        const isNamed = security.some((scheme) => name in scheme);
        const response = await request(route, text);
        const challenge = response.headers.get('www-authenticate');
        if (isNamed) {
          expect([route.name, name, [200, 400, 404]]).toEqual([
            route.name,
            name,
            expect.arrayContaining([response.status]),
          ]);
        } else {
          expect([route.name, name, ...(await outcome(response))]).toEqual([route.name, name, 403, 'scope-missing']);
          expect(challenge).toBe(`Bearer realm="weft", error="insufficient_scope", scope="${scope}"`);
        }
      }
      for (const { scopes, text } of narrowed) {
        const { status } = await request(route, text);
        expect([route.name, scopes, status === 403]).toEqual([route.name, scopes, !scopes.includes(scope)]);
      }
    }
  });

  it('asks the same of HEAD as of GET', async () => {
    for (const route of routes.filter(
      ({ method, operation }) => method === 'GET' && operation['x-scope'] !== 'public',
    )) {
      expect([route.name, (await ask(route.path, undefined, { method: 'HEAD' })).status]).toEqual([route.name, 401]);
    }
  });
});

describe('keys over HTTP', () => {
  it('are made, listed without themselves, rotated and revoked; the record tells by whom', async () => {
    const made = await send('/v1/keys', operator, { kind: 'merchandiser', name: 'night job', expires: '90d' });
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const { secret, key } = issuedKeyResponse.parse(await made.json());
    expect(key).toMatchObject({ name: 'night job', state: 'valid', createdBy: operator.slice(8, 15) });
    expect((await ask('/v1/jobs', secret)).status).toBe(200);

    const rotated = await send(`/v1/keys/${key.id}/rotate`, operator, { overlap: '1h' });
    const successor = issuedKeyResponse.parse(await rotated.json());
    expect(successor.key).toMatchObject({ kind: 'merchandiser', replaces: key.id });
    for (const text of [secret, successor.secret]) expect((await ask('/v1/jobs', text)).status).toBe(200);
    expect(await outcome(await send(`/v1/keys/${key.id}/rotate`, operator, {}))).toEqual([409, 'key-already-rotated']);

    const revoked = await send(`/v1/keys/${successor.key.id}/revoke`, operator, {});
    expect(keyResponse.parse(await revoked.json())).toMatchObject({
      state: 'revoked',
      revokedBy: operator.slice(8, 15),
    });
    expect(await outcome(await ask('/v1/jobs', successor.secret))).toEqual([401, 'key-revoked']);
    expect((await ask('/v1/jobs', secret)).status).toBe(200);

    const listed = await (await ask('/v1/keys', operator)).text();
    expect(keysResponse.parse(JSON.parse(listed)).keys.length).toBeGreaterThan(2);
    for (const text of [secret, successor.secret, operator]) expect(listed).not.toContain(text.slice(15));
  });

  it('that cannot be are problems', async () => {
    const refused = async (body: object) => outcome(await send('/v1/keys', operator, body));
    expect(await refused({ kind: 'storefront', name: 'no origin' })).toEqual([400, 'request-invalid']);
    expect(await refused({ kind: 'admin', name: 'a' })).toEqual([400, 'request-invalid']);
    expect(await refused({ kind: 'operator', name: 'a', expires: 'soon' })).toEqual([400, 'expiry-invalid']);
    expect(await outcome(await send('/v1/keys/0000000/revoke', operator, {}))).toEqual([404, 'key-id-unknown']);
    expect(await outcome(await send('/v1/keys/0000000/rotate', operator, { overlap: '1y' }))).toEqual([
      400,
      'request-invalid',
    ]);
  });
});

describe('pages', () => {
  let storefront: string;
  const preflight = (origin: string, path = '/v1/recommendations') =>
    ask(path, undefined, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  const fromPage = (origin: string, key: string) => ask('/v1/products/coat', key, { headers: { origin } });

  beforeAll(async () => {
    storefront = await make({ kind: 'storefront', name: 'shop', origins: [PAGE, 'http://localhost:3000'] });
  });

  it('of bound origins may call, and read the answer', async () => {
    for (const origin of [PAGE, 'http://localhost:3000']) {
      const asked = await preflight(origin);
      expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
      const answer = await fromPage(origin, storefront);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      expect(answer.headers.get('vary')).toBe('origin');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  it.each([
    'https://evil.example',
    'null',
    'https://shop.example.evil.example',
    'http://shop.example',
    'https://shop.example:444',
  ])('of %s may not', async (origin) => {
    for (const response of [await preflight(origin), await fromPage(origin, storefront)]) {
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(await outcome(response)).toEqual([403, 'origin-refused']);
    }
  });

  it('cannot use secret keys, and learn nothing from a refusal', async () => {
    const secret = await fromPage(PAGE, operator);
    expect([secret.status, secret.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    const wrong = await fromPage(PAGE, `${storefront}x`);
    expect([wrong.status, wrong.headers.get('access-control-allow-origin')]).toEqual([401, null]);
  });

  it('show photos without a key, and servers may use a storefront key without an origin', async () => {
    const image = await ask(`/v1/images/${shop.photoId}?w=64`);
    expect([image.status, image.headers.get('cross-origin-resource-policy')]).toEqual([200, 'cross-origin']);
    await image.arrayBuffer();
    expect((await ask('/v1/products/coat', storefront)).status).toBe(200);
  });

  it('of a revoked or expired key may no longer call', async () => {
    const origin = 'https://old.example';
    const text = await make({ kind: 'storefront', name: 'old', origins: [origin] });
    expect((await preflight(origin)).status).toBe(204);
    await keys.revoke(text.slice(8, 15), 'a test');
    expect((await preflight(origin)).status).toBe(403);
  });
});

describe('throttling', () => {
  const limited = { kind: 'storefront', name: 'limited', origins: [PAGE] };
  const at = (address: string, key: string | undefined, path = '/v1/products/coat') =>
    ask(path, key, { headers: { 'x-forwarded-for': address } });
  const statuses = async (count: number, one: () => Promise<Response>) => {
    const all: number[] = [];
    for (let i = 0; i < count; i += 1) all.push((await one()).status);
    return all;
  };

  it('stops one address, not the others, and says when to come back', async () => {
    const key = await make({ ...limited, perMinutePerAddress: 3 });
    expect(await statuses(3, () => at('198.51.100.1', key))).toEqual([200, 200, 200]);
    const response = await at('198.51.100.1', key);
    expect(response.headers.get('ratelimit-policy')).toBe('"key";q=30000;w=60, "address";q=3;w=60');
    expect(response.headers.get('ratelimit')).toMatch(/^"key";r=29996;t=\d+, "address";r=0;t=\d+$/);
    const seconds = Number(response.headers.get('retry-after'));
    expect([seconds >= 1, seconds <= 60]).toEqual([true, true]);
    expect(await outcome(response)).toEqual([429, 'rate-limited']);
    expect((await at('198.51.100.2', key)).status).toBe(200);
  });

  it('counts a /64 of IPv6 as one address', async () => {
    const key = await make({ ...limited, perMinutePerAddress: 2 });
    const from = (host: string) => at(`2001:db8:0:7:${host}`, key);
    expect([(await from(':1')).status, (await from('1:2:3:4')).status]).toEqual([200, 200]);
    expect((await from('ffff::')).status).toBe(429);
    expect((await at('2001:db8:0:8::1', key)).status).toBe(200);
  });

  it('stops a key as a whole, and shares its counts with other processes', async () => {
    const key = await make({ ...limited, perMinute: 3 });
    expect(await statuses(3, () => ask('/v1/products/coat', key))).toEqual([200, 200, 200]);
    expect((await ask('/v1/products/coat', key)).status).toBe(429);
    expect((await ask('/v1/products/coat', operator)).status).toBe(200);
  });

  it('counts a call about photos as ten', async () => {
    const key = await make({ kind: 'merchandiser', name: 'photos', perMinute: 15 });
    const verify = () =>
      ask('/v1/verify', key, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"photos": []}',
      });
    const response = await verify();
    expect(response.headers.get('ratelimit')).toMatch(/^"key";r=5;/);
    expect(await outcome(response)).toEqual([400, 'request-invalid']);
    expect(await outcome(await verify())).toEqual([429, 'rate-limited']);
  });

  it('counts twenty events as one request, and keeps none of those that are too many', async () => {
    const key = await make({ ...limited, perMinute: 5 });
    const tell = (count: number) => {
      const event = { type: 'view', shopperId: 'throttled', productId: 'coat' };
      const events = Array.from({ length: count }, (_, i) => ({ ...event, id: String(i) }));
      const headers = { 'content-type': 'application/json' };
      return ask('/v1/events', key, { method: 'POST', headers, body: JSON.stringify({ events }) });
    };
    expect((await tell(20)).headers.get('ratelimit')).toMatch(/^"key";r=4;/);
    const response = await tell(81);
    expect(response.headers.get('ratelimit')).toMatch(/^"key";r=0;/);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await outcome(response)).toEqual([429, 'rate-limited']);
    expect(await shop.database.shoppers.eventsOf('throttled', 100)).toMatchObject({ total: 20 });
  });

  it('stops who guesses keys, and never a key that holds', async () => {
    const guess = `weft_sk_${'a'.repeat(56)}`;
    expect(await statuses(10, () => at('203.0.113.7', guess))).toEqual(Array(10).fill(401));
    const response = await at('203.0.113.7', guess);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await outcome(response)).toEqual([429, 'too-many-wrong-keys']);
    // Many callers may share an address.
    expect((await at('203.0.113.7', operator)).status).toBe(200);
    expect((await at('203.0.113.8', guess)).status).toBe(401);
  });

  it('does not take an expired key for a guess', async () => {
    const old = await make({ kind: 'operator', name: 'old', expires: '1h' });
    now = new Date(now.getTime() + 3_600_000);
    expect(await statuses(12, () => at('203.0.113.9', old))).toEqual(Array(12).fill(401));
    expect((await at('203.0.113.9', operator)).status).toBe(200);
  });

  it('counts what needs no key too', async () => {
    const policy = (await ask('/health/live')).headers.get('ratelimit-policy');
    expect(policy).toBe('"address";q=3000;w=60');
    expect((await ask('/nothing')).headers.get('ratelimit-policy')).toBe(policy);
  });
});

/** A key that another installation made. */
async function startedElsewhere(): Promise<string> {
  const none = () => Promise.reject(new Error('not asked'));
  const elsewhere = new KeyService(
    {
      ...{ isAnyKey: none, find: none, list: none, revoke: none, replace: none, markUsed: none, isOriginBound: none },
      insert: async () => undefined,
    },
    clock,
  );
  return (await elsewhere.create(keyRequest.parse({ kind: 'operator', name: 'elsewhere' }), 'a test')).text;
}
