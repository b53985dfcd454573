import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePhotoReader, ImportService } from '#catalog';
import type { ImageId, JobId } from '#foundation';
import { type Database, migrate, openDatabase } from '#persistence';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeImport } from '../../apps/cli/commands/import.js';
import { newImport } from '../support/catalogue.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';

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

  async function importRows(rows: string[], options: { name?: string; header?: string; id?: JobId } = {}) {
    const feed = join(directory, options.name ?? 'feed.csv');
    await writeFile(feed, [options.header ?? 'id,item_group_id,image_link', ...rows].join('\n'));
    const cached = new Set<ImageId>();
    const photos = new FilePhotoReader(
      { extract: async (pixels) => pixels.map(() => new Float32Array(1408)) },
      { has: (id) => cached.has(id), append: async (added) => added.forEach(({ imageId }) => cached.add(imageId)) },
      1,
    );
    const service = new ImportService(database.catalog, photos);
    return service.run(options.id ?? newImport(), { feed, root: null }, () => undefined);
  }

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
