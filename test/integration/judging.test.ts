import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeGeneration } from '../../apps/worker/judging/judge-generation.js';
import { judgeInThreads } from '../../apps/worker/judging/judge-in-thread.js';
import { judgeHandler } from '../../apps/worker/judge.handler.js';
import { Artifacts } from '#artifacts';
import { assignSplit } from '#datasets';
import { FeatureCache, ModelBundle, writeBundle } from '#embedder';
import { type FeatureLayout, type ModelVersion, Random, sha256 } from '#foundation';
import { GenerationService } from '#generations';
import type { JobRun, JudgeResult } from '#jobs';
import { buildHeadsGraph, type LinearHead } from '#networks';
import { type Database, migrate, openDatabase } from '#persistence';
import { batchOf, newImport, offerOf, photoId, productOf } from '../support/catalogue.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const LAYOUT: FeatureLayout = { shape: 64, colour: 64 };
const EXTRACTOR = '0123456789abcdef';
const STYLES = 300;
const [GOOD, BAD] = ['20261124-093000-aaaaaaaa', '20261125-093000-bbbbbbbb'] as [ModelVersion, ModelVersion];
const silent = () => undefined;

/** Looks at the first `seen` columns of the features only. */
function head(seen: number): LinearHead {
  const weight = new Float32Array(64 * 64);
  for (let column = 0; column < seen; column += 1) weight[column * 64 + column] = 1;
  return { weight, bias: new Float32Array(64).fill(1e-6), inputs: 64, outputs: 64 };
}
const heads = (seen: number) => ({ shape: head(seen), colour: head(seen) });

