import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Artifacts, openArtifacts } from '#artifacts';
import { FeatureCache } from '#embedder';
import { experimentRequest, ExperimentService } from '#experiments';
import { type JobId, type ModelVersion, type ProductId, Random } from '#foundation';
import { GenerationService } from '#generations';
import { type Database, migrate, openDatabase } from '#persistence';
import { collect, type RetentionInput, type SweepResult, sweeps } from '#retention';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomEmbedding } from '../conformance/indexed-products.js';
import { batchOf, newImport, offerOf, photoId, productOf, registerModel } from '../support/catalogue.js';
import { makeStore } from '../support/store-directory.js';
import { createTestDatabase, queryOnce, type TestDatabase } from '../support/database.js';
import { MemoryStore } from '../support/memory-store.js';
import { temporaryHome } from '../support/servers.js';
import { ANYWAY } from '../support/promotions.js';
import { begun } from '../support/begun.js';

const EXTRACTOR = '0123456789abcdef';
/** Of a brought backbone. */
const BROUGHT = 'fedcba9876543210';
const DAY_MS = 86_400_000;
const OLD_MODEL = '20261101-000000-00000001' as ModelVersion;
const NEW_MODEL = '20261102-000000-00000002' as ModelVersion;

describe('gc', { timeout: 60_000 }, () => {
  let place: TestDatabase;
  let database: Database;
  let home: string;
  let now: Date;

  beforeEach(async () => {
    home = temporaryHome();
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    // Whatever this test makes was made more than a day ago, and less than 90.
    now = new Date(Date.now() + 2 * DAY_MS);
  });

  afterEach(async () => {
    await database.close();
    await place.drop();
    rmSync(home, { recursive: true, force: true });
  });

  const sql = (text: string) => queryOnce(place.connection, text);

  async function gc(
    changes: Partial<RetentionInput> & { dryRun?: boolean } = {},
  ): Promise<Record<string, SweepResult>> {
    const input: RetentionInput = {
      artifacts: new Artifacts(home, null),
      store: database.retention,
      generations: database.generations,
      jobs: database.jobs,
      clock: { now: () => now },
      keepGenerations: 1,
      keepModels: 1,
      keepDays: 90,
      keepEventDays: 180,
      extractorIds: [EXTRACTOR, BROUGHT],
      ...changes,
    };
    const results = await collect(sweeps(input), database.jobs, { dryRun: changes.dryRun ?? false });
    return Object.fromEntries(results.map((result) => [result.kind, result]));
  }

  function write(path: string, bytes = 100): string {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, Buffer.alloc(bytes));
    return full;
  }

  async function tellEvents(daysAgo: number[]): Promise<void> {
    await database.shoppers.record(
      daysAgo.map((days) => ({
        ...{ shopperId: 'ines', eventId: `${days}`, type: 'view', productId: 'p-0' as ProductId },
        ...{ at: new Date(now.getTime() - days * DAY_MS), recommendationId: null, answer: null },
      })),
      now,
    );
  }

  async function importProducts(count: number): Promise<void> {
    const importId = newImport();
    const products = Array.from({ length: count }, (_, i) => productOf(`p-${i}`, `s-${i}`, [`main-${i}`]));
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(products, offers));
    await database.catalog.finishImport(importId);
  }

  async function embed(modelVersion: ModelVersion): Promise<number> {
    const { generation } = await new GenerationService(database.generations).embed(
      {
        modelVersion,
        by: 'a test',
        features: async (ids) => ({ features: Float32Array.from(ids, (_, at) => at + 1), missing: [] }),
        embed: async (seeds) => Float32Array.from([...seeds].flatMap((seed) => [...randomEmbedding(new Random(seed))])),
      },
      () => undefined,
    );
    return generation;
  }

  async function finishedJob(kind: 'import' | 'train', days: number): Promise<JobId> {
    const input = kind === 'import' ? { feed: '/a.csv', root: null } : {};
    const { id } = await database.jobs.create(kind, input as never, { requestedBy: 'a test' });
    await database.jobs.succeed(await begun(database.jobs, id), {});
    await sql(`UPDATE job_run SET created_at = created_at - interval '${days} days',
      finished_at = finished_at - interval '${days} days' WHERE id = '${id}'`);
    return id;
  }

  it('finds nothing in an empty home', async () => {
    for (const result of Object.values(await gc())) expect(result).toMatchObject({ count: 0, bytes: 0, left: null });
  });

  it('never removes what is served or what a rollback needs, and leaves builds alone that are under way', async () => {
    await importProducts(3);
    for (const version of [OLD_MODEL, NEW_MODEL]) await registerModel(database, version);
    const first = await embed(OLD_MODEL);
    const second = await embed(NEW_MODEL);
    const service = new GenerationService(database.generations);
    await service.promote(second, ANYWAY);
    const build = await database.generations.build(NEW_MODEL);
    await database.retention.clearAbandonedBuilds();
    const found = await gc();
    expect(found['generations']).toMatchObject({ count: 0, left: null });
    expect(found['models']).toMatchObject({ count: 0, left: null });
    expect((await database.generations.find(build.id))?.state).toBe('building');
    await build.fail('given up');
    expect(await service.promote(first, ANYWAY)).toMatchObject({ generation: first, retired: second });
  });

  it('keeps what a running experiment names, with its model, until the experiment is stopped', async () => {
    await importProducts(2);
    for (const version of [OLD_MODEL, NEW_MODEL]) await registerModel(database, version);
    await embed(NEW_MODEL);
    const named = await embed(OLD_MODEL);
    const service = new ExperimentService(database.experiments, database.generations, { now: () => now });
    const asked = {
      name: 'held',
      metric: 'click',
      smallestEffect: 0.1,
      baseline: 0.2,
      treatment: { generation: named },
    };
    await service.start(experimentRequest.parse(asked), 'a test');
    await embed(OLD_MODEL);
    expect((await database.generations.find(named))?.state).toBe('ready');
    expect((await gc({ dryRun: true }))['generations']).toMatchObject({ count: 0, left: null });
    await service.stop('held', 'a test');
    expect((await gc())['generations']?.count).toBe(1);
    expect(await database.generations.find(named)).toBeNull();
  });

  it('forgets failed generations, and models whose vectors are gone, beyond the newest', async () => {
    await importProducts(2);
    const versions = [1, 2, 3, 4].map((n) => `2026110${n}-000000-0000000${n}` as ModelVersion);
    for (const [at, version] of versions.entries()) {
      await database.generations.registerModel(
        { version, createdAt: new Date(Date.UTC(2026, 10, at + 1)).toISOString(), extractorId: EXTRACTOR, dial: 0.5 },
        dirname(write(`models/${version}/heads.onnx`)),
      );
    }
    await embed(versions[1] as ModelVersion);
    const build = await database.generations.build(versions[0] as ModelVersion);
    await build.fail('out of disk');
    write('models/20260101-000000-abcdefab/heads.onnx', 50);
    expect(await gc()).toMatchObject({ generations: { count: 0 }, models: { count: 1, bytes: 50 } });
    now = new Date(Date.now() + 91 * DAY_MS);
    expect((await gc({ dryRun: true, keepModels: 0 }))['models']?.count).toBe(2);
    const found = await gc({ keepModels: 0 });
    expect(found['generations']).toMatchObject({ count: 1, examples: [`generation ${build.id} (failed)`] });
    // The one that is embedded stays, and the newest.
    expect(found['models']).toMatchObject({ count: 2, bytes: 200 });
    expect(readdirSync(join(home, 'models')).sort()).toEqual([versions[1], versions[3]]);
    expect((await database.generations.models()).map(({ version }) => version)).toEqual([versions[3], versions[1]]);
  });

  it('removes nothing of the home that this one is a copy of', async () => {
    const original = mkdtempSync(join(tmpdir(), 'weft-original-'));
    const versions = [1, 2].map((n) => `2026110${n}-000000-0000000${n}` as ModelVersion);
    for (const [at, version] of versions.entries()) {
      const directory = join(original, 'models', version);
      mkdirSync(directory, { recursive: true });
      write(`models/${version}/heads.onnx`);
      const createdAt = new Date(Date.UTC(2026, 10, at + 1)).toISOString();
      await database.generations.registerModel({ version, createdAt, extractorId: EXTRACTOR, dial: 0.5 }, directory);
    }
    expect((await gc({ keepModels: 0 }))['models']).toMatchObject({ count: 1, bytes: 100 });
    expect(readdirSync(join(home, 'models'))).toEqual([versions[1]]);
    expect(readdirSync(join(original, 'models')).sort()).toEqual(versions);
    rmSync(original, { recursive: true });
  });

  it('removes the directories of finished trainings and keeps those of unfinished ones', async () => {
    const finished = await finishedJob('train', 0);
    write(`runs/${finished}/snapshot/features.safetensors`, 1_000);
    write('runs/of-nobody/snapshot.json', 10);
    expect((await gc())['training directories']).toMatchObject({ count: 2, bytes: 1_010, left: null });
    const { id } = await database.jobs.create('train', {} as never, { requestedBy: 'a test' });
    write(`runs/${id}/snapshot/features.safetensors`);
    expect((await gc())['training directories']).toMatchObject({
      count: 0,
      left: 'The train job that is running or waiting may need them.',
    });
    expect(existsSync(join(home, 'runs', id, 'snapshot'))).toBe(true);
  });

  it('forgets old finished jobs with their quarantine, never the newest of a kind', async () => {
    const [oldest, old] = [await finishedJob('import', 200), await finishedJob('import', 150)];
    for (const id of [oldest, old])
      await sql(
        `INSERT INTO quarantine (import_id, row, field, value, code, message) VALUES ('${id}', 1, 'f', 'v', 'c', 'm')`,
      );
    const kind = 'finished jobs, with what they set aside';
    expect((await gc({ dryRun: true }))[kind]?.count).toBe(2);
    expect((await gc())[kind]).toMatchObject({ count: 2, left: null });
    expect(await database.jobs.find(oldest)).toBeNull();
    expect(await database.jobs.find(old)).not.toBeNull();
    expect(await sql('SELECT import_id FROM quarantine')).toEqual([{ import_id: old }]);
    expect((await gc())[kind]?.count).toBe(0);
  });

  it('removes events of shoppers whose time is over, also while jobs run', async () => {
    await tellEvents([1, 179, 181, 400]);
    await database.jobs.create('import', { feed: '/feed.csv' } as never, { requestedBy: 'a test' });
    const kind = 'events of shoppers past their time';
    expect((await gc({ dryRun: true }))[kind]).toMatchObject({ count: 2, left: null });
    expect((await gc())[kind]).toMatchObject({ count: 2, left: null });
    expect((await gc({ keepEventDays: 2 }))[kind]).toMatchObject({ count: 1 });
    expect((await database.shoppers.eventsOf('ines', 9)).events.map(({ eventId }) => eventId)).toEqual(['1']);
  });

  it('removes photos, models and features from the store, too, also those that this home never had', async () => {
    await importProducts(1);
    const store = makeStore(temporaryHome());
    const used = `photos/ab/${photoId('main-0')}`;
    const keys = [used, `photos/ab/${photoId('gone')}`, 'features/aaaabbbbccccdddd/old.features'];
    const model = '20261101-000000-0000000a';
    for (const key of [...keys, `models/${model}/manifest.json`, `photos/ab/${photoId('never here')}`]) {
      mkdirSync(dirname(join(store, key)), { recursive: true });
      writeFileSync(join(store, key), 'bytes');
    }
    for (const key of keys) write(key);
    const artifacts = await openArtifacts({ home, artifacts: { directory: store } });
    const planned = await gc({ artifacts, dryRun: true });
    const found = await gc({ artifacts });
    expect(found).toEqual(planned);
    expect([found['photos']?.count, found['models']?.count, found['features']?.count]).toEqual([2, 1, 1]);
    const left = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(left.map(({ name }) => name).sort()).toEqual([photoId('main-0'), 'weft-store'].sort());
    expect(existsSync(join(home, used))).toBe(true);
    rmSync(store, { recursive: true });
  });

  it('removes a model from the store as one, its manifest first, unless a part of it is new', async () => {
    const files = ['heads.onnx', 'manifest.json', 'metrics.json'].map(
      (name) => `models/20261101-000000-0000000a/${name}`,
    );
    const objects = Object.fromEntries([...files, 'models/of-no-model'].map((key) => [key, 'bytes']));
    const store = new MemoryStore(objects);
    const artifacts = new Artifacts(home, store);
    expect((await gc({ artifacts, clock: { now: () => new Date() } }))['models']).toMatchObject({
      count: 0,
      left: null,
    });
    expect((await gc({ artifacts }))['models']).toMatchObject({ count: 2, bytes: 4 * 5, left: null });
    expect([...store.objects.keys()]).toEqual([]);
    const [heads, manifest, metrics] = files;
    expect(store.removals).toEqual([manifest, heads, metrics, 'models/of-no-model']);
  });

  it('removes images and products that nothing refers to, their photos and their features', async () => {
    await importProducts(4);
    const cache = new FeatureCache(join(home, 'features'), {
      extractorId: EXTRACTOR,
      layout: { shape: 1280, colour: 128 },
    });
    await cache.open();
    const names = ['main-0', 'main-1', 'main-2', 'main-3'];
    const vectors = new Map(
      names.map((name, at) => [name, Float32Array.from({ length: 1408 }, (_, i) => Math.fround((i + at) / 2_048))]),
    );
    const featuresOf = (name: string) => ({
      imageId: photoId(name),
      features: vectors.get(name) as Float32Array,
      lab: [50, 1, 2] as [number, number, number],
    });
    await cache.append(names.map(featuresOf));
    for (const name of names) write(`photos/ab/${photoId(name)}.jpg`);
    const brought = new FeatureCache(join(home, 'features'), {
      extractorId: BROUGHT,
      layout: { shape: 40, colour: 10 },
    });
    await brought.open();
    await brought.append(
      names.map((name) => ({ ...featuresOf(name), features: featuresOf(name).features.slice(0, 50) })),
    );
    write('features/aaaabbbbccccdddd/old.features', 500);
    await sql(`INSERT INTO image_source (source_hash, source, fingerprint, image_id)
      VALUES (decode(repeat('ab', 32), 'hex'), '/a.jpg', '1', '${photoId('main-3')}')`);
    // The offers of two products have moved elsewhere; a third has another photo now.
    await sql(`DELETE FROM offer WHERE product_id IN ('p-1', 'p-2')`);
    await sql(`UPDATE product SET active = false WHERE product_id IN ('p-1', 'p-2')`);
    await sql(`DELETE FROM product_image WHERE product_id = 'p-3'`);
    const planned = await gc({ dryRun: true });
    expect(statSync(join(home, 'photos', 'ab', `${photoId('main-1')}.jpg`)).size).toBe(100);
    const found = await gc();
    expect(found).toEqual(planned);
    expect(found['rows that nothing refers to']?.count).toBe(2 + 3);
    expect(found['photos']).toMatchObject({ count: 3, bytes: 300 });
    expect(readdirSync(join(home, 'photos', 'ab'))).toEqual([`${photoId('main-0')}.jpg`]);
    expect(readdirSync(join(home, 'features'))).toEqual([EXTRACTOR, BROUGHT]);
    expect(found['features']?.count).toBe(1 + 3 + 3);
    // A process that knew the segments of before goes on with those of now.
    await cache.refresh();
    const kept = await cache.readMany([photoId('main-0'), photoId('main-1')]);
    expect(kept.missing).toEqual([photoId('main-1')]);
    expect(kept.features).toEqual(Float32Array.from(vectors.get('main-0') as Float32Array, roundToHalf));
    await brought.refresh();
    const ofBrought = await brought.readMany([photoId('main-0'), photoId('main-1')]);
    expect(ofBrought.missing).toEqual([photoId('main-1')]);
    expect(ofBrought.features).toEqual(kept.features.subarray(0, 50));
    for (const result of Object.values(await gc())) expect(result).toMatchObject({ count: 0, left: null });
  });

  it('removes temporary files of killed processes and rotated logs, not what is being written', async () => {
    write('models/20260101-000000-abcdefab.1f.partial/heads.onnx');
    write('features/0123456789abcdef/x.features.1f.partial');
    write('photos/incoming/photo.1f.partial');
    write('feeds/autumn.csv.1f.partial');
    write('backbones/mine.1f.partial/brought.onnx');
    write('feeds/autumn.csv');
    write('logs/postgres.log.old', 1_000);
    write('logs/postgres.log');
    const fresh = write('photos/ab/new.partial');
    utimesSync(fresh, now, now);
    const found = await gc();
    expect(found['temporary files']).toMatchObject({ count: 5, bytes: 500 });
    expect(existsSync(join(home, 'feeds', 'autumn.csv'))).toBe(true);
    expect(found['rotated logs']).toMatchObject({ count: 1, bytes: 1_000 });
    expect(existsSync(fresh)).toBe(true);
    expect(readdirSync(join(home, 'logs'))).toEqual(['postgres.log']);
  });

  it('removes what killed processes had begun to put into the store, not what is being put there', async () => {
    const store = makeStore(join(home, 'store'));
    const [old, fresh] = [write('store/incoming/old'), write('store/incoming/fresh')];
    utimesSync(fresh, now, now);
    const found = await gc({ artifacts: await openArtifacts({ home, artifacts: { directory: store } }) });
    expect(found['temporary files']).toMatchObject({ count: 1, bytes: 100, left: null });
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });

  it('removes feeds that killed imports had fetched, once no import runs', async () => {
    write('fetched/feed-a1b2c3/feed', 1_000);
    const importing = await database.jobs.takeTurn('import');
    expect((await gc())['fetched feeds']).toMatchObject({ count: 0 });
    await importing?.letGo();
    expect((await gc())['fetched feeds']).toMatchObject({ count: 1, bytes: 1_000, left: null });
    expect(readdirSync(join(home, 'fetched'))).toEqual([]);
  });

  it('touches nothing that a running job may use, and its job waits while gc works', async () => {
    await importProducts(1);
    const photo = write(`photos/ab/${photoId('not-referred-to-yet')}.jpg`);
    const importing = await database.jobs.takeTurn('import');
    const found = await gc();
    for (const kind of ['photos', 'features', 'rows that nothing refers to'])
      expect(found[kind]).toMatchObject({ count: 0, left: 'The import job that is running or waiting may need them.' });
    expect(existsSync(photo)).toBe(true);
    await importing?.letGo();
    const turns: boolean[] = [];
    await collect(
      [
        {
          kind: 'photos',
          jobs: ['import'],
          find: async function* () {
            const turn = await database.jobs.takeTurn('import');
            turns.push(turn !== null);
            yield* [];
          },
        },
      ],
      database.jobs,
      { dryRun: false },
    );
    expect(turns).toEqual([false]);
    expect((await gc())['photos']?.count).toBe(1);
  });

  it('loses nothing in a race with imports and embeddings', async () => {
    await importProducts(20);
    await registerModel(database, NEW_MODEL);
    await embed(NEW_MODEL);
    let isDone = false;
    const collecting = (async () => {
      let rounds = 0;
      while (!isDone) {
        await database.retention.clearAbandonedBuilds();
        await gc();
        rounds += 1;
      }
      return rounds;
    })();
    for (let round = 1; round <= 5; round += 1) {
      await importProducts(20 + round);
      const importing = await database.jobs.takeTurn('embed');
      await embed(NEW_MODEL);
      await importing?.letGo();
    }
    isDone = true;
    expect(await collecting).toBeGreaterThan(1);
    const active = await database.generations.active();
    expect(await database.generations.check(active?.id ?? 0)).toMatchObject({ productVectors: 25, imageVectors: 25 });
    expect((await database.generations.list()).filter(({ state }) => state === 'failed')).toEqual([]);
  });
});

/** 11 significant bits: what the cache keeps of these values. */
function roundToHalf(value: number): number {
  if (value === 0) return 0;
  const unit = 2 ** (Math.floor(Math.log2(value)) - 10);
  return Math.round(value / unit) * unit;
}
