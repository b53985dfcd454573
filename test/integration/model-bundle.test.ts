import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Artifacts } from '#artifacts';
import {
  type BundleContent,
  listModels,
  ModelBundle,
  type ModelManifest,
  readSafetensorsFile,
  writeBundle,
} from '#embedder';
import { Random, sha256 } from '#foundation';
import { buildHeadsGraph, type LinearHead, type TwoPartHeads } from '#networks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../support/memory-store.js';
import { naiveEmbedding, naiveEmbeddingAbout } from '../support/naive/linear-heads.js';

const random = new Random(33);
const VERSION = '20261124-093000-1a2b3c4d';

function randomHead(inputs: number, outputs: number): LinearHead {
  const values = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
  return { weight: values(inputs * outputs), bias: values(outputs), inputs, outputs };
}

const randomHeads = (): TwoPartHeads => ({ shape: randomHead(1280, 64), colour: randomHead(128, 64) });
const [heads, untrained] = [randomHeads(), randomHeads()];

const content: BundleContent = {
  manifest: {
    version: VERSION,
    settings: { recipe: 'quick', seed: 1 },
    createdAt: '2026-11-24T09:30:00.000Z',
    extractorId: '0123456789abcdef',
    layout: { shape: 1280, colour: 128 },
    preprocessing: 'contain-white-224-v1',
    dial: 0.5,
    headsChosen: 'trained',
    reason: 'Training raised the validation figures.',
    snapshotHash: sha256('snapshot'),
    metrics: { dial: 0.5 },
  },
  heads,
  untrained,
  graphs: {
    heads: buildHeadsGraph(heads),
    untrained: buildHeadsGraph(untrained),
    encoder: Buffer.from('an encoder that nobody opens here'),
  },
};

function randomFeatures(rows: number): Float32Array {
  return Float32Array.from({ length: rows * 1408 }, () => random.between(0, 6));
}

/** The largest difference between embeddings and those of naive heads. */
function worstDifference(embeddings: Float32Array, features: Float32Array, of: TwoPartHeads): number {
  let worst = 0;
  for (let row = 0; row * 1408 < features.length; row += 1) {
    naiveEmbedding([...features.subarray(row * 1408, (row + 1) * 1408)], of).forEach((value, at) => {
      worst = Math.max(worst, Math.abs(value - (embeddings[row * 128 + at] as number)));
    });
  }
  return worst;
}

