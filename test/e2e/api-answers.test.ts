import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { get as requestRaw, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { categoriesResponse, productListResponse } from '../../apps/api/products/listing-schemas.js';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { keyRequest, KeyService } from '#access';
import { systemClock } from '#foundation';
import { batchOf, newImport, offerOf, productOf } from '../support/catalogue.js';
import { openApiShop } from './api-shop.js';
import { servedShop } from './served-shop.js';
import { startApi } from './start-api.js';

const served = servedShop();

const ask = (path: string, headers: Record<string, string> = {}) => fetch(`${served.api.url}${path}`, { headers });

/** As it came over the wire: fetch would unpack it, and asks for no old answer where a condition is set. */
const raw = async (path: string, headers: Record<string, string>) => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    requestRaw(new URL(path, served.api.url), { headers }, resolve).once('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
};

describe('GET /v1/products', () => {
  const list = async (query: string) => {
    const { products, nextCursor } = productListResponse.parse(await (await ask(`/v1/products?${query}`)).json());
    return { ids: products.map(({ productId }) => productId), nextCursor };
  };

  it('gives every product once, page by page, sold out or not', async () => {
    const all = (await list('')).ids;
    expect(all).toHaveLength(11);
    expect(all).toContain('sold-out');
    expect(all).toEqual([...all].sort());
    const found: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(`count=4${next === '' ? '' : `&cursor=${next}`}`);
      expect(page.ids.length).toBeLessThanOrEqual(4);
      found.push(...page.ids);
      next = page.nextCursor;
    }
    expect(found).toEqual(all);
  });

  it('has no further page when the last is full', async () => {
    expect((await list('count=11')).nextCursor).toBeNull();
    expect((await list('count=10')).nextCursor).not.toBeNull();
  });

  it('keeps to a category, a style, one of each style', async () => {
    expect((await list(`category=${encodeURIComponent('Women > Dresses')}`)).ids).toEqual(['dress', 'like-dress']);
    expect((await list('style=c')).ids).toEqual(['both', 'both--red']);
    expect((await list('onePerStyle=true')).ids).not.toContain('coat--blue');
    expect((await list('category=nothing')).ids).toEqual([]);
  });

  it('refuses what is no cursor', async () => {
    const refused = async (query: string) => {
      const response = await ask(`/v1/products?${query}`);
      return [response.status, problemSchema.parse(await response.json()).code];
    };
    const controls = Buffer.from('a\u0000b').toString('base64url');
    for (const cursor of ['%C3%A4', controls, 'a', 'Y29hdA%3D%3D', 'Y29hdB']) {
      expect([cursor, ...(await refused(`cursor=${cursor}`))]).toEqual([cursor, 400, 'cursor-invalid']);
    }
    for (const query of ['count=0', 'page=2', 'cursor=']) {
      expect([query, ...(await refused(query))]).toEqual([query, 400, 'request-invalid']);
    }
  });

  it('has its categories named, the fullest first', async () => {
    const { categories } = categoriesResponse.parse(await (await ask('/v1/categories')).json());
    expect(categories[0]).toEqual({ category: 'Women > Tops', products: 4 });
    expect(categories.map(({ category }) => category)).not.toContain(null);
  });
});

describe('what may be kept', () => {
  // The third has a next page.
  const READ = [
    ...['/v1/products', '/v1/products/coat', '/v1/products/coat/similar?count=1&category=any', '/v1/categories'],
  ];

  it('of answers to a storefront is theirs alone, and asked about each time', async () => {
    for (const path of READ) {
      const response = await ask(path);
      const etag = response.headers.get('etag') ?? '';
      expect([path, response.headers.get('cache-control')]).toEqual([path, 'private, no-cache']);
      expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
      await response.arrayBuffer();
      for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
        const again = await ask(path, { 'if-none-match': known });
        expect([known, again.status, await again.text()]).toEqual([known, 304, '']);
        expect(again.headers.get('etag')).toBe(etag);
        expect(again.headers.get('cache-control')).toBe('private, no-cache');
      }
      expect((await ask(path, { 'if-none-match': 'W/"other"' })).status).toBe(200);
      const head = await fetch(`${served.api.url}${path}`, { method: 'HEAD', headers: { 'if-none-match': etag } });
      expect(head.status).toBe(304);
    }
  });

  it('changes with the price of one result', async () => {
    const other = await openApiShop();
    const service = await startApi(other.database, { feedDir: other.directory, home: other.directory });
    try {
      const similar = `${service.url}/v1/products/coat/similar`;
      const before = (await fetch(similar)).headers.get('etag') ?? '';
      const importId = newImport();
      const coat = productOf('near-shape', 'a', ['near-shape'], { gender: 'female', category: 'Women > Coats' });
      const batch = batchOf(
        [coat],
        [offerOf('near-shape/m', 'near-shape', { price: 69 }), offerOf('near-shape/l', 'near-shape', { price: 75 })],
      );
      await other.database.catalog.saveBatch(importId, batch);
      const after = await fetch(similar, { headers: { 'if-none-match': before } });
      expect(after.status).toBe(200);
      expect(after.headers.get('etag')).not.toBe(before);
      await after.arrayBuffer();
    } finally {
      await service.close();
      await other.close();
    }
  });

  it('of everything else is nothing, unless it says so', async () => {
    const post = await fetch(`${served.api.url}/v1/recommendations`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ signals: [{ productId: 'coat', type: 'view' }] }),
    });
    const answers = [post, await ask('/v1/jobs'), await ask('/health/live'), await ask('/v1/products/nothing')];
    for (const answer of answers) {
      await answer.arrayBuffer();
      expect([answer.url, answer.headers.get('cache-control')]).toEqual([answer.url, 'no-store']);
      expect(answer.headers.get('etag')).toBeNull();
    }
    const photo = await ask(`/v1/images/${served.shop.photoId}`);
    expect(photo.headers.get('cache-control')).toContain('immutable');
    await photo.arrayBuffer();
  });
});

