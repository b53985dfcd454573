import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JobId, type ModelVersion, type ProductId, Random } from '#foundation';
import { type EmbedInput, GenerationService } from '#generations';
import { type Database, migrate, openDatabase } from '#persistence';
import { randomEmbedding } from '../conformance/indexed-products.js';
import { batchOf, newImport, offerOf, photoId, productOf, registerModel } from '../support/catalogue.js';
import { createTestDatabase, pgConnection, queryOnce, type TestDatabase } from '../support/database.js';
import { seededEmbedding, seededModel, seedOf } from '../support/seeded-model.js';
import { ANYWAY } from '../support/promotions.js';

const OLD = 'old' as ModelVersion;
const NEW = 'new' as ModelVersion;
const NEWEST = 'newest' as ModelVersion;
const silent = () => undefined;

describe('generations', () => {
  let place: TestDatabase;
  let database: Database;
  let service: GenerationService;

  beforeEach(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    service = new GenerationService(database.generations);
    await registerModel(database, OLD, 1);
    await registerModel(database, NEW, 2);
    await registerModel(database, NEWEST, 3);
    await importProducts(20);
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
  });

  const sql = (text: string) => queryOnce(place.connection, text);
  const states = async () => (await database.generations.list()).map(({ id, state }) => `${id} ${state}`);
  const tables = () => sql(`SELECT relname FROM pg_class WHERE relname ~ '_g\\d+$' AND relkind = 'r' ORDER BY 1`);

  /** Products `p-0`, `p-1` …, each with a main photo and a second one. */
  async function importProducts(count: number, importId = newImport()): Promise<void> {
    const products = Array.from({ length: count }, (_, i) => productOf(`p-${i}`, `s-${i}`, [`main-${i}`, `back-${i}`]));
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(products, offers));
    await database.catalog.finishImport(importId);
  }

  /** What a shopper is answered with at this moment. */
  async function served(): Promise<{ modelVersion: string; isWhole: boolean } | null> {
    const active = await database.catalog.activeGeneration();
    if (active === null) return null;
    const ids = Array.from({ length: 20 }, (_, i) => `p-${i}` as ProductId);
    const embeddings = await database.index.embeddings(active.generation, ids);
    return { modelVersion: active.modelVersion, isWhole: embeddings.size === 20 };
  }

  it('activates the first generation, with the embedding of the main photo for each product', async () => {
    const result = await service.embed(seededModel(OLD), silent);
    expect(result).toMatchObject({ generation: 1, state: 'active', activation: 'first', products: 20, images: 40 });
    expect(await database.catalog.activeGeneration()).toEqual({ generation: 1, modelVersion: OLD, dial: 0.5 });
    const embeddings = await database.index.embeddings(1, ['p-3' as ProductId]);
    expect(embeddings.get('p-3' as ProductId)).toEqual(await seededEmbedding(OLD, 'main-3'));
    const [{ state, products, images, failure } = never()] = await database.generations.list();
    expect({ state, products, images, failure }).toEqual({ state: 'active', products: 20, images: 40, failure: null });
  });

  it('keeps serving the old model until the new one is promoted, and can go back', async () => {
    await service.embed(seededModel(OLD), silent);
    const second = await service.embed(seededModel(NEW), silent);
    expect(second).toMatchObject({ state: 'ready', activation: 'none' });
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
    expect(await service.promote(NEW, ANYWAY)).toEqual({ generation: 2, modelVersion: NEW, retired: 1 });
    expect(await served()).toEqual({ modelVersion: NEW, isWhole: true });
    expect(await states()).toEqual(['2 active', '1 retired']);
    expect(await service.promote(1, ANYWAY)).toEqual({ generation: 1, modelVersion: OLD, retired: 2 });
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
  });

  it('changes nothing when the active generation is promoted', async () => {
    await service.embed(seededModel(OLD), silent);
    const [before] = await database.generations.list();
    expect(await service.promote(1, ANYWAY)).toEqual({ generation: 1, modelVersion: OLD, retired: null });
    expect(await database.generations.list()).toEqual([before]);
  });

  it('flips at once when the active model is embedded again, and keeps one generation to go back to', async () => {
    for (let run = 1; run <= 4; run += 1) {
      const { generation, state, activation } = await service.embed(seededModel(OLD), silent);
      expect({ generation, state }).toEqual({ generation: run, state: 'active' });
      expect(activation).toBe(run === 1 ? 'first' : 'same-model');
    }
    expect(await states()).toEqual(['4 active', '3 retired']);
    expect(await tables()).toHaveLength(4);
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
  });

  it('leaves a promotion alone that came while it was building', async () => {
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    const overtaken = seededModel(OLD, {
      features: async (imageIds) => {
        await service.promote(NEW, ANYWAY);
        return seededModel(OLD).features(imageIds);
      },
    });
    expect(await service.embed(overtaken, silent)).toMatchObject({ generation: 3, state: 'ready', activation: 'none' });
    expect(await served()).toEqual({ modelVersion: NEW, isWhole: true });
  });

  it('keeps what can be promoted or gone back to, and drops the rest', async () => {
    await registerModel(database, 'last', 4);
    const embedAll = async (...versions: ModelVersion[]) => {
      for (const version of versions) await service.embed(seededModel(version), silent);
    };
    await embedAll(OLD, NEW, NEW, NEWEST);
    expect(await states()).toEqual(['4 ready', '3 ready', '1 active']);
    await embedAll('last' as ModelVersion);
    expect(await states()).toEqual(['5 ready', '4 ready', '1 active']);
    await service.promote(NEWEST, ANYWAY);
    // Re-embedding the model that is served does not cost the one before it.
    await embedAll(NEWEST, NEWEST, NEWEST);
    expect(await states()).toEqual(['8 active', '7 retired', '5 ready', '1 retired']);
    expect(await tables()).toHaveLength(8);
    expect(await service.promote(OLD, ANYWAY)).toMatchObject({ generation: 1, retired: 8 });
  });

  it('lets searches go on while it waits to drop a generation', async () => {
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    const search = new pg.Client(pgConnection(place.connection));
    await search.connect();
    await search.query('BEGIN; SELECT FROM product_vector LIMIT 1');
    const dropped = database.generations.drop(2);
    const waiting = () => sql(`SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted`);
    await expect.poll(waiting, { interval: 5, timeout: 5_000 }).toHaveLength(1);
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
    await search.query('COMMIT');
    await search.end();
    expect(await dropped).toBe(true);
    expect(await states()).toEqual(['1 active']);
  });

  it('stays with the old one when the stream of vectors breaks off', async () => {
    await service.embed(seededModel(OLD), silent);
    const broken = seededModel(NEW, {
      embed: async (features) => {
        if (features.length < 1024) throw new Error('the model bundle is damaged');
        return randomEmbedding(new Random(1));
      },
    });
    await expect(service.embed(broken, silent)).rejects.toThrow('the model bundle is damaged');
    expect(await states()).toEqual(['2 failed', '1 active']);
    expect((await database.generations.find(2))?.failure).toBe('the model bundle is damaged');
    expect(await tables()).toHaveLength(2);
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
  });

  it('stays with the old one when Postgres cuts the connections in the middle of a copy', async () => {
    await service.embed(seededModel(OLD), silent);
    const cut = seededModel(NEW, {
      features: async (imageIds) => {
        await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND query LIKE 'COPY %' AND pid <> pg_backend_pid()`);
        return seededModel(NEW).features(imageIds);
      },
    });
    await expect(service.embed(cut, silent)).rejects.toThrow();
    expect(await states()).toEqual(['2 failed', '1 active']);
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
    expect(await service.embed(seededModel(NEW), silent)).toMatchObject({ generation: 3, state: 'ready' });
  });

  it('ends while an index is built, and stays with the old one', async () => {
    await service.embed(seededModel(OLD), silent);
    const cancelling = new AbortController();
    // Whoever has the table keeps the index from being built.
    const holding = new pg.Client(pgConnection(place.connection));
    await holding.connect();
    const features: EmbedInput['features'] = async (imageIds) => {
      await holding.query('BEGIN');
      await holding.query('LOCK TABLE image_vector_g2 IN ACCESS SHARE MODE');
      return seededModel(NEW).features(imageIds);
    };
    const embedding = service.embed(seededModel(NEW, { features }), silent, cancelling.signal);
    const untilWaits = (statement: string) =>
      vi.waitFor(async () =>
        expect(
          await sql(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '${statement} %'`),
        ).toHaveLength(1),
      );
    await untilWaits('ALTER TABLE');
    cancelling.abort(new Error('cancelled'));
    await untilWaits('DROP TABLE');
    await holding.end();
    await expect(embedding).rejects.toThrow('cancelled');
    expect(await states()).toEqual(['2 failed', '1 active']);
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
  });

  it('goes on with what an earlier attempt of the same run completed, and makes no second one', async () => {
    const run = randomUUID() as JobId;
    const first = await service.embed(seededModel(OLD, { run }), silent);
    expect(await service.embed(seededModel(OLD, { run }), silent)).toMatchObject({
      ...{ generation: first.generation, state: 'active', products: 20, images: 40 },
    });
    const other = randomUUID() as JobId;
    const dying = service.embed(
      seededModel(NEW, { run: other, features: () => Promise.reject(new Error('died')) }),
      silent,
    );
    await expect(dying).rejects.toThrow('died');
    const built = await service.embed(seededModel(NEW, { run: other }), silent);
    expect(await service.embed(seededModel(NEW, { run: other }), silent)).toMatchObject({
      ...{ generation: built.generation, state: 'ready', activation: 'none' },
    });
    expect(await states()).toEqual(['3 ready', '2 failed', '1 active']);
    expect((await database.generations.promotions(10)).map(({ action }) => action)).toEqual(['activated-first']);
  });

  it('clears away what a dead builder left, and leaves a living one alone', async () => {
    const dead = await database.generations.build(OLD);
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = ${dead.id}`);
    const living = await database.generations.build(OLD);
    await database.generations.build(OLD).then((build) => build.fail('only to look'));
    expect(await states()).toEqual(['3 failed', '2 building', '1 failed']);
    expect((await database.generations.find(dead.id))?.failure).toMatch(/ended before it was whole/);
    expect(await tables()).toHaveLength(2);
    await dead.fail('too late to say');
    expect((await database.generations.find(dead.id))?.failure).toMatch(/ended before it was whole/);
    await living.fail('the test is over');
  });

  it('shows nothing of a generation that is being built', async () => {
    const build = await database.generations.build(OLD);
    const embedding = randomEmbedding(new Random(1));
    await build.copy(
      (async function* () {
        yield [{ imageId: photoId('main-1'), embedding, mainOf: ['p-1' as ProductId] }];
      })(),
    );
    await build.index();
    expect(await database.index.embeddings(build.id, ['p-1' as ProductId])).toEqual(new Map());
    await build.complete();
    expect((await database.index.embeddings(build.id, ['p-1' as ProductId])).size).toBe(1);
  });

  it('takes in what an import adds while it is being built', async () => {
    let isFirst = true;
    const growing = seededModel(OLD, {
      features: async (imageIds) => {
        if (isFirst) await importProducts(23);
        isFirst = false;
        return seededModel(OLD).features(imageIds);
      },
    });
    expect(await service.embed(growing, silent)).toMatchObject({ state: 'active', products: 23, images: 46 });
  });

  it('takes in what an import goes on adding while it looks whether all are there', async () => {
    let asked = 0;
    const growing = seededModel(OLD, {
      features: async (imageIds) => {
        asked += 1;
        // Each time that what was lacking is made, something else comes.
        if (asked <= 4) await importProducts(20 + asked);
        return seededModel(OLD).features(imageIds);
      },
    });
    expect(await service.embed(growing, silent)).toMatchObject({ state: 'active', products: 24, images: 48 });
    expect(asked).toBe(5);
  });

  it('fails with counts when features are missing', async () => {
    const gone = ['main-2', 'back-5'].map(photoId);
    const patchy = seededModel(OLD, {
      features: async (imageIds) => {
        const present = imageIds.filter((imageId) => !gone.includes(imageId));
        return { features: Float32Array.from(present, seedOf), missing: gone };
      },
    });
    const failure = service.embed(patchy, silent);
    await expect(failure).rejects.toMatchObject({ code: 'features-missing', value: gone });
    await expect(failure).rejects.toThrow('The features of 2 of 40 photos are not in the cache.');
    expect(await states()).toEqual(['1 failed']);
    expect(await served()).toBeNull();
  });

  it.each([
    ['of the wrong length', (values: Float32Array) => values.map((value) => 1.01 * value)],
    ['without direction', (values: Float32Array) => values.fill(0, 64, 128)],
  ])('refuses embeddings with a part %s', async (_, spoil) => {
    const spoilt = seededModel(OLD, { embed: async (features) => spoil(await seededModel(OLD).embed(features)) });
    await expect(service.embed(spoilt, silent)).rejects.toMatchObject({ code: 'generation-incomplete' });
    expect(await states()).toEqual(['1 failed']);
  });

  it('refuses vectors that are not numbers', async () => {
    const spoilt = seededModel(OLD, {
      embed: async (features) => (await seededModel(OLD).embed(features)).fill(NaN, 0, 1),
    });
    await expect(service.embed(spoilt, silent)).rejects.toThrow(/NaN not allowed/);
  });

  it('refuses to serve what is being built, failed, or unknown', async () => {
    const build = await database.generations.build(OLD);
    await expect(service.promote(build.id, ANYWAY)).rejects.toMatchObject({ code: 'generation-not-ready' });
    await build.fail('out of disk');
    await expect(service.promote(build.id, ANYWAY)).rejects.toThrow('failed: out of disk');
    await expect(service.promote(99, ANYWAY)).rejects.toMatchObject({ code: 'generation-unknown' });
    await expect(service.promote(NEW, ANYWAY)).rejects.toMatchObject({ code: 'generation-unknown' });
    await expect(service.embed(seededModel('nobody' as ModelVersion), silent)).rejects.toMatchObject({
      code: 'model-unknown',
    });
  });

  it('refuses to serve a generation that lacks products which an import has not given it yet', async () => {
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    await importProducts(22);
    const refusal = service.promote(2, ANYWAY);
    await expect(refusal).rejects.toMatchObject({
      code: 'generation-incomplete',
      remedy: expect.stringContaining('wait for the one that runs, or import the feed again') as string,
    });
    await expect(refusal).rejects.toThrow('2 of 22 products have no vector (p-20, p-21)');
    expect(await served()).toEqual({ modelVersion: OLD, isWhole: true });
    await service.embed(seededModel(NEW), silent);
    expect(await service.promote(NEW, ANYWAY)).toMatchObject({ generation: 3 });
  });

  it('ignores products that are no longer active', async () => {
    await service.embed(seededModel(OLD), silent);
    await importProducts(5);
    expect(await service.embed(seededModel(NEW), silent)).toMatchObject({ products: 5, images: 10 });
  });

  it('says what is wrong when there is nothing to embed', async () => {
    await sql('UPDATE product SET active = false');
    await expect(service.embed(seededModel(OLD), silent)).rejects.toThrow(/no active product with a usable photo/);
  });

  it('has one active generation after several promotions at once', async () => {
    await service.embed(seededModel(OLD), silent);
    await service.embed(seededModel(NEW), silent);
    await service.embed(seededModel(NEWEST), silent);
    await Promise.all([service.promote(1, ANYWAY), service.promote(2, ANYWAY), service.promote(3, ANYWAY)]);
    expect((await states()).filter((state) => state.endsWith('active'))).toHaveLength(1);
    await expect(sql(`UPDATE generation SET state = 'active'`)).rejects.toThrow(/generation_one_active_idx/);
  });

  it('embeds more photos than one batch, one vector each, and tells how far it is', async () => {
    await importProducts(1_200);
    const heard: number[] = [];
    const result = await service.embed(seededModel(OLD), ({ fraction }) => heard.push(fraction));
    expect(result).toMatchObject({ products: 1_200, images: 2_400 });
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(heard.length).toBeGreaterThan(4);
    expect(heard.at(-1)).toBe(1);
  });

  it('gives products that share a photo the same vector', async () => {
    const importId = newImport();
    const twins = ['one', 'two'].map((name) => productOf(name, name, ['shared', `back-of-${name}`]));
    const offers = twins.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(twins, offers));
    await database.catalog.finishImport(importId);
    expect(await service.embed(seededModel(OLD), silent)).toMatchObject({ products: 2, images: 3 });
    const found = await database.index.embeddings(1, ['one', 'two'] as ProductId[]);
    expect(found.get('one' as ProductId)).toEqual(found.get('two' as ProductId));
  });

  it('lists models newest first and registers one again under a new directory', async () => {
    expect((await database.generations.models()).map(({ version }) => version)).toEqual([NEWEST, NEW, OLD]);
    expect((await database.generations.latestModel())?.version).toBe(NEWEST);
    const createdAt = new Date(0).toISOString();
    await database.generations.registerModel({ version: NEW, createdAt, extractorId: 'x', dial: 0.9 }, '/moved');
    expect(await database.generations.model(NEW)).toMatchObject({ directory: '/moved', dial: 0.5 });
    expect(await database.generations.model('nobody' as ModelVersion)).toBeNull();
  });
});

function never(): never {
  throw new Error('There is no generation.');
}
