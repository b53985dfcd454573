import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { type TrainerMessage, trainerMessageSchema, writeSnapshot } from '#datasets';
import { drawCatalogue } from '#drawn-catalogue';
import { extractorIdOf, ModelBundle } from '#embedder';
import { decodeCanonical } from '#imaging';
import { DEFAULT_LAYOUT, EMBEDDING_SIZE, trainingSettingsSchema, WASM_COST } from '#foundation';
import { featureGraphPath } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshCheckout } from '../support/checkout.js';
import { runGraph } from '../support/run-graph.js';
import { learnableSnapshot } from '../support/snapshots.js';

const TRAINER = fileURLToPath(compiledFile(import.meta.url, '../../apps/trainer/main.js'));
const VERSION = '20261124-093000-1a2b3c4d';

describe('the trainer', () => {
  const config = loadConfig();
  const graphPath = featureGraphPath(config);
  let directory: string;
  let graph: Uint8Array;
  let snapshot: ReturnType<typeof learnableSnapshot>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-trainer-'));
    graph = await readFile(graphPath);
    snapshot = learnableSnapshot(20, { disturbance: 5, extractorId: extractorIdOf(graph), layout: DEFAULT_LAYOUT });
    await writeSnapshot(join(directory, 'snapshot'), snapshot);
  });
  afterAll(() => rm(directory, { recursive: true }));

  function start(
    options: Record<string, string>,
    env: Record<string, string> = {},
    trainer: string = TRAINER,
  ): ChildProcess {
    const all = {
      snapshot: join(directory, 'snapshot'),
      out: join(directory, 'bundle'),
      version: VERSION,
      'features-graph': graphPath,
      ...options,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const own = childEnvironment({ WEFT_DEVICE: '', ...env });
    return spawn(process.execPath, [trainer, 'train', ...args], { env: own, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Waits for the end. Every line of standard output must be a message. */
  async function ended(child: ChildProcess): Promise<{ status: number | null; said: TrainerMessage[]; words: string }> {
    let [lines, words] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (lines += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await once(child, 'close');
    expect(lines === '' || lines.endsWith('\n')).toBe(true);
    const said = lines.split('\n').slice(0, -1);
    return { status: child.exitCode, said: said.map((line) => trainerMessageSchema.parse(JSON.parse(line))), words };
  }

  const run = (options: Record<string, string> = {}, env: Record<string, string> = {}) => ended(start(options, env));

  describe('on a snapshot with something to learn', () => {
    const choices = { loss: { name: 'triplet-margin' }, seed: 7 } as const;
    let outcome: Awaited<ReturnType<typeof run>>;
    beforeAll(async () => {
      outcome = await run({ settings: JSON.stringify(choices) });
    });

    it('ends well and says where the bundle is', () => {
      expect(outcome.status, outcome.words).toBe(0);
      expect(outcome.said.slice(0, -1).every(({ type }) => type === 'progress')).toBe(true);
      expect(outcome.said.length).toBeGreaterThan(15);
      expect(outcome.said.at(-1)).toMatchObject({
        type: 'finished',
        version: VERSION,
        directory: join(directory, 'bundle'),
        headsChosen: 'trained',
        dial: 0.525,
      });
      expect(outcome.words).toContain('TensorFlow 2.');
      expect(outcome.words).toContain('Training helps on validation styles');
    });

    it('leaves a whole bundle that names its run, and nothing beside it', async () => {
      expect(await readdir(directory)).toEqual(['bundle', 'snapshot']);
      const bundle = await ModelBundle.open(join(directory, 'bundle'));
      const finished = outcome.said.at(-1);
      expect(bundle.manifest).toMatchObject({
        version: VERSION,
        settings: trainingSettingsSchema.parse(choices),
        createdAt: '2026-11-24T09:30:00.000Z',
        extractorId: snapshot.extractorId,
        snapshotHash: snapshot.hash,
        headsChosen: 'trained',
        reason: finished?.type === 'finished' ? finished.reason : 'not finished',
      });
      await bundle.close();
    });

    it('gives an encoder that does with pixels what the heads do with their features', async () => {
      const shop = join(directory, 'shop');
      await drawCatalogue({ directory: shop, products: 4 });
      const photos = (await readdir(join(shop, 'images'), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const decoded = await Promise.all(
        photos.slice(0, 2).map(async (photo) => decodeCanonical(await readFile(photo))),
      );
      const pixels = Buffer.concat(decoded.map((image) => image.pixels));
      const features = await runGraph(graph, new Uint8Array(pixels), [2, 224, 224, 3]);
      const file = (name: string) => readFile(join(directory, 'bundle', name));
      const ofFeatures = await runGraph(await file('heads.onnx'), features.values, [2, 2824]);
      const ofPixels = await runGraph(await file('encoder.onnx'), new Uint8Array(pixels), [2, 224, 224, 3]);
      expect(ofPixels.shape).toEqual([2, 128]);
      expect(Math.hypot(...ofPixels.values.subarray(0, 64))).toBeCloseTo(1, 5);
      const differences = ofPixels.values.map((value, at) => Math.abs(value - (ofFeatures.values[at] as number)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      const untrained = await runGraph(await file('untrained.onnx'), features.values, [2, 2824]);
      expect(untrained.values).not.toEqual(ofFeatures.values);
    });
  });

  describe('in WebAssembly', () => {
    const heads = (name: string) => readFile(join(directory, name, 'heads.safetensors'));

    it('comes near the native heads, and repeats itself to the bit', { timeout: 120_000 }, async () => {
      const outcomes = [];
      for (const [out, device] of [
        ['native', 'cpu'],
        ['wasm', 'wasm'],
        ['again', 'wasm'],
      ] as const) {
        outcomes.push(await run({ out: join(directory, out), device, settings: '{"seed":7,"steps":60}' }));
      }
      for (const { status, words, said } of outcomes) {
        expect(status, words).toBe(0);
        expect(said.at(-1)).toMatchObject({ headsChosen: 'trained' });
      }
      expect(outcomes[1]?.words).toContain(`in WebAssembly. ${WASM_COST}`);
      expect((await heads('again')).equals(await heads('wasm'))).toBe(true);

      const embeddings = [];
      for (const name of ['native', 'wasm']) {
        const bundle = await ModelBundle.open(join(directory, name));
        embeddings.push(await bundle.embed(snapshot.features));
        await bundle.close();
      }
      const [native = [], wasm = []] = embeddings.map(similarities);
      // The same triplets, but where two are equally far to the last bit; each step amplifies that choice: .014 after 60
      // steps, .05 after 300.
      const worst = Math.max(...native.map((value, at) => Math.abs(value - (wasm[at] ?? NaN))));
      expect(worst).toBeLessThan(0.05);
      for (const name of ['native', 'wasm', 'again']) await rm(join(directory, name), { recursive: true });
    });

    /** Every photo with the first twenty, which does not depend on how the axes of an embedding are turned. */
    function similarities(embeddings: Float32Array): number[] {
      const rows = embeddings.length / EMBEDDING_SIZE;
      const dot = (a: number, b: number) =>
        Array.from({ length: EMBEDDING_SIZE }).reduce<number>(
          (sum, _, k) => sum + (embeddings[a * EMBEDDING_SIZE + k] ?? 0) * (embeddings[b * EMBEDDING_SIZE + k] ?? 0),
          0,
        );
      return Array.from({ length: 20 * rows }, (_, at) => dot(at % 20, Math.floor(at / 20)) / 2);
    }

    it(
      'stands in for an absent TensorFlow where the device is left open, says so, and only there',
      { timeout: 120_000 },
      async () => {
        const place = await mkdtemp(join(tmpdir(), 'weft-checkout-'));
        try {
          const trainer = join(freshCheckout(place), 'dist', 'apps', 'trainer', 'main.js');
          const out = join(directory, 'stand-in');
          const { status, words } = await ended(start({ out, device: 'auto' }, {}, trainer));
          expect(status, words).toBe(0);
          expect(words).toMatch(/^TensorFlow does not load: .*\n.*in WebAssembly\./m);
          const bundle = await ModelBundle.open(out);
          const insteadBecause = expect.stringContaining('does not load') as string;
          expect(bundle.manifest.metrics).toMatchObject({ compute: { device: 'wasm', insteadBecause } });
          await bundle.close();
          await rm(out, { recursive: true });
          for (const device of ['cpu', 'gpu']) {
            const { said } = await ended(start({ out, device }, {}, trainer));
            const remedy = expect.stringContaining('WEFT_DEVICE=wasm') as string;
            expect(said).toEqual([expect.objectContaining({ type: 'failed', code: 'tensorflow-missing', remedy })]);
          }
        } finally {
          await rm(place, { recursive: true });
        }
      },
    );
  });

  it('ends on SIGTERM, says so, and leaves no bundle', async () => {
    const before = await readdir(directory);
    const child = start({ out: join(directory, 'stopped') });
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { status, said } = await ended(child);
    expect([status, child.signalCode]).toEqual([1, null]);
    expect(said[0]?.type).toBe('progress');
    expect(said.at(-1)).toMatchObject({ type: 'failed', code: 'training-stopped' });
    expect(await readdir(directory)).toEqual(before);
  });

  describe('fails with a code and a remedy, and leaves no bundle,', () => {
    const refusals: [string, () => Promise<Record<string, string>>, string][] = [
      ['without a snapshot', async () => ({ snapshot: join(directory, 'nowhere') }), 'snapshot-unreadable'],
      [
        'with a snapshot of another extractor',
        async () => {
          const other = join(directory, 'other-extractor');
          await writeSnapshot(other, learnableSnapshot(1));
          return { snapshot: other };
        },
        'extractor-changed',
      ],
      [
        'with an empty snapshot',
        async () => {
          const empty = join(directory, 'empty');
          await writeSnapshot(empty, learnableSnapshot(0, { extractorId: snapshot.extractorId }));
          return { snapshot: empty };
        },
        'snapshot-empty',
      ],
    ];
    it.each(refusals)('%s', async (_, options, code) => {
      const out = join(directory, 'refused');
      const { status, said, words } = await run({ ...(await options()), out });
      expect(status).toBe(1);
      expect(said).toHaveLength(1);
      expect(said[0]).toMatchObject({ type: 'failed', code, remedy: expect.any(String) as string });
      expect(words).toContain(said[0]?.type === 'failed' ? said[0].message : 'no message');
      expect(await readdir(directory)).not.toContain('refused');
    });

    it('when a GPU is demanded and there is none', async () => {
      const env = { WEFT_DEVICE: 'gpu', CUDA_VISIBLE_DEVICES: '' };
      const { status, said } = await run({ out: join(directory, 'refused') }, env);
      expect(status).toBe(1);
      const remedy = expect.stringContaining('WEFT_DEVICE=auto') as string;
      expect(said).toEqual([expect.objectContaining({ type: 'failed', code: 'gpu-not-used', remedy })]);
    });

    it.each([
      ['version', 'newest'],
      ['settings', '{"loss":{"name":"hinge"}}'],
      ['settings', 'quick'],
      ['settings', '{"weights":{"shape":0,"colour":0,"joined":0,"joinedStyle":0}}'],
    ])('with an unusable --%s', async (name, value) => {
      const { status, said } = await run({ out: join(directory, 'refused'), [name]: value });
      expect(status).toBe(1);
      expect(said).toEqual([expect.objectContaining({ type: 'failed', code: 'options-invalid' })]);
      expect(said[0]?.type === 'failed' && said[0].message).toContain(`--${name}`);
    });
  });
});
