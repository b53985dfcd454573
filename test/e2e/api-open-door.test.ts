import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyRequest, KeyService, requireKeyForHost } from '#access';
import { systemClock } from '#foundation';
import { type ApiShop, openApiShop } from './api-shop.js';
import { rawRequest } from './raw-request.js';
import { type StartedApi, startApi } from './start-api.js';

let shop: ApiShop;
/** The same service, as it listens on loopback and as it listens on all addresses. */
let local: StartedApi;
let everywhere: StartedApi;

beforeAll(async () => {
  shop = await openApiShop();
  local = await startApi(shop.database, { feedDir: shop.directory });
  everywhere = await startApi(shop.database, { feedDir: shop.directory, host: '0.0.0.0' });
});
afterAll(async () => {
  await local?.close();
  await everywhere?.close();
  await shop?.close();
});

const get = (api: StartedApi, headers: string[] = []) =>
  rawRequest(
    api.port,
    [
      'GET /v1/jobs HTTP/1.1',
      ...(headers.some((line) => /^host:/i.test(line)) ? [] : ['host: localhost']),
      'connection: close',
      ...headers,
    ]
      .join('\r\n')
      .concat('\r\n\r\n'),
  );
const outcome = (answer: string) => [/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1], /"code":"([\w-]+)"/.exec(answer)?.[1]];

describe('before the first key', () => {
  it('programs on this machine may do everything', async () => {
    for (const host of ['localhost', '127.0.0.1', `127.0.0.1:${local.port}`, '[::1]:4100', 'LOCALHOST:1']) {
      expect(outcome(await get(local, [`host: ${host}`]))).toEqual(['200', undefined]);
    }
    expect(outcome(await get(local, ['host: localhost', 'origin: http://localhost']))).toEqual(['200', undefined]);
  });

  it.each([
    ['a proxy', 'x-forwarded-for: 192.0.2.1', '403', 'proxy-refused'],
    ['a proxy', 'forwarded: for=192.0.2.1', '403', 'proxy-refused'],
    ['a proxy', 'via: 1.1 proxy', '403', 'proxy-refused'],
    ['a proxy', 'x-real-ip: 127.0.0.1', '403', 'proxy-refused'],
    ['another name (DNS rebinding)', 'host: evil.example', '421', 'host-refused'],
    ['another name', 'host: localhost.evil.example', '421', 'host-refused'],
    ['an address of the network', 'host: 192.168.1.5:4100', '421', 'host-refused'],
    ['an empty name', 'host:', '421', 'host-refused'],
    ['a page', 'origin: https://evil.example', '403', 'origin-refused'],
    ['a page of a file', 'origin: null', '403', 'origin-refused'],
    ['a page of another local port', 'origin: http://localhost:3000', '403', 'origin-refused'],
    ['a wrong key', 'authorization: Bearer weft_sk_wrong', '401', 'key-malformed'],
  ])('what came through %s is refused (%s)', async (_, header, status, code) => {
    expect(outcome(await get(local, [header]))).toEqual([status, code]);
  });

  it('a service that listens on all addresses lets nobody in, not even this machine', async () => {
    expect(outcome(await get(everywhere))).toEqual(['401', 'key-required']);
  });

  it('Weft refuses to listen on an address that others reach', async () => {
    const { keys } = shop.database;
    for (const host of ['127.0.0.1', '::1', 'localhost', '127.9.9.9']) await requireKeyForHost(host, keys);
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'weft.internal']) {
      await expect(requireKeyForHost(host, keys)).rejects.toMatchObject({ code: 'host-needs-key', value: host });
    }
  });
});

describe('from the first key on', () => {
  it('everyone needs one, at once, and revoking the last key opens nothing', async () => {
    const keys = new KeyService(shop.database.keys, systemClock);
    const { key, text } = await keys.create(keyRequest.parse({ kind: 'operator', name: 'first' }), 'a test');
    for (const api of [local, everywhere]) {
      expect(outcome(await get(api))).toEqual(['401', 'key-required']);
      const named = ['host: weft.example', 'x-forwarded-for: 192.0.2.1', `authorization: Bearer ${text}`];
      expect(outcome(await get(api, named))).toEqual(['200', undefined]);
    }
    await requireKeyForHost('0.0.0.0', shop.database.keys);
    await keys.revoke(key.id, 'a test');
    for (const api of [local, everywhere]) {
      expect(outcome(await get(api))).toEqual(['401', 'key-required']);
      expect(outcome(await get(api, [`authorization: Bearer ${text}`]))).toEqual(['401', 'key-revoked']);
    }
  });
});
