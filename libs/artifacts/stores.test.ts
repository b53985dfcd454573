import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { behavesLikeAStore } from '../../test/conformance/artifact-store.js';
import { MemoryStore } from '../../test/support/memory-store.js';
import { type S3Server, startS3Server } from '../../test/support/s3-server.js';
import { DirectoryStore } from './directory-store.js';
import { S3Store } from './s3-store.js';

const REGION = 'us-east-1';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('a store in a directory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'weft-store-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  behavesLikeAStore(() => new DirectoryStore(directory));

  it('is not made where it is not: a file system may not be mounted', async () => {
    const store = new DirectoryStore(join(directory, 'unmounted'));
    const file = join(directory, 'file');
    writeFileSync(file, 'bytes');
    await expect(store.put('a/b', file)).rejects.toMatchObject({ code: 'artifacts-unreachable', isRetryable: true });
  });
});

describe('the store in memory that other tests use', () => behavesLikeAStore(() => new MemoryStore()));

describe('a store in a bucket', () => {
  let server: S3Server;
  let stores = 0;
  beforeAll(async () => {
    server = await startS3Server();
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  const storeAt = (prefix: string, changes: { bucket?: string; endpoint?: string } = {}) => {
    const { bucket = server.bucket, endpoint = server.endpoint } = changes;
    return new S3Store({ bucket, prefix, server: { endpoint, region: REGION } });
  };

  behavesLikeAStore(() => storeAt(`shop/${(stores += 1)}`));

  it('keeps apart what has other prefixes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weft-store-'));
    const file = join(directory, 'file');
    writeFileSync(file, 'bytes');
    await storeAt('apart/one').put('models/1', file);
    expect(await storeAt('apart/two').sizeOf('models/1')).toBeNull();
    expect(await storeAt('').sizeOf('apart/one/models/1')).toBe(5);
    rmSync(directory, { recursive: true });
  });

  it('lists no folders, which consoles keep as objects', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'weft-store-'));
    const [file, nothing] = [join(directory, 'file'), join(directory, 'nothing')];
    writeFileSync(file, 'bytes');
    writeFileSync(nothing, '');
    const store = storeAt('folders');
    for (const folder of ['models/', 'models/1/']) await store.put(folder, nothing);
    await store.put('models/1/manifest.json', file);
    expect(await store.sizeOf('models/')).toBe(0);
    const keys: string[] = [];
    for await (const { key } of store.list('models')) keys.push(key);
    expect(keys).toEqual(['models/1/manifest.json']);
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['a bucket that is not there', { bucket: 'another' }],
    ['a key that nobody knows', {}],
  ])('says what is wrong: %s', async (what, changes) => {
    if (what.includes('key')) vi.stubEnv('AWS_ACCESS_KEY_ID', 'STRANGER');
    const store = storeAt('shop', changes);
    await expect(store.read('models/1')).rejects.toMatchObject({ code: 'artifacts-refused', isRetryable: false });
    for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  });

  it('lists page by page, after the last key of the one before', async () => {
    const asked: (string | null)[] = [];
    const object = (key: string) =>
      `<Contents><Key>${key}</Key><Size>5</Size><LastModified>2026-11-30T00:00:00.000Z</LastModified></Contents>`;
    const pages = createServer((request, response) => {
      const after = new URL(request.url ?? '', 'http://store').searchParams.get('start-after');
      asked.push(after);
      const rest = ['a', 'b', 'c'].map((name) => `shop/features/${name}`).filter((key) => key > (after ?? ''));
      const [first = '', ...more] = rest;
      const answer = `${object(first)}<IsTruncated>${more.length > 0}</IsTruncated>`;
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(`<ListBucketResult>${answer}</ListBucketResult>`);
    });
    const endpoint = await listening(pages);
    const keys: string[] = [];
    for await (const { key } of storeAt('shop', { endpoint }).list('features')) keys.push(key);
    expect(keys).toEqual(['features/a', 'features/b', 'features/c']);
    expect(asked).toEqual([null, 'shop/features/a', 'shop/features/b']);
    await closed(pages);
  });

  it('cannot be reached where nothing answers, or only with errors', async () => {
    const dead = createServer((_, response) => void response.writeHead(503).end());
    const endpoint = await listening(dead);
    const unreachable = { code: 'artifacts-unreachable', isRetryable: true, value: `s3://${server.bucket}/shop` };
    await expect(storeAt('shop', { endpoint }).read('models/1')).rejects.toMatchObject(unreachable);
    await closed(dead);
    await expect(storeAt('shop', { endpoint }).read('models/1')).rejects.toMatchObject(unreachable);
  });
});
