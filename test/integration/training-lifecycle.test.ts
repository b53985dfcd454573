import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { childEnvironment, compiledFile, loadConfig } from '#config';
import { parseTrainerLine, type Snapshot, trainingMetricsSchema, writeSnapshot } from '#datasets';
import { extractorIdOf, ModelBundle } from '#embedder';
import { DEFAULT_LAYOUT, featureWidth } from '#foundation';
import { featureGraphPath } from '#provision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { learnableSnapshot, rowsOf } from '../support/snapshots.js';
import { COLLAPSING, withRandomLabels } from '../support/trainings.js';

const TRAINER = fileURLToPath(compiledFile(import.meta.url, '../../apps/trainer/main.js'));

/** Trainings in processes of their own, as the worker starts them, some of them killed. */
describe('the life of a training', { timeout: 120_000 }, () => {
  const config = loadConfig();
  let place: string;
  let extractorId: string;

  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'weft-lifecycle-'));
    extractorId = extractorIdOf(await readFile(featureGraphPath(config)));
  });
  afterAll(() => rm(place, { recursive: true }));

  /** A directory with a snapshot, where a training keeps its checkpoint and its bundle. */
  async function directoryOf(name: string, snapshot: Snapshot): Promise<string> {
    const directory = join(place, name);
    await writeSnapshot(join(directory, 'snapshot'), snapshot);
    return directory;
  }

  function start(directory: string, settings: object = {}): ChildProcess {
    const args = [
      'train',
      ...['--snapshot', join(directory, 'snapshot')],
      ...['--out', join(directory, 'bundle')],
      ...['--checkpoint', join(directory, 'checkpoint')],
      ...['--triplets', join(directory, 'triplets')],
      ...['--settings', JSON.stringify(settings)],
      ...['--version', '20261124-093000-1a2b3c4d'],
      ...['--features-graph', featureGraphPath(config)],
    ];
    const env = childEnvironment({ WEFT_DEVICE: '' });
    return spawn(process.execPath, [TRAINER, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** What the process says, until it ends or until a message makes us kill it, with no time to put anything in order. */
  async function messagesOf(child: ChildProcess, killAt: (message: string) => boolean = () => false) {
    const messages: string[] = [];
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const message = parseTrainerLine(line);
      if (message?.type !== 'progress') return;
      messages.push(message.message);
      if (killAt(message.message)) child.kill('SIGKILL');
    });
    await once(child, 'close');
    return { messages, words, status: child.exitCode, killedBy: child.signalCode };
  }

  async function run(directory: string, settings: object = {}) {
    const outcome = await messagesOf(start(directory, settings));
    expect(outcome.status, outcome.words).toBe(0);
    const bundle = await ModelBundle.open(join(directory, 'bundle'));
    await bundle.close();
    const heads = await readFile(join(directory, 'bundle', 'heads.safetensors'));
    return {
      ...outcome,
      heads,
      manifest: bundle.manifest,
      metrics: trainingMetricsSchema.parse(bundle.manifest.metrics),
    };
  }

  it.each([
    ['online', {}],
    ['offline', { mining: { name: 'offline', every: 30, triplets: 10 } }],
  ])('killed again and again, it ends with the heads of an uninterrupted one, mining %s', async (mining, choices) => {
    const snapshot = learnableSnapshot(20, { extractorId, layout: DEFAULT_LAYOUT });
    const settings = { steps: 100, ...choices };
    const whole = await run(await directoryOf(`whole ${mining}`, snapshot), settings);
    const directory = await directoryOf(`killed ${mining}`, snapshot);
    const points = [
      'about',
      'Training on the training styles, step 40',
      'Training on the training styles, step 100',
      'Fitting on training and validation styles, step 60',
    ];
    for (const point of points) {
      const { killedBy } = await messagesOf(start(directory, settings), (message) => message.includes(point));
      expect(killedBy).toBe('SIGKILL');
    }
    const { heads, messages, metrics, manifest } = await run(directory, settings);
    expect(messages[0]).toMatch(/^(Going on|Fitting)/);
    expect(messages.some((message) => message.startsWith('Training on'))).toBe(false);
    expect(heads.equals(whole.heads)).toBe(true);
    expect(manifest.reason).toBe(whole.manifest.reason);
    for (const figures of ['curve', 'refitCurve', 'validation', 'holdout', 'mining'] as const) {
      expect(metrics[figures]).toEqual(whole.metrics[figures]);
    }
    const { files } = manifest;
    expect(files['triplets.csv.gz']).toBe(whole.manifest.files['triplets.csv.gz']);
    if (mining === 'online') return expect(metrics.mining).toBeNull();
    const packed = await readFile(join(directory, 'bundle', 'triplets.csv.gz'));
    const [head = '', ...lines] = gunzipSync(packed).toString().trimEnd().split('\n');
    expect(head).toMatch(/^pass,attempt,step,space,kind,to_positive,to_negative,anchor_product,/);
    const counted = metrics.mining?.epochs.reduce((sum, { triplets }) => sum + triplets, 0);
    expect(lines).toHaveLength(counted ?? -1);
    const { saidSeconds, seconds } = metrics.time ?? {};
    expect(saidSeconds).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(0);
  });

  it('goes on from the checkpoint of another snapshot or of damaged bytes only by beginning anew, and says so', async () => {
    const settings = { steps: 20 };
    const directory = await directoryOf('changed', learnableSnapshot(20, { extractorId, layout: DEFAULT_LAYOUT }));
    await messagesOf(start(directory, settings), (message) => message.includes('Fitting'));
    const checkpoint = await readFile(join(directory, 'checkpoint'));
    await writeSnapshot(join(directory, 'snapshot'), learnableSnapshot(21, { extractorId, layout: DEFAULT_LAYOUT }));
    const changed = await run(directory, settings);
    expect(changed.words).toContain('The checkpoint is of another snapshot');
    expect(changed.messages[0]).toContain('about');
    await rm(join(directory, 'bundle'), { recursive: true });
    await writeFile(join(directory, 'checkpoint'), checkpoint.subarray(0, checkpoint.length / 2));
    const damaged = await run(directory, settings);
    expect(damaged.words).toContain('The checkpoint cannot be used: it is cut short or was altered.');
    expect(damaged.heads.equals(changed.heads)).toBe(true);
    expect((await readdir(directory)).sort()).toEqual(['bundle', 'checkpoint', 'snapshot']);
  });

  it('collapses at too high a rate on labels that say nothing, lowers it, and says so in words, curve and reason', async () => {
    const directory = await directoryOf(
      'collapsing',
      withRandomLabels(learnableSnapshot(100, { extractorId, layout: DEFAULT_LAYOUT })),
    );
    const { messages, metrics, manifest } = await run(directory, COLLAPSING);
    const said = messages.filter((message) => message.startsWith('The training collapsed at step'));
    expect(said).toHaveLength(2);
    for (const words of said) expect(manifest.reason).toContain(words);
    expect(new Set(metrics.curve.map(({ attempt }) => attempt))).toEqual(new Set([1, 2, 3]));
  });

  describe('with not enough data is a model with the untrained heads, and the reason', () => {
    const all = learnableSnapshot(20, { layout: DEFAULT_LAYOUT });
    const width = featureWidth(DEFAULT_LAYOUT);
    const where = (isKept: (row: number) => boolean): Snapshot => ({
      ...all,
      photos: all.photos.filter((_, row) => isKept(row)),
      features: all.features.filter((_, at) => isKept(Math.floor(at / width))),
      lab: all.lab.filter((_, at) => isKept(Math.floor(at / 3))),
    });
    const ofStyles = (styles: number) => {
      const kept = [...new Set(rowsOf(all, 'train').map((row) => all.photos[row]?.styleId))].slice(0, styles);
      return where((row) => kept.includes(all.photos[row]?.styleId));
    };
    const isFirstOfStyle = (row: number) =>
      all.photos.findIndex(({ styleId }) => styleId === all.photos[row]?.styleId) === row;

    it.each<[string, Snapshot, RegExp]>([
      [
        'one photo',
        where((row) => row === rowsOf(all, 'train')[0]),
        /^Not enough data: 0 training styles have two photos/,
      ],
      ['one style', ofStyles(1), /^Not enough data: 1 training styles have two photos/],
      [
        'no validation style',
        where((row) => all.photos[row]?.split !== 'validation'),
        /^Not enough data: no validation style/,
      ],
      ['styles of a single photo', where(isFirstOfStyle), /^Not enough data: 0 training styles have two photos/],
      [
        'photos that are all alike',
        { ...all, features: all.features.map((_, at) => 1 + (at % width)) },
        /^(The untrained heads|Not enough data)/,
      ],
    ])('%s', async (name, { photos, features, lab, layout, salt }, reason) => {
      const { buildSnapshot } = await import('#datasets');
      const snapshot = buildSnapshot({ photos, features, lab, layout, extractorId, salt });
      const { manifest } = await run(await directoryOf(name, snapshot), { steps: 20 });
      expect(manifest.reason).toMatch(reason);
      expect(manifest.headsChosen).toBe('untrained');
    });
  });
});
