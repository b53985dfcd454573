import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { behavesLikeAStore } from '../../test/conformance/artifact-store.js';
import { MemoryStore } from '../../test/support/memory-store.js';
import { type S3Server, startS3Server } from '../../test/support/s3-server.js';
import { makeStore } from '../../test/support/store-directory.js';
import type { ArtifactStore } from './artifact-store.js';
import { DirectoryStore } from './directory-store.js';
import { S3Store } from './s3-store.js';

const REGION = 'us-east-1';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Everything that can be asked of a store. @param file what is put */
const OPERATIONS: [string, (store: ArtifactStore, file: string) => Promise<unknown>][] = [
  ['put', (store, file) => store.put('models/1', file)],
  ['read', (store) => store.read('models/1')],
  ['sizeOf', (store) => store.sizeOf('models/1')],
  ['list', (store) => keysIn(store, 'models')],
  ['remove', (store) => store.remove('models/1')],
];

async function keysIn(store: ArtifactStore, directory: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(directory)) keys.push(key);
  return keys;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('a store in a directory', () => {
  let place: string;
  let directory: string;
  let file: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'weft-store-'));
    directory = makeStore(join(place, 'store'));
    file = join(place, 'file');
    writeFileSync(file, 'bytes');
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  behavesLikeAStore(() => new DirectoryStore(directory));

  describe.each(OPERATIONS)('that is not mounted, asked to %s', (_, ask) => {
    const unmounted = () => ({
      code: 'artifacts-unreachable',
      isRetryable: true,
      remedy: expect.stringContaining(`touch '${join(directory, 'weft-store')}'`) as string,
    });

    it('cannot be reached where its directory is gone', async () => {
      rmSync(directory, { recursive: true });
      await expect(ask(new DirectoryStore(directory), file)).rejects.toMatchObject(unmounted());
      expect(existsSync(directory)).toBe(false);
    });

    it('cannot be reached where the mount point is left, and what lies in that is left alone', async () => {
      rmSync(join(directory, 'weft-store'));
      mkdirSync(join(directory, 'models'));
      writeFileSync(join(directory, 'models', '1'), 'of another file system');
      await expect(ask(new DirectoryStore(directory), file)).rejects.toMatchObject(unmounted());
      expect(readdirSync(directory, { recursive: true }).sort()).toEqual(['models', 'models/1']);
    });
  });

  it('refuses what the file system does not allow', async () => {
    symlinkSync('/sys', join(directory, 'models'));
    const putting = new DirectoryStore(directory).put('models/new/1', file);
    await expect(putting).rejects.toMatchObject({ code: 'artifacts-refused', isRetryable: false });
  });

  it('is not blamed for a file that is not there', async () => {
    const putting = new DirectoryStore(directory).put('models/1', join(place, 'gone'));
    await expect(putting).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says so when it breaks off in the midst of an object', async () => {
    // A directory can be opened like a file; it is reading it that fails.
    mkdirSync(join(directory, 'models'));
    const body = await new DirectoryStore(directory).read('models');
    const reading = async () => {
      for await (const chunk of body ?? []) expect(chunk).toBeUndefined();
    };
    await expect(reading()).rejects.toMatchObject({ code: 'artifacts-unreachable', isRetryable: true });
  });

  it('writes what is not whole yet into a directory of its own, and leaves nothing there', async () => {
    const store = new DirectoryStore(directory);
    await store.put('models/1', file);
    mkdirSync(join(directory, 'models', '2', 'in-the-way'), { recursive: true });
    await expect(store.put('models/2', file)).rejects.toMatchObject({ code: 'artifacts-unreachable' });
    expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
    // Where nothing can lie in that directory, nothing is written anywhere.
    rmSync(join(directory, 'incoming'), { recursive: true });
    writeFileSync(join(directory, 'incoming'), '');
    await expect(store.put('models/3', file)).rejects.toMatchObject({ code: 'artifacts-unreachable' });
    expect(await keysIn(store, 'models')).toEqual(['models/1']);
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
    expect(await keysIn(store, 'models')).toEqual(['models/1/manifest.json']);
    rmSync(directory, { recursive: true });
  });

  describe.each(OPERATIONS)('asked to %s', (_, ask) => {
    let directory: string;
    let file: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'weft-store-'));
      file = join(directory, 'file');
      writeFileSync(file, 'bytes');
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    it.each([
      ['a bucket that is not there', { bucket: 'another' }],
      ['a key that nobody knows', {}],
    ])('says what is wrong: %s', async (what, changes) => {
      if (what.includes('key')) vi.stubEnv('AWS_ACCESS_KEY_ID', 'STRANGER');
      const asking = ask(storeAt('shop', changes), file);
      await expect(asking).rejects.toMatchObject({ code: 'artifacts-refused', isRetryable: false });
      for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
    });
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
    expect(await keysIn(storeAt('shop', { endpoint }), 'features')).toEqual(['features/a', 'features/b', 'features/c']);
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
