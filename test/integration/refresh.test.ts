import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, migrate, openDatabase } from '#persistence';
import { type ImageId, type ModelVersion, sha256, WeftError } from '#foundation';
import { parseJobInput } from '#jobs';
import type { DifferenceKind, RefreshReport } from '#repair';
import { photoId } from '../support/catalogue.js';
import { createTestDatabase, pgConnection, type TestDatabase } from '../support/database.js';
import { ArtifactsUnreachable } from '../../libs/artifacts/artifact-errors.js';
import { RepairableShop } from '../support/repairable-shop.js';
import { temporaryHome } from '../support/servers.js';
import { begun } from '../support/begun.js';

const OLD = '20261101-000000-0000000a';
const NEW = '20261102-000000-0000000b';
const STRANGER = '20261103-000000-0000000c';
const SHOP = { one: ['a', 'b'], two: ['c'], three: ['d', 'e'], four: ['f'], five: ['g', 'a'] };

describe('the nightly refresh', { timeout: 60_000 }, () => {
  let place: TestDatabase;
  let database: Database;
  let home: string;
  let shop: RepairableShop;
  /** Of the shop as it should be. */
  let whole: object;

  let client: pg.Client;

  // One shop for all: each test finds it whole, and leaves it so.
  beforeAll(async () => {
    home = temporaryHome();
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    client = new pg.Client(pgConnection(place.connection));
    await client.connect();
    shop = new RepairableShop(database, async (text) => (await client.query<object>(text)).rows, home);
    await shop.registerModel(OLD);
    await shop.registerModel(NEW);
    await shop.importShop(SHOP);
    await shop.embed(OLD);
    await shop.embed(NEW);
    whole = await shop.state();
  });

  afterAll(async () => {
    await client.end();
    await database.close();
    await place.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const sql = (text: string) => shop.sql(text);
  const segments = () => readdirSync(shop.features).map((name) => join(shop.features, name));

  /** Turns a bit of a file. @param position from its end */
  function damageFile(path: string, position: number): void {
    const bytes = readFileSync(path);
    const at = bytes.length - position;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  }

  /** Every kind of difference that can be closed, and how it is made by hand. */
  const DAMAGES: Record<string, { kind: DifferenceKind; found?: number; make: () => unknown }> = {
    'a photo vector that is gone': {
      kind: 'photos-without-vector',
      make: () => sql(`DELETE FROM image_vector_g2 WHERE image_id = '${photoId('b')}'`),
    },
    'a product vector that is gone': {
      kind: 'products-without-vector',
      make: () => sql(`DELETE FROM product_vector_g1 WHERE product_id = 'two'`),
    },
    'a vector of a photo that nobody shows': {
      kind: 'photos-that-left',
      make: () => sql(`INSERT INTO image_vector_g1 SELECT 1, repeat('0', 64), embedding FROM image_vector_g1 LIMIT 1`),
    },
    'a vector of a product that is not for sale': {
      kind: 'products-that-left',
      make: () => sql(`INSERT INTO product_vector_g2 SELECT 2, 'gone', embedding FROM product_vector_g2 LIMIT 1`),
    },
    'a product vector of another photo': {
      kind: 'products-not-of-main-photo',
      make: () =>
        sql(`UPDATE product_vector_g1 SET embedding =
        (SELECT embedding FROM image_vector_g1 WHERE image_id = '${photoId('g')}') WHERE product_id = 'one'`),
    },
    'vectors that are too long': {
      kind: 'faulty-vectors',
      found: 2,
      make: async () => {
        await sql(`UPDATE product_vector_g1 SET embedding = embedding * array_fill(2, ARRAY[128])::vector
          WHERE product_id = 'two'`);
        await sql(`UPDATE image_vector_g1 SET embedding = embedding * array_fill(2, ARRAY[128])::vector
          WHERE image_id = '${photoId('e')}'`);
      },
    },
    'a photo vector that the model does not make': {
      kind: 'foreign-vectors',
      make: () =>
        sql(`UPDATE image_vector_g2 SET embedding =
        (SELECT embedding FROM image_vector_g1 WHERE image_id = '${photoId('e')}') WHERE image_id = '${photoId('e')}'`),
    },
    'vectors that are not of numbers': {
      kind: 'faulty-vectors',
      found: 2,
      make: async () => {
        // No function of pgvector makes one; a damaged disk may.
        await sql('CREATE CAST (bytea AS vector) WITHOUT FUNCTION');
        const nan = `decode('80000000' || repeat('0000c07f', 128), 'hex')`;
        await sql(`UPDATE product_vector_g2 SET embedding = ${nan}::vector WHERE product_id = 'one'`);
        await sql(`UPDATE image_vector_g2 SET embedding = ${nan}::vector WHERE image_id = '${photoId('c')}'`);
        await sql('DROP CAST (bytea AS vector)');
      },
    },
    'counts that are wrong': {
      kind: 'miscounted-generations',
      make: () => sql('UPDATE generation SET images = 3 WHERE id = 2'),
    },
    'features that are gone': {
      kind: 'photos-without-features',
      found: 7,
      make: () => segments().forEach((path) => rmSync(path)),
    },
    'a record of features that is altered': {
      kind: 'damaged-features',
      make: () => damageFile(segments()[0] as string, 3),
    },
    'an index of features that is altered': {
      kind: 'damaged-features',
      make: () => damageFile(segments()[0] as string, 200),
    },
    'a table of no generation': {
      kind: 'unknown-tables',
      make: async () => {
        await sql('CREATE TABLE IF NOT EXISTS product_vector_g77 (LIKE product_vector)');
        await sql('ALTER TABLE product_vector ATTACH PARTITION product_vector_g77 FOR VALUES IN (77)');
      },
    },
    'a table that searches do not see': {
      kind: 'missing-tables',
      make: () => sql('ALTER TABLE product_vector DETACH PARTITION product_vector_g1'),
    },
    'a table of another dimension': {
      kind: 'missing-tables',
      make: async () => {
        await sql('ALTER TABLE image_vector DETACH PARTITION image_vector_g2');
        await sql('TRUNCATE image_vector_g2');
        await sql('ALTER TABLE image_vector_g2 ALTER COLUMN embedding TYPE vector(64)');
      },
    },
    'a table that is gone': { kind: 'missing-tables', make: () => sql('DROP TABLE product_vector_g2') },
    'a graph that is gone': {
      kind: 'broken-indexes',
      make: () => sql('DROP INDEX product_vector_g1_subvector_idx'),
    },
    'an index that is invalid': {
      kind: 'broken-indexes',
      make: () =>
        sql(`UPDATE pg_index SET indisvalid = false WHERE indexrelid =
        (SELECT indexrelid FROM pg_index WHERE indrelid = 'product_vector_g2'::regclass ORDER BY 1 DESC LIMIT 1)`),
    },
    'an index that was never finished beside a valid one': {
      kind: 'broken-indexes',
      make: async () => {
        await sql('CREATE INDEX half ON product_vector_g1 USING hnsw ((embedding) vector_ip_ops)');
        await sql(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass`);
      },
    },
    'a directory of a model that never became whole': {
      kind: 'unfinished-models',
      make: () => shop.writeModel(STRANGER, '{"version":'),
    },
  };

  const found = ({ differences }: RefreshReport) =>
    differences.map(({ kind, found, closed, open }) => ({ kind, found, closed, open }));

  it('finds nothing where nothing has come apart, and changes nothing', async () => {
    const report = await shop.refresh();
    expect(report).toMatchObject({ examined: { products: 5, photos: 7, generations: [2, 1] }, differences: [] });
    expect(await shop.state()).toEqual(whole);
  });

  it.each(Object.entries(DAMAGES))('closes and tells %s', async (_, { kind, found: count = 1, make }) => {
    await make();
    expect(found(await shop.refresh())).toContainEqual({ kind, found: count, closed: count, open: [] });
    expect(await shop.state()).toEqual(whole);
    expect(found(await shop.refresh())).toEqual([]);
  });

  it('records a model whose training died before it was', async () => {
    shop.writeModel(STRANGER);
    expect(found(await shop.refresh())).toEqual([{ kind: 'unrecorded-models', found: 1, closed: 1, open: [] }]);
    expect((await database.generations.model(STRANGER as ModelVersion))?.directory).toBe(join(shop.models, STRANGER));
    await sql(`DELETE FROM model WHERE version = '${STRANGER}'`);
    rmSync(join(shop.models, STRANGER), { recursive: true });
  });

  it('leaves a directory of a model alone while a training is under way', async () => {
    const { id } = await database.jobs.create('train', parseJobInput('train', {}), { requestedBy: 'a test' });
    shop.writeModel(STRANGER, '{');
    expect(found(await shop.refresh())).toEqual([]);
    await database.jobs.fail(await begun(database.jobs, id), { code: 'test', message: 'Over.' });
    expect(found(await shop.refresh())).toEqual([{ kind: 'unfinished-models', found: 1, closed: 1, open: [] }]);
    expect(await shop.state()).toEqual(whole);
  });

  it('clears away a generation whose builder died, and leaves one that is being built', async () => {
    const build = await database.generations.build(NEW as ModelVersion);
    expect(found(await shop.refresh())).toEqual([]);
    const dying = await openDatabase(place.connection);
    const dead = await dying.generations.build(NEW as ModelVersion);
    const { id } = dead;
    // The locks of a process end with its connections.
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = ${id}`);
    await expect.poll(() => sql(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = ${id}`)).toEqual([]);
    const report = await shop.refresh();
    expect(report.differences).toMatchObject([
      { kind: 'abandoned-builds', found: 1, closed: 1, examples: [String(id)] },
    ]);
    await dead.fail('The test is over.');
    await dying.close();
    await build.fail('The test is over.');
    for (const failed of [build.id, id]) await database.generations.drop(failed);
    expect(await shop.state()).toEqual(whole);
  });

  it('tells which photos cannot be computed, and why, and closes the rest', async () => {
    for (const path of segments()) rmSync(path);
    await sql(`DELETE FROM image_vector_g1 WHERE image_id IN ('${photoId('c')}', '${photoId('f')}')`);
    rmSync(shop.fileOf('c'));
    const report = await shop.refresh();
    const open = [{ what: photoId('c'), why: 'The file does not exist.' }];
    expect(report.differences).toMatchObject([
      { kind: 'photos-without-features', found: 7, closed: 6, open },
      { kind: 'photos-without-vector', found: 2, closed: 1, open },
      // Its own vector serves on.
      { kind: 'products-not-of-main-photo', found: 2, closed: 1, open: [{ what: 'two' }] },
      { kind: 'miscounted-generations', found: 1, closed: 1 },
    ]);
    writeFileSync(shop.fileOf('c'), 'c');
    await shop.refresh();
    expect(await shop.state()).toEqual(whole);
  });

  it('has products show what the files of their photos hold by now', async () => {
    writeFileSync(shop.fileOf('e'), 'another picture');
    writeFileSync(shop.fileOf('b'), '');
    const why = expect.stringContaining('The file is empty.') as string;
    const report = await shop.refresh();
    expect(found(report)[0]).toEqual({
      ...{ kind: 'photos-with-other-content', found: 2, closed: 1 },
      open: [{ what: shop.fileOf('b'), why }],
    });
    const shown = (await database.generations.photosOfCatalogue()).filter(({ productId }) => productId === 'three');
    expect(shown.map(({ imageId }) => imageId)).toEqual([photoId('d'), sha256('another picture')]);
    const vectors = await database.photoIndex.photoEmbeddings(1, [sha256('another picture') as ImageId, photoId('e')]);
    expect([...vectors.keys()]).toEqual([sha256('another picture')]);
    for (const name of ['b', 'e']) writeFileSync(shop.fileOf(name), name);
    expect(found(await shop.refresh())[0]).toMatchObject({ kind: 'photos-with-other-content', found: 1, closed: 1 });
    expect(await shop.state()).toEqual(whole);
    expect(found(await shop.refresh())).toEqual([]);
  });

  it('does not guess which product has the new picture where several files held the old one', async () => {
    writeFileSync(shop.fileOf('copy'), 'd');
    await sql(
      `INSERT INTO image_source VALUES (sha256('${shop.fileOf('copy')}'), '${shop.fileOf('copy')}', 'seen', '${photoId('d')}', NULL)`,
    );
    await shop.refresh();
    await sql(`UPDATE image SET source = '${shop.fileOf('copy')}' WHERE image_id = '${photoId('d')}'`);
    writeFileSync(shop.fileOf('copy'), 'another again');
    expect(found(await shop.refresh())).toMatchObject([
      { kind: 'photos-with-other-content', found: 1, closed: 0, open: [{ what: shop.fileOf('copy') }] },
    ]);
    // The other file has it still.
    const [{ source } = never()] = await database.catalog.imageSources([photoId('d')]);
    expect(source).toBe(shop.fileOf('d'));
    await sql(`DELETE FROM image_source WHERE source = '${shop.fileOf('copy')}'`);
    expect(await shop.state()).toEqual(whole);
  });

  it('is left for the next try where a model cannot be opened for now', async () => {
    await sql(`DELETE FROM image_vector_g1 WHERE image_id = '${photoId('a')}'`);
    const unreachable = async () => {
      throw new ArtifactsUnreachable('file:///store', 'it is not mounted');
    };
    await expect(shop.refresh({ open: unreachable })).rejects.toMatchObject({ isRetryable: true });
    await shop.refresh();
    expect(await shop.state()).toEqual(whole);
  });

  it('goes on beside a model that cannot be opened, and tells it', async () => {
    await sql(`DELETE FROM image_vector_g1 WHERE image_id = '${photoId('a')}'`);
    await sql(`DELETE FROM image_vector_g2 WHERE image_id = '${photoId('a')}'`);
    const why = 'The bundle is damaged.';
    const open = shop.opener();
    const report = await shop.refresh({
      open: async (model) => {
        if (model.version === OLD) throw new WeftError('bundle-damaged', why);
        return open(model);
      },
    });
    expect(report.differences).toMatchObject([
      { kind: 'damaged-models', generation: null, found: 1, closed: 0, open: [{ what: OLD, why }] },
      { kind: 'photos-without-vector', generation: 2, found: 1, closed: 1, open: [] },
      { kind: 'photos-without-vector', generation: 1, found: 1, closed: 0, open: [{ what: photoId('a'), why }] },
      { kind: 'products-not-of-main-photo', generation: 2, found: 1, closed: 1 },
      { kind: 'products-not-of-main-photo', generation: 1, found: 1, closed: 0, open: [{ what: 'one', why }] },
      { kind: 'miscounted-generations', generation: 2, found: 1, closed: 1 },
      { kind: 'miscounted-generations', generation: 1, found: 1, closed: 0 },
    ]);
    await shop.refresh();
    expect(await shop.state()).toEqual(whole);
  });

  it('cleans tables with many dead rows, graphs and all, and renews old statistics', async () => {
    await sql('ALTER TABLE product_vector_g1 SET (autovacuum_enabled = false)');
    // Back and forth: an equal value would be written without an entry in the graphs.
    for (let round = 0; round < 16; round += 1)
      await sql('UPDATE product_vector_g1 SET embedding = embedding * array_fill(-1, ARRAY[128])::vector');
    await sql('SELECT pg_stat_force_next_flush()');
    const report = await shop.refresh();
    expect(report.differences).toMatchObject([{ kind: 'dead-rows', found: 1, closed: 1 }]);
    expect(report.differences[0]?.examples[0]).toMatch(/^product_vector_g1: \d+ dead rows$/);
    expect(await shop.state()).toEqual(whole);
    await sql('ALTER TABLE image SET (autovacuum_enabled = false)');
    await sql(
      `INSERT INTO image SELECT encode(sha256(n::text::bytea), 'hex'), '/unused', 1, 1 FROM generate_series(1, 200) n`,
    );
    await sql('SELECT pg_stat_force_next_flush()');
    expect((await shop.refresh()).differences).toMatchObject([{ kind: 'old-statistics', examples: ['image'] }]);
    await sql(`DELETE FROM image WHERE source = '/unused'`);
    await sql('SELECT pg_stat_force_next_flush()');
    await sql('VACUUM ANALYZE image');
    expect(found(await shop.refresh())).toEqual([]);
  });

  it('closes whatever has come apart at once, also when it is killed in the middle', async () => {
    const damages = fc.uniqueArray(fc.constantFrom(...Object.values(DAMAGES)), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(damages, fc.integer({ min: 1, max: 25 }), async (several, calls) => {
        for (const { make } of several) {
          // A table may be gone already.
          await Promise.resolve(make()).catch((error: unknown) =>
            expect(String(error)).toMatch(/does not exist|is not a partition/),
          );
        }
        const killed = await shop
          .refresh({ store: dyingAfter(calls, database.repair) })
          .catch((error: unknown) => error);
        if (killed instanceof Error) expect(killed.message).toBe('killed');
        await shop.refresh();
        expect(await shop.state()).toEqual(whole);
        expect(found(await shop.refresh())).toEqual([]);
      }),
      { numRuns: 10, seed: 11 },
    );
  });
});

function never(): never {
  throw new Error('There is no such photo.');
}

/** The store of a process that dies at a call of it. */
function dyingAfter<T extends object>(calls: number, store: T): T {
  let left = calls;
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        left -= 1;
        if (left < 0) throw new Error('killed');
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
