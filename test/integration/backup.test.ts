import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Artifacts, openArtifacts } from '#artifacts';
import { keyRequest, KeyService } from '#access';
import { type BackupInput, type BackupStore, restoreBackup, verifyBackup, writeBackup } from '#backup';
import { repositoryRoot } from '#config';
import { openModel } from '#embedder';
import { JOB_INPUTS } from '#jobs';
import {
  fetchedPhotoFile,
  type ImageId,
  type ModelVersion,
  photoDirectory,
  type ProductId,
  Random,
  sha256,
  systemClock,
  WeftError,
} from '#foundation';
import { GenerationService } from '#generations';
import { ruleRequest } from '#merchandising';
import { type Database, migrate, openDatabase, PgBackupStore } from '#persistence';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bringHome } from '../../apps/cli/bring-home.js';
import { randomEmbedding } from '../conformance/indexed-products.js';
import { batchOf, newImport, offerOf, photoId, productOf } from '../support/catalogue.js';
import { experimentOf } from '../support/experiments.js';
import { createTestDatabase, queryOnce, type TestConnection, type TestDatabase } from '../support/database.js';
import { MemoryStore } from '../support/memory-store.js';
import { writePlainBundle } from '../support/plain-bundle.js';
import { temporaryHome } from '../support/servers.js';
import { makeStore } from '../support/store-directory.js';
import { begun } from '../support/begun.js';

const MODEL = 'model-1' as ModelVersion;
const PRODUCTS = 30;
const LAST_FILES = { models: 'manifest.json', backbones: 'backbone.json' };

