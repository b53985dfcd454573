import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePhotoReader, ImportService, PhotoDownloads, PhotoFiles } from '#catalog';
import { AddressRules, Fetcher } from '#fetching';
import { fetchedPhotoFile, type ImageId, type JobId, sha256 } from '#foundation';
import { type Database, migrate, openDatabase } from '#persistence';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newImport } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';
import { answer, HostileServer, raw } from '../support/hostile-server.js';

/** A photo of one colour, and the answer that holds it; the second time it is 304. */
const picture = (red: number, width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: red, g: 0, b: 0 } } });
const photo = (red: number) => picture(red, 40, 50).png().toBuffer();

const served =
  (bytes: Buffer, etag = '"1"') =>
  (...[socket, head]: Parameters<ReturnType<typeof answer>>) =>
    head.toLowerCase().includes(`if-none-match: ${etag}`)
      ? answer('304 Not Modified')(socket, head)
      : answer('200 OK', { etag, 'content-type': 'text/plain' }, bytes)(socket, head);

describe('an import of photos by address', () => {
  let home: string;
  let place: TestDatabase;
  let database: Database;
  let shop: HostileServer;
  let fetcher: Fetcher;
  let cached: Set<ImageId>;
  let red: Buffer;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'weft-web-'));
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    shop = await HostileServer.start();
    const sleep = async () => undefined;
    fetcher = new Fetcher(new AddressRules([`127.0.0.1:${shop.port}`]), { totalMs: 10_000 }, { sleep });
    cached = new Set();
    red = await photo(200);
  });
  afterEach(async () => {
    await fetcher.close();
    await shop.close();
    await database.close();
    await place.drop();
    await rm(home, { recursive: true, force: true });
  });

  const directory = () => join(home, 'photos');

  async function importRows(rows: string[], id: JobId = newImport(), signal?: AbortSignal) {
    const feed = join(home, 'feed.csv');
    await writeFile(feed, ['id,image_link,additional_image_link', ...rows].join('\n'));
    const photos = new FilePhotoReader(
      { side: 224, extract: async (pixels) => pixels.map(() => new Float32Array(2824)) },
      { has: (id) => cached.has(id), append: async (added) => added.forEach(({ imageId }) => cached.add(imageId)) },
      1,
    );
    const downloads = new PhotoDownloads(fetcher, new PhotoFiles(directory()), database.fetchedPhotos);
    const service = new ImportService(database.catalog, photos, downloads);
    return service.run(id, { feed, root: home }, () => undefined, signal);
  }

  const paths = () => shop.heads.splice(0).map((head) => head.split(' ')[1]);
  const kept = async () => (await readdir(directory(), { recursive: true })).filter((name) => name.length > 60).length;

  it('keeps each once, whatever names it, beside photos in files', async () => {
    await writeFile(join(home, 'file.png'), await photo(10));
    for (const path of ['/a', '/same']) shop.on(path, served(red));
    shop.on('/other', answer('302 Found', { location: '/b' }));
    shop.on('/b', served(await photo(90)));
    const rows = [
      `1,${shop.url('/a')},`,
      `2,${shop.url('/same')},file.png`,
      `3,${shop.url('/other')},${shop.url('/a')}`,
    ];
    const result = await importRows(rows);
    expect(result).toMatchObject({
      rows: { accepted: 3 },
      images: { read: 4, accepted: 4 },
      fetched: { fresh: 3, unchanged: 0, failed: 0 },
      photosDecoded: 3,
    });
    expect(result.fetched.bytes).toBe(2 * red.length + (await photo(90)).length);
    const id = sha256(red) as ImageId;
    expect(await readFile(fetchedPhotoFile(directory(), id))).toEqual(red);
    expect(await database.catalog.imageSource(id)).toMatch(/^http:/);
    expect(await kept()).toBe(2);
    expect(await readdir(join(directory(), 'incoming'))).toEqual([]);
  });

  it('asks whether they have changed, and takes what has', async () => {
    shop.on('/a', served(red));
    shop.on('/b', served(await photo(90)));
    const rows = [`1,${shop.url('/a')},`, `2,${shop.url('/b')},`];
    await importRows(rows);
    expect(await importRows(rows)).toMatchObject({
      fetched: { fresh: 0, unchanged: 2, bytes: 0 },
      photosDecoded: 0,
      images: { accepted: 2 },
    });
    shop.on('/b', served(await photo(91), '"2"'));
    expect(await importRows(rows)).toMatchObject({ fetched: { fresh: 1, unchanged: 1 }, photosDecoded: 1 });
  });

  it('fetches anew what is lost, on the disk or of the features', async () => {
    shop.on('/a', served(red));
    const rows = [`1,${shop.url('/a')},`];
    await importRows(rows);
    cached.clear();
    expect(await importRows(rows)).toMatchObject({ fetched: { unchanged: 1 }, featuresExtracted: 1 });
    await rm(directory(), { recursive: true });
    expect(await importRows(rows)).toMatchObject({ fetched: { fresh: 1, unchanged: 0 }, photosDecoded: 0 });
    await writeFile(fetchedPhotoFile(directory(), sha256(red) as ImageId), 'cut');
    expect(await importRows(rows)).toMatchObject({ fetched: { fresh: 1 } });
    expect((await stat(fetchedPhotoFile(directory(), sha256(red) as ImageId))).size).toBe(red.length);
  });

  it('goes on after a kill with what it has', async () => {
    const leaving = new AbortController();
    for (const path of ['/a', '/b']) shop.on(path, served(path === '/a' ? red : await photo(90)));
    shop.on('/c', () => leaving.abort(new Error('killed')), served(await photo(91)));
    const rows = ['/a', '/b', '/c'].map((path, at) => `${at},${shop.url(path)},`);
    const id = newImport();
    // The third answer ends the import; what came before is on the disk and in the log.
    await expect(importRows(rows.slice(0, 2), id)).resolves.toMatchObject({ fetched: { fresh: 2 } });
    await expect(importRows(rows, id, leaving.signal)).rejects.toThrow('killed');
    paths();
    expect(await importRows(rows, id)).toMatchObject({ fetched: { here: 2, fresh: 1 }, rows: { accepted: 3 } });
    expect(paths()).toEqual(['/c']);
  });

  it('sets aside what is no photo, and says why', async () => {
    const jpeg = await picture(200, 400, 500).jpeg().toBuffer();
    const asJpeg = { 'content-type': 'image/jpeg' };
    shop.on('/good', served(red));
    shop.on('/html', answer('200 OK', asJpeg, '<!doctype html><title>Not found</title>'));
    shop.on('/empty', answer('200 OK', asJpeg));
    shop.on('/short', answer('200 OK', asJpeg, 'GIF'));
    shop.on('/half', answer('200 OK', asJpeg, jpeg.subarray(0, jpeg.length / 2)));
    shop.on('/huge', raw('200 OK', { ...asJpeg, 'content-length': 40_000_000 }));
    shop.on('/login', answer('401 Unauthorized'));
    shop.on('/down', answer('500 Oops'));
    shop.on('/inside', answer('302 Found', { location: 'http://169.254.169.254/' }));
    const links = ['/html', '/empty', '/short', '/half', '/huge', '/login', '/down', '/inside', '/gone'].map((path) =>
      shop.url(path),
    );
    links.push('http://user:secret@shop.example/a.jpg', 'ftp://shop.example/a.jpg', 'http://10.0.0.1/a.jpg');
    const result = await importRows([`0,${shop.url('/good')},`, ...links.map((link, at) => `${at + 1},${link},`)]);
    expect(result.rows).toEqual({ read: 13, accepted: 1, quarantined: 12 });
    expect(result.images).toEqual({ read: 13, accepted: 1, quarantined: 12 });
    expect(result.reasons).toEqual({
      'no-usable-image': 12,
      'image-not-an-image': 2,
      'image-empty': 1,
      'image-broken': 1,
      'fetch-too-many-bytes': 1,
      'fetch-status': 1,
      'fetch-server-error': 1,
      'fetch-address-refused': 2,
      'fetch-not-found': 1,
      'fetch-address-invalid': 1,
      'image-url-not-supported': 1,
    });
    expect(result.fetched).toMatchObject({ fresh: 2, failed: 9 });
  });

  it('never believes that a photo is whole because the host says it has not changed', async () => {
    const jpeg = await picture(200, 400, 500).jpeg().toBuffer();
    shop.on('/good', served(red));
    shop.on('/a', served(jpeg.subarray(0, jpeg.length / 2)));
    const rows = [`0,${shop.url('/good')},`, `1,${shop.url('/a')},`];
    expect(await importRows(rows)).toMatchObject({ reasons: { 'image-broken': 1 } });
    shop.on('/a', served(jpeg));
    expect(await importRows(rows)).toMatchObject({ rows: { accepted: 2 }, fetched: { fresh: 1, unchanged: 1 } });
  });

  it('stays with its copy while the host fails, and gives it up when the photo is gone', async () => {
    shop.on('/a', served(red));
    shop.on('/b', served(await photo(90)));
    const rows = [`1,${shop.url('/a')},`, `2,${shop.url('/b')},`];
    await importRows(rows);
    shop.on('/b', answer('503 Service Unavailable'));
    expect(await importRows(rows)).toMatchObject({ rows: { accepted: 2 }, fetched: { unchanged: 1, kept: 1 } });
    shop.on('/b', answer('404 Not Found'));
    expect(await importRows(rows)).toMatchObject({
      rows: { accepted: 1 },
      reasons: { 'fetch-not-found': 1, 'no-usable-image': 1 },
    });
    const active = await queryOnce(place.connection, 'SELECT offer_id FROM offer WHERE active');
    expect(active).toHaveLength(2);
    shop.on('/b', served(await photo(90)));
    expect(await importRows(rows)).toMatchObject({ rows: { accepted: 2 } });
  });

  it('does not go on asking a host that is down', async () => {
    shop.on('/a', served(red));
    const dead = await HostileServer.start('127.0.0.1');
    const base = dead.url('/');
    await dead.close();
    await fetcher.close();
    fetcher = new Fetcher(new AddressRules(['127.0.0.1:*']), {}, { sleep: async () => undefined });
    const rows = Array.from({ length: 60 }, (_, at) => `${at + 1},${base}${at},`);
    const result = await importRows([`0,${shop.url('/a')},`, ...rows]);
    expect(result.rows).toEqual({ read: 61, accepted: 1, quarantined: 60 });
    const { 'fetch-connection-failed': failed = 0, 'fetch-host-given-up': left = 0 } = result.reasons;
    expect(failed + left).toBe(60);
    expect(failed).toBeLessThan(20);
    expect(result.hasPhotosToRetry).toBe(true);
  });

  it('has the feed read again where a photo failed only because its host was given up', async () => {
    const known = Array.from({ length: 20 }, (_, at) => `${at},${shop.url(`/${at}`)},`);
    for (let at = 0; at < 20; at += 1) shop.on(`/${at}`, served(await photo(at)));
    expect(await importRows(known)).toMatchObject({ rows: { accepted: 20 }, hasPhotosToRetry: false });
    for (let at = 0; at < 20; at += 1) shop.on(`/${at}`, answer('500 Internal Server Error'));
    const result = await importRows([...known, `new,${shop.url('/new')},`]);
    expect(result.fetched).toMatchObject({ kept: 20, failed: 1 });
    expect(result.hasPhotosToRetry).toBe(true);
  });

  it('ends where the disk will not take a photo', async () => {
    shop.on('/a', served(red));
    await writeFile(directory(), 'a file where the directory should be');
    await expect(importRows([`1,${shop.url('/a')},`])).rejects.toMatchObject({ code: 'photos-unwritable' });
  });
});
