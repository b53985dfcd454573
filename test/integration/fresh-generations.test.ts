import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProductRecord } from '#catalog';
import { type ModelVersion, type ProductId, WeftError } from '#foundation';
import { GenerationService, type OpenEmbedder, type PhotoEmbedder } from '#generations';
import { type Database, migrate, openDatabase } from '#persistence';
import { batchOf, newImport, offerOf, photoId, productOf, registerModel } from '../support/catalogue.js';
import { ArtifactsUnreachable } from '../../libs/artifacts/artifact-errors.js';
import { createTestDatabase, pgConnection, queryOnce, type TestDatabase } from '../support/database.js';
import { seededEmbedding, seededModel, seedOf } from '../support/seeded-model.js';
import { ANYWAY } from '../support/promotions.js';

const OLD = 'old' as ModelVersion;
const NEW = 'new' as ModelVersion;
const silent = () => undefined;

/** A catalogue as a test writes it: products by name, each with its photos, the main one first. */
type Shop = Record<string, string[]>;

describe('generations after an import', () => {
  let place: TestDatabase;
  let database: Database;
  let service: GenerationService;
  /** Models that were opened, in turn. */
  let opened: ModelVersion[];

  beforeEach(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    service = new GenerationService(database.generations);
    opened = [];
    await registerModel(database, OLD, 1);
    await registerModel(database, NEW, 2);
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
  });

  const sql = (text: string) => queryOnce(place.connection, text);

  /** A whole feed: what it does not name is deactivated. */
  async function importShop(shop: Shop): Promise<void> {
    const importId = newImport();
    const products: ProductRecord[] = Object.entries(shop).map(([name, photos]) => productOf(name, name, photos));
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(products, offers));
    await database.catalog.finishImport(importId);
  }

  const openSeeded =
    (changes: Partial<PhotoEmbedder> = {}): OpenEmbedder =>
    async ({ version }) => {
      opened.push(version);
      return { ...seededModel(version, changes), close: async () => undefined };
    };

  /** Every row of a generation, photos and products, by name of the shop. */
  async function rowsOf(generation: number, shop: Shop) {
    const photos = [...new Set(Object.values(shop).flat())];
    const ids = Object.keys(shop) as ProductId[];
    const [images, products] = await Promise.all([
      database.photoIndex.photoEmbeddings(generation, photos.map(photoId)),
      database.index.embeddings(generation, ids),
    ]);
    const counts = (await sql(`SELECT (SELECT count(*)::int FROM image_vector WHERE generation_id = ${generation}) AS i,
      (SELECT count(*)::int FROM product_vector WHERE generation_id = ${generation}) AS p`)) as {
      i: number;
      p: number;
    }[];
    return { images, products, counts: counts[0] };
  }

  /** What a generation of the model must hold for this shop, and nothing else. */
  async function expectInStep(generation: number, version: ModelVersion, shop: Shop): Promise<void> {
    const { images, products, counts } = await rowsOf(generation, shop);
    const photos = [...new Set(Object.values(shop).flat())];
    expect(counts).toEqual({ i: photos.length, p: Object.keys(shop).length });
    for (const photo of photos) expect(images.get(photoId(photo))).toEqual(await seededEmbedding(version, photo));
    for (const [name, [main = '']] of Object.entries(shop)) {
      expect(products.get(name as ProductId)).toEqual(await seededEmbedding(version, main));
    }
  }

  it('hold what was added, changed and removed, every kept one of them, and can be promoted without embedding', async () => {
    const before: Shop = { stays: ['a'], leaves: ['b', 'c'], turns: ['d', 'e'], copies: ['a', 'f'] };
    await importShop(before);
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    await expectInStep(1, OLD, before);
    const after: Shop = { stays: ['a', 'g'], turns: ['e', 'd'], copies: ['h'], comes: ['i', 'a'] };
    await importShop(after);
    const told: string[] = [];
    const refreshed = await service.refresh(openSeeded(), ({ message }) => told.push(message));
    const changes = {
      products: { added: 1, changed: 2, removed: 1 },
      photos: { added: 3, removed: 3 },
      productsLacking: 0,
    };
    expect(refreshed).toEqual([
      { id: 1, modelVersion: OLD, isActive: true, failure: null, changes },
      { id: 2, modelVersion: NEW, isActive: false, failure: null, changes },
    ]);
    expect(told).toHaveLength(2);
    await expectInStep(1, OLD, after);
    await expectInStep(2, NEW, after);
    const known = (await database.generations.list()).map(({ products, images }) => [products, images]);
    expect(known).toEqual([
      [4, 6],
      [4, 6],
    ]);
    expect(await service.promote(2, ANYWAY)).toMatchObject({ retired: 1 });
    expect(await service.promote(1, ANYWAY)).toMatchObject({ retired: 2 });
  });

  it('open no model and change nothing where nothing is new', async () => {
    const shop: Shop = { one: ['a', 'b'], two: ['c'] };
    await importShop(shop);
    await service.embed(seededModel(OLD), silent);
    await importShop(shop);
    const [{ failure, changes } = never()] = await service.refresh(openSeeded(), silent);
    expect([failure, changes?.products]).toEqual([null, { added: 0, changed: 0, removed: 0 }]);
    expect(opened).toEqual([]);
  });

  it('serve a new main photo that was known before without embedding anything', async () => {
    await importShop({ one: ['a', 'b'] });
    await service.embed(seededModel(OLD), silent);
    await importShop({ one: ['b', 'a'] });
    await service.refresh(openSeeded(), silent);
    expect(opened).toEqual([]);
    await expectInStep(1, OLD, { one: ['b', 'a'] });
  });

  it('go on beside one whose model is gone, which is told with the reason', async () => {
    await importShop({ one: ['a'] });
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    const after: Shop = { one: ['a'], two: ['b'] };
    await importShop(after);
    const open: OpenEmbedder = async (model) => {
      if (model.version === OLD) throw new WeftError('bundle-damaged', 'The bundle is damaged.');
      return openSeeded()(model);
    };
    const refreshed = await service.refresh(open, silent);
    expect(refreshed).toMatchObject([
      { id: 1, failure: { code: 'bundle-damaged', message: 'The bundle is damaged.' }, changes: null },
      { id: 2, failure: null, changes: { products: { added: 1 } } },
    ]);
    await expectInStep(1, OLD, { one: ['a'] });
    await expectInStep(2, NEW, after);
    await expect(service.promote(1, ANYWAY)).resolves.toMatchObject({ retired: null });
    expect(await service.promote(2, ANYWAY)).toMatchObject({ retired: 1 });
    await expect(service.promote(1, ANYWAY)).rejects.toMatchObject({ code: 'generation-incomplete' });
  });

  it('are left for the next try where a model cannot be opened for now', async () => {
    await importShop({ one: ['a'] });
    await service.embed(seededModel(OLD), silent);
    await importShop({ one: ['a'], two: ['b'] });
    const unreachable = async () => {
      throw new ArtifactsUnreachable('file:///store', 'it is not mounted');
    };
    await expect(service.refresh(unreachable, silent)).rejects.toMatchObject({ isRetryable: true });
    expect(await service.refresh(openSeeded(), silent)).toMatchObject([{ changes: { products: { added: 1 } } }]);
  });

  it('keep the vector of a product whose new main photo has no features, and say so', async () => {
    await importShop({ one: ['a'] });
    await service.embed(seededModel(OLD), silent);
    await importShop({ one: ['gone', 'a'], two: ['also-gone'] });
    const missing = ['gone', 'also-gone'].map(photoId);
    const features: PhotoEmbedder['features'] = async (imageIds) => {
      const present = imageIds.filter((id) => !missing.includes(id));
      return { features: Float32Array.from(present, seedOf), missing: imageIds.filter((id) => missing.includes(id)) };
    };
    const [{ changes } = never()] = await service.refresh(openSeeded({ features }), silent);
    expect(changes?.productsLacking).toBe(2);
    const { products, counts } = await rowsOf(1, { one: ['a'] });
    expect(products.get('one' as ProductId)).toEqual(await seededEmbedding(OLD, 'a'));
    expect(counts).toEqual({ i: 1, p: 1 });
  });

  it('take in an import that ended before a new generation could be seen', async () => {
    await importShop({ one: ['a'], two: ['b'] });
    const after: Shop = { one: ['c'], three: ['d'] };
    const store = Object.create(database.generations) as typeof database.generations;
    store.build = async (version) => {
      const build = await database.generations.build(version);
      const complete = build.complete.bind(build);
      build.complete = async () => {
        // The import's own refresh does not see the generation yet.
        await importShop(after);
        expect(await service.refresh(openSeeded(), silent)).toEqual([]);
        await complete();
      };
      return build;
    };
    const overtaken = new GenerationService(store);
    expect(await overtaken.embed(seededModel(OLD), silent)).toMatchObject({ state: 'active' });
    await expectInStep(1, OLD, after);
  });

  it('are brought up to date once, however many do it at the same time', async () => {
    await importShop({ one: ['a'] });
    await service.embed(seededModel(OLD), silent);
    const after: Shop = { one: ['b'], two: ['c'], three: ['d'] };
    await importShop(after);
    const all = await Promise.all(Array.from({ length: 3 }, () => service.refresh(openSeeded(), silent)));
    const added = all.flat().map(({ changes }) => changes?.products.added ?? NaN);
    expect(added.sort()).toEqual([0, 0, 2]);
    await expectInStep(1, OLD, after);
  });

  it('do not come back when they are dropped meanwhile', async () => {
    await importShop({ one: ['a'] });
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    await importShop({ one: ['b'] });
    const open: OpenEmbedder = async (model) => {
      if (model.version === NEW) await database.generations.drop(2);
      return openSeeded()(model);
    };
    // Read before the drop, written after it.
    expect((await service.refresh(open, silent)).map(({ id }) => id)).toEqual([1]);
    expect((await database.generations.list()).map(({ id }) => id)).toEqual([1]);
  });

  it('hold nothing half when the process is killed in the middle, and are completed by the next', async () => {
    const before: Shop = { one: ['a'], two: ['b'] };
    const after: Shop = { one: ['c'], three: ['d'] };
    await importShop(before);
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    await importShop(after);
    // The second generation's transaction stops at its last step, with everything before it written.
    await sql(`CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock(4242); RETURN NULL; END $$`);
    await sql(`CREATE TRIGGER wait BEFORE INSERT ON product_vector_g2 FOR EACH STATEMENT EXECUTE FUNCTION wait()`);
    const gate = new pg.Client(pgConnection(place.connection));
    await gate.connect();
    await gate.query('SELECT pg_advisory_lock(4242)');
    const script = fileURLToPath(new URL('../support/refresh-child.mjs', import.meta.url));
    const child = fork(script, [JSON.stringify(place.connection)], { execArgv: [] });
    const waiting = () => sql(`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = 4242`);
    await expect.poll(waiting, { interval: 20, timeout: 20_000 }).toHaveLength(1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await gate.end();
    await expect
      .poll(
        () =>
          sql(`SELECT FROM pg_stat_activity WHERE query LIKE '%product_vector_g2%'
      AND pid <> pg_backend_pid() AND datname = current_database() AND state <> 'idle'`),
        { interval: 20 },
      )
      .toEqual([]);
    await expectInStep(2, NEW, before);
    expect((await rowsOf(1, after)).counts).toEqual({ i: 2, p: 2 });
    await sql('DROP TRIGGER wait ON product_vector_g2');
    await service.refresh(openSeeded(), silent);
    await expectInStep(2, NEW, after);
  });

  it('hold what a generation embedded afresh would, after any row of imports', async () => {
    const photos = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1, maxLength: 3 });
    const shops = fc.array(
      fc.dictionary(fc.constantFrom('p', 'q', 'r', 's'), photos, { minKeys: 1, noNullPrototype: true }),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await importShop({ p: ['a'] });
    await service.embed(seededModel(OLD), silent);
    await fc.assert(
      fc.asyncProperty(shops, async (row) => {
        for (const shop of row) {
          await importShop(shop);
          await service.refresh(openSeeded(), silent);
        }
        await expectInStep(1, OLD, row.at(-1) as Shop);
      }),
      { numRuns: 25, seed: 7 },
    );
  });
});

function never(): never {
  throw new Error('There is no generation.');
}