describe('judging', () => {
  let place: TestDatabase;
  let database: Database;
  let home: string;
  let service: GenerationService;

  beforeAll(async () => {
    place = await createTestDatabase(migrate);
    database = await openDatabase(place.connection);
    home = await mkdtemp(join(tmpdir(), 'weft-judging-'));
    service = new GenerationService(database.generations);
    await fillShop();
    for (const [version, seen] of [
      [GOOD, 64],
      [BAD, 2],
    ] as const) {
      await train(version, seen);
      await embed(version);
    }
  });

  afterAll(async () => {
    await database.close();
    await place.drop();
    await rm(home, { recursive: true });
  });

  /** Styles in two colours of two photos, whose features lie near each other. */
  async function fillShop(): Promise<void> {
    const random = new Random(4);
    const cache = new FeatureCache(join(home, 'features'), { extractorId: EXTRACTOR, layout: LAYOUT });
    await cache.open();
    const centre = () => Array.from({ length: 64 }, () => random.between(-1, 1));
    const near = (middle: number[]) => middle.map((value) => value + random.between(-0.4, 0.4));
    const products = [];
    const features = [];
    for (let style = 0; style < STYLES; style += 1) {
      const cut = centre();
      for (const colour of ['red', 'blue']) {
        const shade = centre();
        const photos = ['front', 'back'].map((view) => `${style} ${colour} ${view}`);
        const fields = { category: style % 3 === 0 ? 'Tops' : 'Shoes', brand: `brand ${style % 5}`, colour };
        products.push(productOf(`p-${style}-${colour}`, `s-${style}`, photos, fields));
        for (const photo of photos) {
          const lab = [random.between(0, 90), 0, 0] as [number, number, number];
          features.push({
            ...{ imageId: photoId(photo), lab },
            features: Float32Array.from([...near(cut), ...near(shade)]),
          });
        }
      }
    }
    await cache.append(features);
    const importId = newImport();
    const offers = products.map(({ productId }) => offerOf(productId, productId));
    await database.catalog.saveBatch(importId, batchOf(products, offers));
    await database.catalog.finishImport(importId);
  }

  async function train(version: ModelVersion, seen: number): Promise<void> {
    const directory = join(home, 'models', version);
    await writeBundle(directory, {
      manifest: {
        ...{ version, settings: { recipe: 'quick', seed: 1 }, createdAt: '2026-11-24T09:30:00.000Z' },
        ...{ extractorId: EXTRACTOR, layout: LAYOUT, preprocessing: 'as tested', dial: 0.5, headsChosen: 'trained' },
        ...{ reason: 'The test says so.', snapshotHash: sha256('snapshot'), metrics: {} },
      },
      ...{ heads: heads(seen), untrained: heads(4) },
      graphs: {
        ...{ heads: buildHeadsGraph(heads(seen)), untrained: buildHeadsGraph(heads(4)) },
        encoder: Buffer.from('an encoder that nobody opens here'),
      },
    });
    const bundle = await ModelBundle.open(directory);
    await database.generations.registerModel(bundle.manifest, directory);
    await bundle.close();
  }

  async function embed(modelVersion: ModelVersion): Promise<number> {
    const { directory } = (await database.generations.model(modelVersion))!;
    const bundle = await ModelBundle.open(directory);
    const cache = new FeatureCache(join(home, 'features'), bundle.manifest);
    await cache.open();
    const embedder = { features: cache.readMany.bind(cache), embed: bundle.embed.bind(bundle) };
    const { generation } = await service.embed({ modelVersion, by: 'a test', ...embedder }, silent);
    await bundle.close();
    return generation;
  }

  const judge = (generation: number) => judgeGeneration(database, new Artifacts(home, null), generation, silent);

  it('finds that a model which sees less is worse, on the hold-out styles only, and says by how much', async () => {
    const { against, judgement } = await judge(2);
    expect(against).toBe(1);
    expect(judgement.outcome).toBe('worse');
    const salt = await database.generations.salt();
    const styles = Array.from({ length: STYLES }, (_, style) => `s-${style}`);
    const heldOut = styles.filter((style) => assignSplit(style, salt) === 'holdout').length;
    expect(judgement.holdout).toEqual({
      ...{ styles: heldOut, photos: 4 * heldOut, ofStyles: heldOut, ofPhotos: 4 * heldOut, leftOut: 0 },
    });
    expect(judgement.overall).toMatchObject({ styles: heldOut, queries: 4 * heldOut });
    expect(judgement.overall.other).toBeGreaterThan(0.9);
    expect(judgement.overall.interval95[1]).toBeLessThan(-0.3);
    expect(judgement.tasks.map(({ task, isSureLoss }) => [task, isSureLoss])).toEqual([
      ...[
        ['sameProduct', true],
        ['sameStyle', true],
        ['sameStyleOtherColour', true],
      ],
    ]);
    expect(judgement.categories.map(({ category }) => category).sort()).toEqual(['Shoes', 'Tops']);
    const backbone = judgement.baselines.find(({ baseline }) => baseline === 'backbone');
    expect(backbone?.isSureLoss).toBe(true);
    expect(judgement.churn).toMatchObject({ products: 2 * STYLES, asked: 2 * STYLES });
    expect(judgement.churn.changedShare).toBeGreaterThan(0.9);
    expect(judgement.churn.examples).toHaveLength(5);
    expect(judgement.exposure.categories.map(({ products }) => products).sort()).toEqual([200, 400]);
  });

  it('finds the same again, in a thread, and keeps it for the promotion, which is refused', async () => {
    const here = await judge(2);
    const threads = judgeInThreads({ connection: place.connection, home, artifacts: null });
    const heard: string[] = [];
    const there = await threads(2, ({ stage }) => heard.push(stage), new AbortController().signal);
    expect(there.judgement).toEqual(here.judgement);
    expect(heard).toContain('judge');
    expect(await database.generations.verdict(2)).toEqual(there);
    await expect(service.promote(2, { by: 'a test' })).rejects.toMatchObject({ code: 'promotion-refused' });
    await expect(threads(99, silent, new AbortController().signal)).rejects.toMatchObject({
      code: 'generation-unknown',
    });
    const unreachable = judgeInThreads({
      connection: place.connection,
      home,
      artifacts: { directory: join(home, 'not-mounted') },
    });
    await expect(unreachable(2, silent, new AbortController().signal)).rejects.toMatchObject({
      ...{ code: 'artifacts-unreachable', isRetryable: true },
    });
    const ended = new AbortController();
    const judging = threads(2, () => ended.abort(new Error('The worker is closing.')), ended.signal);
    await expect(judging).rejects.toThrow('The worker is closing.');
  });

  it('promotes a model that sees more, once, and does not hold it against itself when its job is taken up again', async () => {
    await service.promote(2, { by: 'a test', override: 'To have something to get better than.' });
    const again = await embed(GOOD);
    const handler = judgeHandler((id) => judge(id), service, database.generations);
    const asked = await database.jobs.create(
      'judge',
      { generation: again, promote: 'if-better' },
      { requestedBy: 'a test' },
    );
    const begin = async () => (await database.jobs.markRunning(asked.id)) as JobRun<'judge'>;
    const work = async () => handler(await begin(), silent, new AbortController().signal, silent);
    const first = (await work()) as JudgeResult;
    const { judgement } = first.verdict;
    expect(first).toMatchObject({ promoted: true, verdict: { against: 2 } });
    expect(judgement.outcome).toBe('better');
    expect(judgement.overall.difference).toBeGreaterThan(0.3);
    expect(await work()).toMatchObject({ promoted: true, verdict: first.verdict });
    const [last, before] = await database.generations.promotions(2);
    expect(last).toMatchObject({ action: 'promoted', generation: again, previousGeneration: 2 });
    expect(before).toMatchObject({ action: 'promoted', generation: 2 });
  });

  it('leaves out photos whose features are gone, and says what it cannot judge', async () => {
    const elsewhere = new Artifacts(join(home, 'elsewhere'), null);
    await cp(join(home, 'models'), join(elsewhere.home, 'models'), { recursive: true });
    await expect(judgeGeneration(database, elsewhere, 2, silent)).rejects.toMatchObject({
      ...{
        code: 'nothing-to-judge',
        value: { styles: expect.any(Number) as number, leftOut: expect.any(Number) as number },
      },
    });
    const build = await database.generations.build(GOOD);
    await expect(judge(build.id)).rejects.toMatchObject({ code: 'generation-not-ready' });
    await build.fail('the test is over');
  });
});
