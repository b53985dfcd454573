import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Artifacts } from '#artifacts';
import { FilePhotoReader, ImportService } from '#catalog';
import { loadConfig } from '#config';
import { JOB_INPUTS } from '#jobs';
import { AddressRules, Fetcher } from '#fetching';
import type { ImageId, JobId } from '#foundation';
import { type Database, migrate, openDatabase } from '#persistence';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Features } from '../../apps/worker/features.js';
import { importHandler } from '../../apps/worker/import.handler.js';
import { describeImport } from '../../apps/cli/commands/import.js';
import { newImport } from '../support/catalogue.js';
import { noWeb } from '../support/no-web.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';
import { begun } from '../support/begun.js';

/** Imports into a real catalogue, one after another. */
describe('an import into Postgres', () => {
  let directory: string;
  let place: TestDatabase;
  let database: Database;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-import-'));
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    const red = sharp({ create: { width: 40, height: 50, channels: 3, background: '#c00' } });
    await writeFile(join(directory, 'red.png'), await red.png().toBuffer());
  });
  afterEach(async () => {
    await database.close();
    await place.drop();
    await rm(directory, { recursive: true, force: true });
  });

  const sql = (text: string) => queryOnce(place.connection, text);
  const activeOffers = async () => {
    const rows = (await sql('SELECT offer_id AS id FROM offer WHERE active ORDER BY 1')) as { id: string }[];
    return rows.map(({ id }) => id).join(' ');
  };

  async function written(rows: string[], header = 'id,item_group_id,image_link', name = 'feed.csv') {
    const feed = join(directory, name);
    await writeFile(feed, [header, ...rows].join('\n'));
    return feed;
  }

  async function importRows(rows: string[], options: { name?: string; header?: string; id?: JobId } = {}) {
    return importFeed(await written(rows, options.header, options.name), options.id);
  }

  async function importFeed(feed: string, id = newImport()) {
    const cached = new Set<ImageId>();
    const photos = new FilePhotoReader(
      { side: 224, extract: async (pixels) => pixels.map(() => new Float32Array(2824)) },
      { has: (id) => cached.has(id), append: async (added) => added.forEach(({ imageId }) => cached.add(imageId)) },
      1,
    );
    const service = new ImportService(database.catalog, photos, noWeb);
    return service.run(id, { feed, root: null }, () => undefined);
  }

  it('sets a row aside whose bytes are no UTF-8, wherever in the feed it stands', async () => {
    const feed = join(directory, 'latin.csv');
    const good = Array.from({ length: 4_000 }, (_, at) => `${at},g${at},red.png,blue`).join('\n');
    const bad = Buffer.from('bad,zz,red.png,r\u00f6d\n', 'latin1');
    await writeFile(feed, Buffer.concat([Buffer.from(`id,item_group_id,image_link,color\n${good}\n`), bad]));
    const result = await importFeed(feed);
    expect(result.rows).toEqual({ read: 4_001, accepted: 4_000, quarantined: 1 });
    expect(result.reasons).toEqual({ 'text-unstorable': 1 });
  });

  it('sets a photo aside that the disk will not give, and goes on', async () => {
    const result = await importRows(['1,a,red.png', '2,b,/proc/self/mem']);
    expect(result.rows).toEqual({ read: 2, accepted: 1, quarantined: 1 });
    expect(result.reasons).toMatchObject({ 'no-usable-image': 1 });
  });

  it('never brings an older feed back over one that was asked for later', async () => {
    const artifacts = new Artifacts(directory, null);
    const features = new Features(loadConfig(), artifacts, database.photoBatches, () => undefined);
    const fetcher = new Fetcher(new AddressRules());
    const web = { fetcher, artifacts, feeds: directory, log: database.fetchedPhotos };
    const handler = importHandler(database.catalog, database.jobs, features, web, async () => []);
    const input = (name: string) => JOB_INPUTS.import.parse({ feed: join(directory, name) });
    const killed = await database.jobs.create('import', input('old.csv'), { requestedBy: 'a test' });
    const later = await database.jobs.create('import', input('new.csv'), { requestedBy: 'a test' });
    await database.jobs.markRunning(later.id);
    await database.jobs.succeed(await begun(database.jobs, later.id), {});
    const silent = () => undefined;
    await expect(handler(killed, silent, new AbortController().signal, silent)).rejects.toMatchObject({
      code: 'import-superseded',
      value: later.id,
    });
    await fetcher.close();
  });

  it('makes one product of all sizes, so that they never meet as negatives', async () => {
    await importFeed(
      await written(
        ['red', 'blue'].flatMap((colour) =>
          ['S', 'M', 'L'].map((size) => `${colour}${size},shirt,red.png,${colour},${size}`),
        ),
        'id,item_group_id,image_link,color,size',
      ),
    );
    const photos = await database.generations.photosOfCatalogue();
    expect(photos.map(({ productId }) => productId).sort()).toEqual(['shirt--blue', 'shirt--red']);
    const resolved = await database.catalog.resolve(['redS', 'redM', 'redL']);
    expect(new Set(resolved.values())).toEqual(new Set(['shirt--red']));
  });

  it('keeps the offers of damaged rows, and deactivates the others that are gone', async () => {
    await importRows(['1,a,red.png', '2,b,red.png', '3,c,red.png', '4,d,red.png']);
    const result = await importRows(['1,a,red.png', '2,b', '3,"c,red.png']);
    expect(result).toMatchObject({ rows: { read: 3, accepted: 1, quarantined: 2 }, rowsWithLostId: 0 });
    expect(result.offersDeactivated).toBe(1);
    expect(await activeOffers()).toBe('1 2 3');
    expect(describeImport(result)).not.toContain('deactivated');
  });

  it.each([
    ['in CSV', ['a,1,red.png', 'x'], { header: 'item_group_id,id,image_link' }],
    ['in JSON Lines', ['{"id": "1", "image_link": "red.png"}'], { header: '{"id": "2", ', name: 'feed.jsonl' }],
  ])('deactivates nothing where an id cannot be read %s, and says so', async (_, rows, options) => {
    await importRows(['1,a,red.png', '2,b,red.png']);
    const result = await importRows(rows, options);
    expect(result).toMatchObject({ rows: { accepted: 1 }, rowsWithLostId: 1, offersDeactivated: 0 });
    expect(await activeOffers()).toBe('1 2');
    expect(describeImport(result)).toContain('Nothing was deactivated: the id of 1 quarantined rows could not be read');
    expect(await importRows(['1,a,red.png'])).toMatchObject({ rowsWithLostId: 0, offersDeactivated: 1 });
  });

  it('is that of its last attempt when the feed has changed since the first', async () => {
    const id = newImport();
    await importRows(['1,a,red.png', '2,b,none.png', '3,c', '4,d,red.png'], { id });
    const result = await importRows(['1,a,red.png', '2,b,red.png'], { id });
    expect(result).toMatchObject({ rows: { read: 2, accepted: 2, quarantined: 0 }, offersDeactivated: 1 });
    expect(await sql('SELECT * FROM quarantine')).toEqual([]);
    expect(await activeOffers()).toBe('1 2');
  });
});
