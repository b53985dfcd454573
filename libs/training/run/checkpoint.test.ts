import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '#foundation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flat, randomHead, randomRows } from '../../../test/support/head-training.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';
import { CheckpointFile } from './checkpoint-file.js';
import type { HeadState } from './head-state.js';

const random = new Random(1);
const numbers = (count: number) => flat(randomRows(1, count, random));
const heads = () => ({ shape: randomHead(3, 2, random), colour: randomHead(2, 2, random) });
const state = (step: number): HeadState => ({
  step,
  variables: [numbers(6), numbers(2)],
  // A variable that has had no gradient yet has no moments.
  optimiser: { steps: step - 1, moments: [{ mean: numbers(6), square: numbers(6) }, null] },
  random: random.state,
  lossRandom: -7,
  epoch: step < 40 ? null : { begun: 30, triplets: { shape: triplets(3), joinedStyle: triplets(0) } },
});
const triplets = (count: number) => {
  const rows = () => Int32Array.from({ length: count }, () => random.int(2 ** 24));
  return { anchors: rows(), positives: rows(), negatives: rows() };
};
const figures = { sameProduct: 0.5, sameStyle: 1 / 3, sameStyleOtherColour: null, criterion: 5 / 12 };
const point = (step: number) => ({
  step,
  loss: 0.1 + step,
  activeShare: 1 / 7,
  realPositiveShare: 1,
  spread: { shape: 0.1, colour: 0.2 },
  attempt: 2,
});
const intervention = {
  pass: 'judge' as const,
  attempt: 1,
  step: 33,
  sign: 'collapsed' as const,
  words: 'the embeddings shrank',
  restart: { step: 20, factor: 0.1 },
};
const photo = { imageId: 'a', productId: 'b', styleId: 'c' };
const mining = {
  epochs: [
    {
      pass: 'judge' as const,
      attempt: 2,
      step: 30,
      space: 'shape' as const,
      triplets: 3,
      hard: 1,
      semiHard: 2,
      easy: 0,
    },
  ],
  hardest: [
    { space: 'shape' as const, toPositive: 0.5, toNegative: 1 / 3, anchor: photo, positive: photo, negative: photo },
  ],
};
const judging: Checkpoint = {
  key: 'k'.repeat(64),
  seconds: 1.25,
  saidSeconds: 40,
  verdict: null,
  run: {
    attempt: 2,
    plan: [{ after: 20, factor: 0.1 }],
    interventions: [intervention],
    curve: [{ ...point(1), validation: figures }],
    measured: [{ step: 20, heads: heads() }],
    mining,
    current: state(40),
    good: state(20),
  },
};
const fitting: Checkpoint = {
  ...judging,
  saidSeconds: null,
  verdict: {
    chosen: 'trained',
    reason: 'Training helps.',
    heads: heads(),
    steps: 40,
    plan: [],
    validation: { trained: figures, untrained: figures, step: 40 },
    curve: judging.run.curve,
    interventions: [],
    stoppedEarly: { step: 40, words: 'enough' },
    mining,
  },
  run: { ...judging.run, interventions: [], measured: [], current: null, good: null },
};

describe('a checkpoint', () => {
  it.each([
    ['judging', judging],
    ['fitting', fitting],
  ])('comes back to the bit, while %s', (_, checkpoint) => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it('is refused wherever a byte of it changed or is missing', () => {
    const bytes = encodeCheckpoint(judging);
    for (let at = 0; at < bytes.length; at += 97) {
      const altered = bytes.slice();
      altered[at] = (altered[at] as number) ^ 1;
      expect(() => decodeCheckpoint(altered)).toThrow();
      expect(() => decodeCheckpoint(bytes.slice(0, at))).toThrow();
    }
  });
});

describe('CheckpointFile', () => {
  let directory: string;
  let said: string[];
  let file: CheckpointFile;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'weft-checkpoint-'));
    said = [];
    file = new CheckpointFile(join(directory, 'checkpoint'), (line) => said.push(line));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gives back what was saved last, and nothing else is left', async () => {
    expect(await file.load(judging.key)).toBeNull();
    await file.save(judging);
    await file.save(fitting);
    expect(await file.load(judging.key)).toEqual(fitting);
    expect(await readdir(directory)).toEqual(['checkpoint']);
    expect(said).toEqual([]);
  });

  it('says that it is of another training, and removes it', async () => {
    await file.save(judging);
    expect(await file.load('another')).toBeNull();
    expect(said).toEqual([expect.stringContaining('of another snapshot, other settings or another device')]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('says that it cannot be used, and why, and removes it', async () => {
    await file.save(judging);
    const bytes = await readFile(join(directory, 'checkpoint'));
    await writeFile(join(directory, 'checkpoint'), bytes.subarray(0, 500));
    expect(await file.load(judging.key)).toBeNull();
    expect(said).toEqual([expect.stringContaining('cut short or was altered')]);
    expect(await readdir(directory)).toEqual([]);
  });
});