describe('answers', () => {
  const LONG = '/v1/products?count=100';

  it('come packed as the caller takes them, with the same content', async () => {
    const plain = await raw(LONG, {});
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const [accepted, encoding, unpack] of [
      ['br, gzip', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const packed = await raw(LONG, { 'accept-encoding': accepted });
      expect([accepted, packed.headers['content-encoding']]).toEqual([accepted, encoding]);
      expect(packed.headers.vary).toMatch(/accept-encoding/i);
      expect(packed.headers.etag).toBe(plain.headers.etag);
      expect(packed.body.length).toBeLessThan(plain.body.length / 2);
      expect(unpack(packed.body).equals(plain.body)).toBe(true);
    }
    expect((await raw(LONG, { 'accept-encoding': 'identity' })).headers['content-encoding']).toBeUndefined();
  });

  it('come as they are where packing gains nothing: short ones, photos', async () => {
    for (const path of ['/v1/products/coat', `/v1/images/${served.shop.photoId}?w=1024`]) {
      const { headers } = await raw(path, { 'accept-encoding': 'br, gzip' });
      expect([path, headers['content-encoding']]).toEqual([path, undefined]);
    }
  });

  it('that may hold a secret are never packed', async () => {
    const other = await openApiShop();
    const service = await startApi(other.database, { feedDir: other.directory, home: other.directory });
    try {
      const keys = new KeyService(other.database.keys, systemClock);
      const make = async (request: object) => (await keys.create(keyRequest.parse(request), 'a test')).text;
      const authorization = `Bearer ${await make({ kind: 'operator', name: 'the operator' })}`;
      for (let i = 0; i < 12; i += 1) await make({ kind: 'merchandiser', name: `merchandiser ${i}` });
      const { headers, body } = await raw(`${service.url}/v1/keys`, { 'accept-encoding': 'br, gzip', authorization });
      expect(body.length).toBeGreaterThan(1_400);
      expect(headers['content-encoding']).toBeUndefined();
    } finally {
      await service.close();
      await other.close();
    }
  });

  it('are not unpacked on the way in', async () => {
    const response = await fetch(`${served.api.url}/v1/recommendations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync('{"signals":[{"productId":"coat","type":"view"}]}'),
    });
    expect([response.status, problemSchema.parse(await response.json()).code]).toEqual([400, 'json-malformed']);
  });
});

describe('what browsers load', () => {
  it.each([
    ['/weft.js', 'javascript', 18_000],
    ['/weft-client.js', 'javascript', 6_000],
    ['/weft.d.ts', 'text/plain', 50_000],
    ['/weft-client.d.ts', 'text/plain', 50_000],
  ])('is %s, for pages of any origin', async (path, type, most) => {
    const module = await ask(path);
    expect([path, module.status]).toEqual([path, 200]);
    expect(module.headers.get('content-type')).toContain(type);
    expect(module.headers.get('access-control-allow-origin')).toBe('*');
    expect(module.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(module.headers.get('cache-control')).toBe('public, max-age=3600');
    const text = await module.text();
    expect(text.length).toBeLessThan(most);
    const etag = module.headers.get('etag') ?? '';
    expect((await raw(path, { 'if-none-match': etag })).status).toBe(304);
  });

  it('is the sample shop, which may run its own script and load from here alone', async () => {
    const page = await ask('/demo?product=coat');
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/demo\/[^"]+)"/g)) {
      const file = await ask(path);
      expect([path, file.status]).toEqual([path, 200]);
      await file.arrayBuffer();
    }
    expect(html).not.toMatch(/<style|style=|<script>| on\w+=/);
  });
});