describe('backup and restore', { timeout: 60_000 }, () => {
  let source: TestDatabase;
  let target: TestDatabase;
  let home: string;
  let newHome: string;
  let database: Database | null;
  let file: string;

  beforeEach(async () => {
    [home, newHome] = [temporaryHome(), temporaryHome()];
    source = await createTestDatabase(migrate);
    target = await createTestDatabase(migrate);
    file = join(home, 'out', 'backup.tar');
    mkdirSync(join(home, 'out'));
    database = await openDatabase(source.connection);
    await fill(database);
  });

  afterEach(async () => {
    await database?.close();
    await source.drop();
    await target.drop();
    for (const directory of [home, newHome]) rmSync(directory, { recursive: true, force: true });
  });

  /** A row in every table, bundles, photos, features and an uploaded feed. */
  async function fill(filled: Database): Promise<void> {
    await importProducts(filled, PRODUCTS);
    const job = await filled.jobs.create('import', JOB_INPUTS.import.parse({ feed: '/feeds/a.csv', root: null }), {
      requestedBy: 'a test',
    });
    await filled.jobs.addToLog(job.id, [{ level: 'info', words: 'ünï' }]);
    await filled.photoBatches.post(job.id, [{ extractorId: '0123456789abcdef', root: null, files: ['/a b.jpg'] }]);
    const by = { at: new Date(), by: 'a test' };
    const hide = ruleRequest.parse({ kind: 'hide', name: 'a rule', what: { filter: 'onSale' } });
    await filled.merchandising.insertRule(hide, by, 1);
    await filled.merchandising.putScenario({ name: 'a', settings: {}, updatedAt: by.at, updatedBy: by.by }, 1);
    await filled.schedules.save(
      { name: 'nightly', kind: 'refresh', input: {}, cron: '0 3 * * *', timeZone: 'UTC', isEnabled: true },
      ...([by.at, by.by, by.at] as const),
    );
    await filled.schedules.start('nightly', async () => job.id);
    const hook = { url: 'https://shop.example/hook', kinds: ['job.finished' as const], secret: Buffer.alloc(32, 7) };
    await filled.webhooks.add({ ...hook, createdAt: by.at, createdBy: by.by }, 1);
    // Which is told to the webhook, and is not told again when it is restored.
    await filled.jobs.succeed(await begun(filled.jobs, job.id), { rows: 1 });
    await new KeyService(filled.keys, systemClock).create(
      keyRequest.parse({ kind: 'operator', name: 'kept' }),
      'a test',
    );
    const [importId, content] = [newImport(), 'ab'.repeat(32)];
    const seen = { etag: '"1"', lastModified: null };
    const copy = { ...seen, contentHash: photoId('main-0'), bytes: 7, lastImport: importId };
    await filled.fetchedPhotos.keep('https://shop.example/a.jpg', copy);
    await filled.catalog.rememberFeed({ ...seen, importId, reading: content, content });
    const about = { productId: 'p-0' as ProductId, at: new Date(0), recommendationId: null, answer: null };
    await filled.experiments.insert(experimentOf('kept'));
    await filled.shoppers.record([{ shopperId: 'ada', eventId: '1', type: 'view', ...about }], new Date(1));
    const directory = join(home, 'models', MODEL);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'heads.onnx'), 'the heads');
    const createdAt = '2026-11-01T00:00:00.000Z';
    await filled.generations.registerModel({ version: MODEL, createdAt, extractorId: 'x', dial: 0.5 }, directory);
    await embed(filled);
    await embed(filled);
    for (const [name, content] of Object.entries({
      [`photos/ab/${photoId('main-0')}.jpg`]: 'a photo',
      'feeds/uploaded.csv': 'id,title\n',
      'feeds/empty.csv': '',
      'feeds/late.csv.1f.partial': 'id,ti',
      'features/0123456789abcdef/one.features': 'features',
      'features/0123456789abcdef/two.features.partial': 'of a killed process',
      'logs/postgres.log': 'not kept',
    }))
      write(name, content);
    await queryOnce(
      source.connection,
      `INSERT INTO verdict (generation, against, catalogue, outcome, judgement)
       SELECT min(id), min(id), 'a state', 'better', '{}' FROM generation`,
    );
    await queryOnce(
      source.connection,
      `UPDATE image SET source = '${home}/photos/ab/${photoId('main-0')}.jpg' WHERE image_id = '${photoId('main-0')}'`,
    );
  }

  async function importProducts(into: Database, count: number): Promise<void> {
    const importId = newImport();
    const products = Array.from({ length: count }, (_, i) => productOf(`p-${i}`, `s-${i}`, [`main-${i}`, `back-${i}`]));
    const offers = products.map(({ productId }) =>
      offerOf(`${productId}-m`, productId, { attributes: { note: 'ünï "quoted"\n\t\\N' }, salePrice: 12.345 }),
    );
    const sources = [
      { source: '/a.jpg', fingerprint: '1', imageId: photoId('main-0'), rejection: null },
      { source: '/b.jpg', fingerprint: '2', imageId: null, rejection: { code: 'image-not-an-image', message: 'No.' } },
    ];
    const quarantine = [
      { row: 3, offerId: null, field: 'price', value: '-1', code: 'price-negative', message: 'Below zero.' },
    ];
    await into.catalog.saveBatch(importId, batchOf(products, offers, { sources, quarantine }));
    await into.catalog.finishImport(importId);
  }

  async function embed(into: Database): Promise<void> {
    await new GenerationService(into.generations).embed(
      {
        modelVersion: MODEL,
        by: 'a test',
        features: async (ids) => ({
          features: Float32Array.from(ids, (id) => parseInt(id.slice(0, 5), 16)),
          missing: [],
        }),
        embed: async (seeds) => Float32Array.from([...seeds].flatMap((seed) => [...randomEmbedding(new Random(seed))])),
      },
      () => undefined,
    );
  }

  const newArtifacts = () => new Artifacts(newHome, null);

  function backup(changes: Partial<BackupInput> = {}) {
    return writeBackup(file, {
      home,
      store: new PgBackupStore(source.connection),
      weft: '1.2.3',
      clock: systemClock,
      features: true,
      bring: async () => [],
      modelPath: ({ directory }) => directory,
      verifyModel: async () => undefined,
      report: () => undefined,
      ...changes,
    });
  }

  async function restore(
    store: BackupStore = new PgBackupStore(target.connection),
    replace = false,
    artifacts = newArtifacts(),
  ): Promise<void> {
    const lastFiles = LAST_FILES;
    await restoreBackup(await verifyBackup(file), { artifacts, lastFiles, store, replace, report: () => undefined });
  }

  function write(name: string, content: string): void {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), content);
  }

  /** Every row of every table of a database as text, by table. */
  async function contentOf(connection: TestConnection): Promise<Record<string, string[]>> {
    const content: Record<string, string[]> = {};
    for (const name of await tablesOf(connection)) {
      const rows = (await queryOnce(connection, `SELECT t::text AS row FROM ${name} t ORDER BY 1`)) as {
        row: string;
      }[];
      content[name] = rows.map(({ row }) => row.replaceAll(home, newHome));
    }
    return content;
  }

  async function tablesOf(connection: TestConnection): Promise<string[]> {
    const rows = await queryOnce(
      connection,
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
         AND NOT relispartition AND relname <> '_prisma_migrations' ORDER BY 1`,
    );
    return (rows as { name: string }[]).map(({ name }) => name);
  }

  function filesOf(directory: string): Record<string, string> {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Object.fromEntries(
      entries
        .map(({ parentPath, name }) => join(parentPath, name))
        .sort()
        .map((path) => [path.slice(directory.length + 1), readFileSync(path, 'utf8')]),
    );
  }

  it('takes every table that prisma/schema.prisma names, and every table that the migrations make', async () => {
    await backup();
    const { header } = await verifyBackup(file);
    const taken = [...new Set(header.database.tables.map(({ name }) => name))].sort();
    const schema = readFileSync(join(repositoryRoot(import.meta.url), 'prisma', 'schema.prisma'), 'utf8');
    const models = [...schema.matchAll(/^model (\w+) \{(.*?)^\}/gms)].map(
      ([, name = '', body = '']) => /@@map\("(\w+)"\)/.exec(body)?.[1] ?? name,
    );
    // A table that need not be kept is named here, with its reason. There is none.
    const exceptions: string[] = [];
    expect([...taken, ...exceptions].sort()).toEqual(models.sort());
    expect([...taken, ...exceptions].sort()).toEqual(await tablesOf(source.connection));
  });

  it('brings back every row and file, in another home, and goes on counting where it was', async () => {
    const result = await backup();
    expect(result).toMatchObject({ file, rows: { product: PRODUCTS, product_vector: 2 * PRODUCTS }, leftOut: [] });
    await restore();
    const before = await contentOf(source.connection);
    expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([]);
    expect(await contentOf(target.connection)).toEqual(before);
    expect(filesOf(newHome)).toEqual({
      [`features/0123456789abcdef/one.features`]: 'features',
      'feeds/empty.csv': '',
      'feeds/uploaded.csv': 'id,title\n',
      [`models/${MODEL}/heads.onnx`]: 'the heads',
      [`photos/ab/${photoId('main-0')}.jpg`]: 'a photo',
    });
    const restored = await openDatabase(target.connection);
    try {
      expect((await restored.generations.model(MODEL))?.directory).toBe(join(newHome, 'models', MODEL));
      const query = (await restored.index.embeddings(2, ['p-7' as ProductId])).get('p-7' as ProductId);
      expect(query).toEqual((await database?.index.embeddings(2, ['p-7' as ProductId]))?.get('p-7' as ProductId));
      await embed(restored);
      expect((await restored.generations.list())[0]).toMatchObject({ id: 3, state: 'active' });
    } finally {
      await restored.close();
    }
  });

  it('is put into the artifact store as it is restored, but for uploaded feeds', async () => {
    await backup();
    const directory = makeStore(join(home, 'store'));
    const artifacts = await openArtifacts({ home: newHome, artifacts: { directory } });
    await restore(new PgBackupStore(target.connection), false, artifacts);
    const shared = Object.entries(filesOf(newHome)).filter(([name]) => !name.startsWith('feeds/'));
    rmSync(join(directory, 'weft-store'));
    expect(Object.entries(filesOf(directory))).toEqual(shared);
  });

  it('puts the last file of a model and of a backbone into the store when all else is there', async () => {
    const backbone = 'backbones/0123456789abcdef';
    for (const name of ['manifest.json', 'metrics.json']) write(`models/${MODEL}/${name}`, name);
    for (const name of ['backbone.json', 'features.onnx']) write(`${backbone}/${name}`, name);
    const lasts = [`models/${MODEL}/manifest.json`, `${backbone}/backbone.json`];
    await backup();
    const store = new MemoryStore();
    const artifacts = new Artifacts(newHome, store);
    const put = store.put.bind(store);
    store.put = async (key, from) => {
      if (key.startsWith('features/')) throw new WeftError('artifacts-unreachable', 'It does not answer.');
      return put(key, from);
    };
    const database = new PgBackupStore(target.connection);
    await expect(restore(database, false, artifacts)).rejects.toMatchObject({ code: 'artifacts-unreachable' });
    expect(store.puts).toContain(`models/${MODEL}/metrics.json`);
    const names = Object.keys(filesOf(newHome));
    expect([...store.puts, ...names].filter((name) => lasts.includes(name) || name.endsWith('.partial'))).toEqual([]);
    store.put = put;
    await restore(database, false, artifacts);
    expect(store.puts.slice(-2)).toEqual(lasts);
    expect(Object.keys(filesOf(newHome))).toEqual(expect.arrayContaining(lasts));
  });

  it('gives up the models of what it replaces, in the store the manifest first, and nothing else', async () => {
    await backup();
    const other = '20261101-000000-0000000a';
    // As consoles and other programs may have left there.
    const odd = ['models/', 'models/..', 'models/../x', `models/${MODEL}/`];
    const keys = [`models/${other}/heads.onnx`, `models/${other}/manifest.json`, 'photos/ab/of-another-home', ...odd];
    const store = new MemoryStore(Object.fromEntries(keys.map((key) => [key, 'bytes'])));
    await restore(new PgBackupStore(target.connection), true, new Artifacts(newHome, store));
    expect(store.removals.slice(0, 2)).toEqual([`models/${other}/manifest.json`, `models/${other}/heads.onnx`]);
    const left = Object.keys(filesOf(newHome)).filter((name) => !name.startsWith('feeds/'));
    expect(left).toContain(`models/${MODEL}/heads.onnx`);
    expect([...store.objects.keys()].sort()).toEqual([...left, 'photos/ab/of-another-home', ...odd].sort());
  });

  it('holds what another home made until its moment', async () => {
    const objects = new MemoryStore();
    const [here, elsewhere] = [new Artifacts(home, objects), new Artifacts(newHome, objects)];
    const [trained, bytes] = ['20261124-093000-1a2b3c4d', 'a photo that another home fetches'];
    const photoIn = (place: string) => fetchedPhotoFile(photoDirectory(place), sha256(bytes) as ImageId);
    const store = new PgBackupStore(source.connection);
    await backup({
      store: {
        restore: (header, options) => store.restore(header, options),
        snapshot: async () => {
          writeFileSync(join(newHome, 'fetched'), bytes);
          await elsewhere.share(join(newHome, 'fetched'), photoIn(newHome));
          const bundle = elsewhere.modelPath({ version: trained });
          const manifest = await writePlainBundle(bundle, trained);
          await elsewhere.shareDirectory(bundle, bundle, LAST_FILES.models);
          await database?.generations.registerModel(manifest, bundle);
          return store.snapshot();
        },
      },
      bring: async (models) => {
        await expect(database?.retention.holdUpkeep()).rejects.toMatchObject({ code: 'upkeep-busy' });
        return bringHome(here, models, { features: true });
      },
      modelPath: (model) => here.modelPath(model),
    });
    const { manifest } = await verifyBackup(file);
    const made = [photoIn(home).slice(home.length + 1), `models/${trained}/manifest.json`];
    expect(manifest.entries.map(({ name }) => name)).toEqual(expect.arrayContaining(made));
    expect(manifest.leftOut).toEqual([]);
  });

  it('leaves out what is damaged in the store, and says each once', async () => {
    await database?.generations.registerModel(
      { version: 'other', createdAt: '2026-11-02T00:00:00.000Z', extractorId: 'x', dial: 0.5 },
      join(home, 'models', 'other'),
    );
    const photo = `photos/ab/${'ab'.repeat(32)}`;
    const segment = `features/0123456789abcdef/${'cd'.repeat(16)}.features`;
    const keys = ['models/other/manifest.json', 'backbones/0123456789abcdef/backbone.json', photo, segment];
    const here = new Artifacts(home, new MemoryStore(Object.fromEntries(keys.map((key) => [key, 'other bytes']))));
    const bring = (features: boolean): Partial<BackupInput> => ({
      features,
      bring: (models) => bringHome(here, models, { features }),
      verifyModel: async ({ version }) => {
        if (version === 'other') await openModel(here, { version: version as ModelVersion });
      },
    });
    const { leftOut } = await backup(bring(true));
    const of = (key: string) => expect.stringContaining(`${key} in the artifact store memory is damaged`) as string;
    const [model, backbone] = ['models/other', 'backbones/0123456789abcdef'].map(of);
    expect(leftOut).toEqual([backbone, of(photo), of(segment), model]);
    expect((await verifyBackup(file)).manifest.leftOut).toEqual(leftOut);
    rmSync(file);
    expect((await backup(bring(false))).leftOut).toEqual([backbone, of(photo), model]);
  });

  it('is of one moment, whatever an import writes meanwhile', async () => {
    const before = await contentOf(source.connection);
    let isFirst = true;
    const store = new PgBackupStore(source.connection);
    await backup({
      store: {
        restore: (header, options) => store.restore(header, options),
        snapshot: async () => {
          const snapshot = await store.snapshot();
          const read = snapshot.read.bind(snapshot);
          // Between two tables, a whole import and a new generation.
          snapshot.read = (table) => {
            const copy = read(table);
            return {
              rows: copy.rows,
              bytes: (async function* () {
                if (isFirst && database !== null) {
                  isFirst = false;
                  await importProducts(database, PRODUCTS + 10);
                  await embed(database);
                }
                yield* copy.bytes;
              })(),
            };
          };
          return snapshot;
        },
      },
    });
    expect(isFirst).toBe(false);
    await restore();
    expect(await contentOf(target.connection)).toEqual(before);
  });

  it('leaves nothing when it fails, and never writes over a file', async () => {
    const damaged = async () => {
      throw new WeftError('bundle-damaged', 'The model is damaged.');
    };
    await expect(backup({ verifyModel: damaged })).rejects.toMatchObject({ code: 'bundle-damaged' });
    expect(readdirSync(join(home, 'out'))).toEqual([]);
    await backup();
    await expect(backup()).rejects.toMatchObject({ code: 'backup-exists' });
    expect(readdirSync(join(home, 'out'))).toEqual(['backup.tar']);
    file = '/proc/weft/backup.tar';
    await expect(backup()).rejects.toMatchObject({ code: 'backup-not-written' });
  });

  it('leaves out a damaged model that is not served, and says so', async () => {
    await database?.generations.registerModel(
      { version: 'other', createdAt: '2026-11-02T00:00:00.000Z', extractorId: 'x', dial: 0.5 },
      join(home, 'models', 'other'),
    );
    const result = await backup({
      verifyModel: async ({ version }) => {
        if (version === 'other') throw new WeftError('bundle-damaged', 'It is damaged.');
      },
    });
    expect(result.leftOut).toEqual(['The model other, which is not served: It is damaged.']);
  });

  it('refuses a backup that is cut short anywhere or altered, and changes nothing', async () => {
    await backup();
    const whole = readFileSync(file);
    const { manifest } = await verifyBackup(file);
    const empty = await contentOf(target.connection);
    const random = new Random(7);
    // Two blocks of zeros end a tar, and nothing is lost with them.
    const lengths = [0, 1, 511, 512, 1024, ...Array.from({ length: 20 }, () => random.int(whole.length - 2_048))];
    for (const length of lengths) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      await expect(restore(), `cut at ${length}`).rejects.toMatchObject({ code: 'backup-damaged' });
    }
    const inManifest = whole.lastIndexOf('"product_image"');
    for (let i = 0; i < 60; i += 1) {
      const at = i === 0 ? inManifest + 3 : random.int(whole.length);
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(8));
      writeFileSync(file, bytes);
      const outcome = await verifyBackup(file).catch((error: unknown) => error);
      // What fills up a block of a tar means nothing.
      if (outcome instanceof Error) expect(outcome, `byte ${at}`).toMatchObject({ code: 'backup-damaged' });
      else expect(outcome, `byte ${at}`).toMatchObject({ manifest });
    }
    writeFileSync(file, 'this is no tar');
    await expect(restore()).rejects.toMatchObject({ code: 'backup-damaged' });
    expect(await contentOf(target.connection)).toEqual(empty);
    expect(filesOf(newHome)).toEqual({});
  });

  it('restores into an empty database only, unless what is there may be replaced', async () => {
    await backup();
    await restore();
    await queryOnce(target.connection, `DELETE FROM offer`);
    mkdirSync(join(newHome, 'models', 'of-the-replaced'));
    await expect(restore()).rejects.toMatchObject({ code: 'database-not-empty' });
    await restore(new PgBackupStore(target.connection), true);
    expect(await contentOf(target.connection)).toEqual(await contentOf(source.connection));
    expect(readdirSync(join(newHome, 'models'))).toEqual([MODEL]);
  });

  it('refuses while Weft runs on the database', async () => {
    await backup();
    const running = await openDatabase(target.connection);
    await expect(restore()).rejects.toMatchObject({ code: 'database-in-use' });
    await running.close();
    await restore();
  });

  it('changes nothing in the database when it ends early, and the same call completes it', async () => {
    await backup();
    const empty = await contentOf(target.connection);
    const store = new PgBackupStore(target.connection);
    const failing: BackupStore = {
      snapshot: () => store.snapshot(),
      restore: async (header, options) => {
        const begun = await store.restore(header, options);
        begun.finish = () => Promise.reject(new Error('The power went out.'));
        return begun;
      },
    };
    await expect(restore(failing)).rejects.toThrow('The power went out.');
    expect(await contentOf(target.connection)).toEqual(empty);
    await restore();
    expect(await contentOf(target.connection)).toEqual(await contentOf(source.connection));
  });

  it('refuses a backup whose vectors are not what they were', async () => {
    await backup();
    const verified = await verifyBackup(file);
    const active = verified.header.database.active;
    if (active !== null) active.completeness.photos += 1;
    const store = new PgBackupStore(target.connection);
    const failure = restoreBackup(verified, {
      artifacts: newArtifacts(),
      lastFiles: LAST_FILES,
      store,
      replace: false,
      report: () => undefined,
    });
    await expect(failure).rejects.toMatchObject({ code: 'restore-incomplete' });
  });

  it('refuses a backup of a newer version and brings one of an older version up to date', async () => {
    await backup();
    const directory = join(newHome, 'migrations');
    cpSync(join(repositoryRoot(import.meta.url), 'prisma', 'migrations'), directory, { recursive: true });
    mkdirSync(join(directory, '20991231000000_seasons'));
    writeFileSync(
      join(directory, '20991231000000_seasons', 'migration.sql'),
      `ALTER TABLE product ADD season text; UPDATE product SET season = 'of ' || product_id;`,
    );
    await restore(new PgBackupStore(target.connection, directory));
    expect(await queryOnce(target.connection, `SELECT season FROM product WHERE product_id = 'p-3'`)).toEqual([
      { season: 'of p-3' },
    ]);
    expect(await migrate(target.connection, directory)).toEqual([]);
    rmSync(file);
    await backup({ store: new PgBackupStore(target.connection), home: newHome });
    const older = await createTestDatabase(migrate);
    try {
      const failure = restore(new PgBackupStore(older.connection));
      await expect(failure).rejects.toMatchObject({ code: 'backup-newer', value: '20991231000000_seasons' });
      expect(Object.values(await contentOf(older.connection)).flat()).toHaveLength(1);
    } finally {
      await older.drop();
    }
  });

  it('keeps gc away while it reads, and is kept away by it', async () => {
    const store = new PgBackupStore(source.connection);
    const snapshot = await store.snapshot();
    await expect(database?.retention.holdUpkeep()).rejects.toMatchObject({ code: 'upkeep-busy' });
    await snapshot.close();
    const letGo = await database?.retention.holdUpkeep();
    await expect(backup()).rejects.toMatchObject({ code: 'upkeep-busy' });
    await letGo?.();
    await backup();
  });
});