describe('a model bundle', () => {
  let models: string;
  let directory: string;

  beforeEach(async () => {
    models = join(await mkdtemp(join(tmpdir(), 'weft-models-')), 'models');
    await mkdir(models);
    directory = join(models, VERSION);
  });
  afterEach(() => rm(dirname(models), { recursive: true }));

  async function opened<T>(use: (bundle: ModelBundle) => Promise<T>): Promise<T> {
    const bundle = await ModelBundle.open(directory);
    try {
      return await use(bundle);
    } finally {
      await bundle.close();
    }
  }

  it('comes back with its manifest, which names the hash of every other file', async () => {
    const written = await writeBundle(directory, content);
    expect(await opened(async ({ manifest }) => manifest)).toEqual(written);
    expect(written).toMatchObject({ ...content.manifest, embedding: { shape: 64, colour: 64 } });
    const names = (await readdir(directory)).filter((name) => name !== 'manifest.json').sort();
    expect(Object.keys(written.files).sort()).toEqual(names);
    for (const name of names) expect(sha256(await readFile(join(directory, name)))).toBe(written.files[name]);
    expect(JSON.parse(await readFile(join(directory, 'metrics.json'), 'utf8'))).toEqual(content.manifest.metrics);
  });

  it('keeps both heads as tensors', async () => {
    await writeBundle(directory, content);
    const tensors = await readSafetensorsFile(join(directory, 'heads.safetensors'));
    expect(tensors.get('shape.weight')).toEqual({ shape: [1280, 64], values: heads.shape.weight });
    expect(tensors.get('untrained.colour.bias')).toEqual({ shape: [64], values: untrained.colour.bias });
    expect(tensors.size).toBe(8);
  });

  it('embeds as naive heads do, to 1e-5, trained and untrained', async () => {
    await writeBundle(directory, content);
    const features = randomFeatures(3);
    await opened(async (bundle) => {
      expect(worstDifference(await bundle.embed(features), features, heads)).toBeLessThan(1e-5);
      expect(worstDifference(await bundle.embedUntrained(features), features, untrained)).toBeLessThan(1e-5);
    });
  });

  it('embeds about the centre of other photos as naive heads do, to 1e-5', async () => {
    await writeBundle(directory, content);
    const [features, centre] = [randomFeatures(3), randomFeatures(5)];
    const rowsOf = (values: Float32Array) =>
      Array.from({ length: values.length / 1408 }, (_, row) => [...values.subarray(row * 1408, (row + 1) * 1408)]);
    await opened(async (bundle) => {
      for (const [name, of] of [['heads', heads] as const, ['untrained', untrained] as const]) {
        for (const around of [centre, features]) {
          const expected = rowsOf(features).flatMap((row) => naiveEmbeddingAbout(row, rowsOf(around), of));
          const embeddings = await bundle.embedAbout(features, around, name);
          const differences = expected.map((value, at) => Math.abs(value - (embeddings[at] as number)));
          expect(Math.max(...differences)).toBeLessThan(1e-5);
        }
      }
    });
  });

  it('says that a model is outdated whose graph cannot be centred anew', async () => {
    const graph = Buffer.from(content.graphs.heads).toString('latin1').replaceAll('unscaled', 'whatever');
    await writeBundle(directory, { ...content, graphs: { ...content.graphs, heads: Buffer.from(graph, 'latin1') } });
    await opened(async (bundle) => {
      const features = randomFeatures(2);
      await expect(bundle.embedAbout(features, features, 'heads')).rejects.toMatchObject({ code: 'model-outdated' });
      expect(await bundle.embed(features)).toHaveLength(2 * 128);
    });
  });

  it('gives a photo the same embedding, however many are embedded with it', async () => {
    await writeBundle(directory, content);
    const features = randomFeatures(600);
    await opened(async (bundle) => {
      const together = await bundle.embed(features);
      expect(together).toHaveLength(600 * 128);
      for (const row of [0, 255, 256, 599]) {
        const alone = await bundle.embed(features.slice(row * 1408, (row + 1) * 1408));
        const difference = alone.map((value, at) => Math.abs(value - (together[row * 128 + at] as number)));
        expect(Math.max(...difference)).toBeLessThan(1e-6);
      }
      expect(await bundle.embed(new Float32Array(0))).toHaveLength(0);
    });
  });

  it('lets others run between batches of a large embedding', async () => {
    await writeBundle(directory, content);
    let turns = 0;
    let isRunning = true;
    const count = (): void => {
      turns += 1;
      if (isRunning) setImmediate(count);
    };
    await opened(async (bundle) => {
      setImmediate(count);
      await bundle.embed(new Float32Array(2560 * 1408).fill(1));
      isRunning = false;
    });
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it('refuses rows that are no rows of features', async () => {
    await writeBundle(directory, content);
    await opened((bundle) =>
      expect(bundle.embed(new Float32Array(1407))).rejects.toMatchObject({ code: 'features-unsuitable' }),
    );
  });

  it.each(['heads.safetensors', 'heads.onnx', 'untrained.onnx', 'encoder.onnx', 'metrics.json'])(
    'is refused once %s is altered or gone',
    async (name) => {
      await writeBundle(directory, content);
      const bytes = await readFile(join(directory, name));
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
      await writeFile(join(directory, name), bytes);
      await expect(ModelBundle.open(directory)).rejects.toMatchObject({ code: 'bundle-damaged' });
      await rm(join(directory, name));
      await expect(ModelBundle.open(directory)).rejects.toMatchObject({ code: 'bundle-damaged' });
    },
  );

  it('is refused with heads that are not finite, even where the hash is right', async () => {
    const { files } = await writeBundle(directory, content);
    const path = join(directory, 'heads.safetensors');
    const bytes = await readFile(path);
    bytes.writeFloatLE(NaN, bytes.length - 4);
    await writeFile(path, bytes);
    await alterManifest({ files: { ...files, 'heads.safetensors': sha256(bytes) } });
    await expect(ModelBundle.open(directory)).rejects.toThrow('not finite');
  });

  it.each<[string, Partial<Record<keyof ModelManifest, unknown>>]>([
    ['a version that is none', { version: '../elsewhere' }],
    ['other dimensions', { embedding: { shape: 96, colour: 32 } }],
    ['a dial outside 0 to 1', { dial: 1.5 }],
    ['another format', { format: 'weft-model-2' }],
  ])('is refused with %s in its manifest', async (_, change) => {
    await writeBundle(directory, content);
    await alterManifest(change);
    await expect(ModelBundle.open(directory)).rejects.toMatchObject({ code: 'bundle-damaged' });
  });

  it('is not written with heads that are not finite, and leaves nothing behind', async () => {
    const broken = { ...heads, colour: { ...heads.colour, bias: new Float32Array(32).fill(Infinity) } };
    await expect(writeBundle(directory, { ...content, heads: broken })).rejects.toMatchObject({
      code: 'heads-unsuitable',
    });
    expect(await readdir(models)).toEqual([]);
  });

  it('is never written over another', async () => {
    await writeBundle(directory, content);
    await expect(writeBundle(directory, content)).rejects.toThrow();
    expect(await readdir(models)).toEqual([VERSION]);
    await opened(async () => undefined);
  });

  it('is listed when a store has all of it', async () => {
    const half = '20261124-093001-00000000';
    const keys = [`models/${VERSION}/heads.onnx`, `models/${VERSION}/manifest.json`, `models/${half}/heads.onnx`];
    const store = new MemoryStore(Object.fromEntries(keys.map((key) => [key, 'bytes'])));
    expect(await listModels(new Artifacts(dirname(models), store))).toEqual([VERSION]);
  });

  it('is listed, newest last, without what is unfinished or something else', async () => {
    const names = ['20261124-093001-00000000', '20261124-093000-ffffffff', `${VERSION}.part`, 'notes'];
    for (const name of names) await mkdir(join(models, name));
    await writeFile(join(models, '20271124-093001-00000000'), 'a file');
    expect(await listModels(new Artifacts(dirname(models), null))).toEqual([names[1], names[0]]);
    expect(await listModels(new Artifacts(join(models, 'nowhere'), null))).toEqual([]);
  });

  async function alterManifest(change: Partial<Record<keyof ModelManifest, unknown>>): Promise<void> {
    const path = join(directory, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...manifest, ...change }));
  }
});
