import { openBackend } from '#compute';
import { trainerMessageSchema, trainingMetricsSchema, type Snapshot, type SnapshotPhoto } from '#datasets';
import { Random, type TrainingChoices, trainingSettingsSchema } from '#foundation';
import { beforeAll, describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import { COMBINATIONS } from '../../test/support/head-training.js';
import { learnableSnapshot, rowsOf, withOtherFeatures } from '../../test/support/snapshots.js';
import { embedFeatures, trainQuick, type QuickModel, type QuickTraining } from './index.js';
import { MEASURE_EVERY } from './run/supervise-pass.js';

const backend = await openBackend(underTest.device);
const snapshot = learnableSnapshot(20);

const settings = (choices: TrainingChoices = {}) => trainingSettingsSchema.parse(choices);

type Progress = Parameters<QuickTraining['onProgress']>[0];

async function train(
  of: Snapshot,
  over: Partial<QuickTraining> = {},
): Promise<{ model: QuickModel; said: Progress[] }> {
  const said: Progress[] = [];
  const model = await trainQuick({
    backend,
    snapshot: of,
    settings: settings(),
    onProgress: (progress) => said.push(progress),
    ...over,
  });
  return { model, said };
}

/** What is said at the first validation; the training ends there. */
async function firstWords(of: Snapshot, over: Partial<QuickTraining> = {}): Promise<Progress | undefined> {
  const stop = new AbortController();
  const said: Progress[] = [];
  const onProgress = (progress: Progress) => {
    if (progress.step === 0) return;
    said.push(progress);
    stop.abort(new Error('enough'));
  };
  await expect(train(of, { signal: stop.signal, onProgress, ...over })).rejects.toThrow('enough');
  expect(said).toHaveLength(1);
  return said[0];
}

describe('trainQuick where there is something to learn', () => {
  let model: QuickModel;
  let all: Progress[];
  let tensors: number;
  beforeAll(async () => {
    const before = backend.tf.memory().numTensors;
    ({ model, said: all } = await train(snapshot));
    tensors = backend.tf.memory().numTensors - before;
  });

  it('gives trained heads that find more than untrained ones, on validation and on hold-out styles', () => {
    expect(model.headsChosen).toBe('trained');
    const { validation, holdout } = model.metrics;
    expect(model.reason).toBe(
      `Training helps on validation styles: ${validation?.trained.criterion.toFixed(3)} trained for ` +
        `${validation?.step} steps against ${validation?.untrained.criterion.toFixed(3)} untrained.`,
    );
    expect(validation?.trained.criterion).toBeGreaterThan((validation?.untrained.criterion ?? 1) + 0.2);
    const [trained, untrained] = [holdout?.trained.sameProduct, holdout?.untrained.sameProduct];
    expect(trained?.hitRateAt1).toBeGreaterThan((untrained?.hitRateAt1 ?? 1) + 0.2);
  });

  it('gives heads of the size that a bundle holds, for features as they are', () => {
    const { shape, colour } = model.heads;
    expect([shape.inputs, shape.outputs, shape.weight.length, shape.bias.length]).toEqual([1280, 64, 1280 * 64, 64]);
    expect([colour.inputs, colour.outputs, colour.weight.length, colour.bias.length]).toEqual([128, 64, 128 * 64, 64]);
    const embeddings = embedFeatures(model.heads, snapshot.features);
    expect(embeddings).toHaveLength(snapshot.photos.length * 128);
    expect(Math.hypot(...embeddings.subarray(0, 64))).toBeCloseTo(1, 5);
  });

  it('counts what it trained on, and measures in the schema of the manifest', () => {
    const styles = (split: 'train' | 'validation' | 'holdout') => rowsOf(snapshot, split).length / 4;
    expect(styles('train') + styles('validation') + styles('holdout')).toBe(20);
    for (const split of ['train', 'validation', 'holdout'] as const) {
      const counted = { styles: styles(split), products: styles(split) * 2, photos: styles(split) * 4 };
      expect(model.metrics.counts[split]).toEqual(counted);
    }
    expect(trainingMetricsSchema.parse(model.metrics)).toEqual({ ...model.metrics, audit: null });
    expect(model.metrics.curve.map(({ step }) => step)).toEqual(Array.from({ length: 301 }, (_, step) => step));
    expect(model.metrics.curve.filter(({ validation }) => validation !== null)).toHaveLength(16);
  });

  it('tells its progress in two passes, each with the time left falling to 0', () => {
    for (const progress of all) trainerMessageSchema.parse({ type: 'progress', ...progress });
    const [beforehand, ...said] = all;
    expect(beforehand).toMatchObject({ pass: 1, step: 0, steps: 300, secondsExpected: model.saidSeconds });
    expect(beforehand?.message).toBe(`Training takes about ${Math.ceil(model.saidSeconds ?? 0)} s in all`);
    const steps = Array.from({ length: 15 }, (_, at) => (at + 1) * MEASURE_EVERY);
    const chosen = model.metrics.validation?.step ?? 0;
    expect(said.map(({ step }) => step)).toEqual([...steps, ...steps.filter((step) => step <= chosen)]);
    const passes = [said.slice(0, 15), said.slice(15)];
    expect(passes.map((pass) => pass[0]?.steps)).toEqual([300, chosen]);
    for (const pass of passes) {
      expect(pass.map(({ secondsLeft }) => secondsLeft === 0)).toEqual(pass.map((_, at) => at === pass.length - 1));
      for (const { loss, activeShare, realPositiveShare } of pass) {
        expect(loss).toBeGreaterThan(0);
        expect(activeShare).not.toBeNull();
        expect(realPositiveShare).toBe(1);
      }
    }
    expect(passes[0]?.at(-1)?.activeShare).toBeLessThan(model.metrics.curve[1]?.activeShare ?? 0);
    expect(passes[0]?.every(({ validation }) => validation !== null)).toBe(true);
    expect(passes[1]?.every(({ validation }) => validation === null)).toBe(true);
  });

  it('leaves no tensor behind', () => expect(tensors).toBe(0));

  it('repeats itself to the bit, whatever the hold-out photos look like', async () => {
    const other = await train(withOtherFeatures(snapshot, rowsOf(snapshot, 'holdout')));
    expect(other.model.heads).toEqual(model.heads);
    expect(other.model.untrained).toEqual(model.untrained);
    expect(other.model.metrics.holdout).not.toEqual(model.metrics.holdout);
  });
});

describe('trainQuick', () => {
  it.each(COMBINATIONS)(
    'judges with heads that never saw a validation or a hold-out photo, with $name',
    async ({ settings }) => {
      const lossOf = async (of: Snapshot) => (await firstWords(of, { settings }))?.loss;
      const first = await lossOf(snapshot);
      expect(first).toBeGreaterThan(0);
      const unseen = [...rowsOf(snapshot, 'validation'), ...rowsOf(snapshot, 'holdout')];
      expect(await lossOf(withOtherFeatures(snapshot, unseen))).toBe(first);
      expect(await lossOf(withOtherFeatures(snapshot, rowsOf(snapshot, 'train').slice(0, 1)))).not.toBe(first);
    },
  );

  it('draws other batches for another seed', async () => {
    // More than the twenty styles that a batch holds.
    const large = learnableSnapshot(40);
    const [one, two] = [await firstWords(large), await firstWords(large, { settings: settings({ seed: 2 }) })];
    expect(Math.abs((one?.loss ?? 0) - (two?.loss ?? 0))).toBeGreaterThan(1e-3);
  });

  it('keeps the untrained heads, and says so, where the labels that it learns from are random', async () => {
    const easy = learnableSnapshot(20, { disturbance: 0.3 });
    const rows = rowsOf(easy, 'train');
    const photos = [...easy.photos];
    const shuffled = new Random(5).shuffled(rows);
    rows.forEach((row, at) => {
      const { imageId } = easy.photos[row] as SnapshotPhoto;
      photos[row] = { ...(easy.photos[shuffled[at] as number] as SnapshotPhoto), imageId };
    });
    const { model } = await train({ ...easy, photos });
    expect(model.headsChosen).toBe('untrained');
    expect(model.reason).toMatch(
      /^The untrained heads win: 0\.\d+ trained for \d+ steps against [01]\.\d+ untrained\.$/,
    );
    expect(model.heads).toEqual(model.untrained);
    const none = { difference: 0, interval95: [0, 0] };
    expect(model.metrics.trainedMinusUntrained).toMatchObject({ sameProduct: none, sameStyle: none });
  });

  it('keeps the untrained heads, and says so, where too few styles have two photos', async () => {
    const kept = new Set(rowsOf(snapshot, 'train').slice(0, 4 * 4));
    const few = photosWhere(snapshot, (row) => snapshot.photos[row]?.split !== 'train' || kept.has(row));
    const { model, said } = await train(few);
    expect(model.headsChosen).toBe('untrained');
    expect(model.reason).toBe('Not enough data: 4 training styles have two photos, 5 are needed.');
    expect(model.heads).toEqual(model.untrained);
    expect(model.metrics).toMatchObject({ validation: null, curve: [] });
    expect(said).toEqual([]);
  });

  it('keeps the untrained heads, and says so, where no validation style can be asked', async () => {
    const { model } = await train(photosWhere(snapshot, (row) => snapshot.photos[row]?.split !== 'validation'));
    expect(model.headsChosen).toBe('untrained');
    expect(model.reason).toContain('no validation style has two photos');
  });

  it.each([
    ['one photo, of a style to train on', 'train', 1],
    ['one photo, of a style held out', 'holdout', 1],
    ['held-out styles only', 'holdout', Infinity],
  ] as const)('gives a shop of %s heads that give every photo an embedding of its own', async (_, split, count) => {
    const rows = new Set(rowsOf(snapshot, split).slice(0, count));
    const shop = photosWhere(snapshot, (row) => rows.has(row));
    const { model } = await train(shop);
    expect(model.headsChosen).toBe('untrained');
    expect(model.heads.shape.weight).toHaveLength(1280 * 64);
    expect(model.heads.colour.weight).toHaveLength(128 * 64);
    const embeddings = embedFeatures(model.heads, shop.features);
    const partsOf = (row: number) => [
      embeddings.subarray(row * 128, row * 128 + 64),
      embeddings.subarray(row * 128 + 64, (row + 1) * 128),
    ];
    shop.photos.forEach((_photo, row) => {
      for (const part of partsOf(row)) expect(Math.hypot(...part)).toBeCloseTo(1, 5);
      if (row > 0) expect(partsOf(row)[0]).not.toEqual(partsOf(row - 1)[0]);
    });
  });

  it('trains a shop whose photos all have one colour', async () => {
    const features = snapshot.features.map((value, at) => (at % 1408 < 1280 ? value : 1));
    expect((await firstWords({ ...snapshot, features }))?.loss).toBeGreaterThan(0);
  });

  it.each([
    [NaN, 'train'],
    [NaN, 'validation'],
    [Infinity, 'holdout'],
  ] as const)('names the photo whose features hold %f, in %s styles', async (value, split) => {
    const row = rowsOf(snapshot, split)[1] as number;
    const features = snapshot.features.slice();
    features[row * 1408 + 1300] = value;
    const before = backend.tf.memory().numTensors;
    await expect(train({ ...snapshot, features })).rejects.toMatchObject({
      code: 'features-not-finite',
      message: expect.stringContaining(snapshot.photos[row]?.imageId ?? '-') as string,
      remedy: expect.any(String) as string,
    });
    expect(backend.tf.memory().numTensors).toBe(before);
  });
});

/** The same snapshot without some of its photos. */
function photosWhere(of: Snapshot, isKept: (row: number) => boolean): Snapshot {
  return {
    ...of,
    photos: of.photos.filter((_, row) => isKept(row)),
    features: of.features.filter((_, at) => isKept(Math.floor(at / 1408))),
    lab: of.lab.filter((_, at) => isKept(Math.floor(at / 3))),
  };
}
