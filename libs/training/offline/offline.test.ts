import { gunzipSync } from 'node:zlib';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBackend } from '#compute';
import { type ImageId, type ProductId, Random, type StyleId, trainingSettingsSchema } from '#foundation';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { underTest } from '../../../test/support/compute-under-test.js';
import { flat, naiveHeads, randomHead, randomRows, typedLabels, worstDifference } from '../../../test/support/head-training.js'; // prettier-ignore
import { NaiveAdamW, naiveForward, type NaiveHeads, naiveHeadsOf, naiveParameters, naiveSlope } from '../../../test/support/naive/heads-training.js'; // prettier-ignore
import { naiveBatchHard, naiveEuclidean, naiveSoftMarginLoss, type NaiveRelation, type Rows, type Triple } from '../../../test/support/naive/metric-learning.js'; // prettier-ignore
import { trainHeads, type HeadTraining } from '../head-trainer.js';
import type { Space } from '../part-relations.js';
import type { HeadState } from '../run/head-state.js';
import { TripletFiles } from '../run/triplet-files.js';
import type { BySpace, MinedEpoch } from './epoch.js';
import { linesOf, recordOf } from './mining-record.js';
import { batchOfEpoch } from './triplet-batch.js';

const backend = await openBackend(underTest.device);

const random = new Random(7);
/** Eight styles of two products of two photos. */
const PHOTOS = 32;
const labels = {
  photo: Array.from({ length: PHOTOS }, (_, row) => row),
  product: Array.from({ length: PHOTOS }, (_, row) => row >> 1),
  style: Array.from({ length: PHOTOS }, (_, row) => row >> 2),
  lab: randomRows(PHOTOS, 3, random),
};
const rows = { shape: randomRows(PHOTOS, 5, random), colour: randomRows(PHOTOS, 4, random) };
const start = { shape: randomHead(5, 4, random), colour: randomHead(4, 3, random) };
const block = (values: Rows, width: number) => ({ values: flat(values), width, projection: randomHead(1, 1, random) });

const OFFLINE = {
  mining: { name: 'offline', every: 3, triplets: 5 },
  ...{ steps: 20, learningRate: 0.02, colourDifference: 0, dial: 0.5 },
} as const;

function training(over: Partial<HeadTraining> = {}): HeadTraining {
  return {
    blocks: { shape: block(rows.shape, 5), colour: block(rows.colour, 4) },
    start,
    rows: labels.photo,
    labels: typedLabels(labels),
    settings: trainingSettingsSchema.parse(OFFLINE),
    random: new Random(11),
    lossRandom: new Random(12),
    ...over,
  };
}

type OnStep = NonNullable<HeadTraining['onStep']>;

/** Rows, labels and embeddings of all photos in each space, by the naive heads. */
function naiveSpaces(heads: NaiveHeads): Record<Space, { rows: Rows; relation: NaiveRelation }> {
  const shape = naiveForward(rows.shape, heads.shape);
  const colour = naiveForward(rows.colour, heads.colour);
  const joined = shape.map((row, i) => [...row, ...colour[i]!].map((value) => value * Math.SQRT1_2));
  const { style, product, photo } = labels;
  return {
    shape: { rows: shape, relation: { positive: style, negative: style, photo } },
    colour: { rows: colour, relation: { positive: product, negative: product, photo } },
    joined: { rows: joined, relation: { positive: product, negative: style, photo } },
    joinedStyle: { rows: joined, relation: { positive: style, negative: style, photo } },
  };
}

const SPACE_NAMES = ['shape', 'colour', 'joined', 'joinedStyle'] as const;

function triplesOf(triplets: MinedEpoch['triplets'][Space]): Triple[] {
  const { anchors = [], positives = [], negatives = [] } = triplets ?? {};
  return Array.from(anchors, (anchor, at) => [anchor, positives[at] ?? -1, negatives[at] ?? -1]);
}

describe('a training on triplets that are mined offline', () => {
  it('mines what the loop over all photos does, and takes its steps on the slope of their naive loss', async () => {
    const given = training();
    const epochs: MinedEpoch[] = [];
    const losses: (number | null)[] = [];
    const trained = await trainHeads(backend, {
      ...given,
      stopAfter: 5,
      onEpoch: async (mined) => {
        epochs.push(mined);
      },
      onStep: async (_, { loss }) => {
        losses.push(loss);
        return 'continue';
      },
    });
    expect(epochs.map(({ begun }) => begun)).toEqual([0, 3]);

    const optimiser = new NaiveAdamW(given.settings.weightDecay);
    let parameters = naiveParameters(naiveHeads(start));
    for (let step = 1; step <= 5; step += 1) {
      const epoch = epochs[step <= 3 ? 0 : 1] as MinedEpoch;
      if (step === epoch.begun + 1) {
        const spaces = naiveSpaces(naiveHeadsOf(parameters, naiveHeads(start)));
        for (const space of SPACE_NAMES) {
          const { rows: all, relation } = spaces[space];
          const hardest = naiveBatchHard(
            all.map((a) => all.map((b) => naiveEuclidean(a, b))),
            relation,
          ).map(String);
          const mined = triplesOf(epoch.triplets[space]).map(String);
          // 3 steps of 5 triplets.
          expect(new Set(mined).size).toBe(15);
          for (const triple of mined) expect(hardest).toContain(triple);
        }
      }
      const from = 5 * (step - epoch.begun - 1);
      const loss = (moved: number[]) => {
        const spaces = naiveSpaces(naiveHeadsOf(moved, naiveHeads(start)));
        return SPACE_NAMES.map((space) =>
          naiveSoftMarginLoss(
            spaces[space].rows,
            triplesOf(epoch.triplets[space]).slice(from, from + 5),
            naiveEuclidean,
          ),
        ).reduce((sum, value) => sum + value, 0);
      };
      expect(losses[step - 1]).toBeCloseTo(loss(parameters), 4);
      const rate = (0.02 / 2) * (1 + Math.cos((Math.PI * (step - 1)) / 20));
      parameters = optimiser.step(parameters, naiveSlope(loss, parameters), rate);
    }
    expect(worstDifference(naiveParameters(naiveHeads(trained)), parameters)).toBeLessThan(1e-4);
  });

  it.each(['batch-hard', 'distance-weighted', 'all', 'semi-hard-then-hard'] as const)(
    'goes on from any state to the same bits, mining by %s',
    async (name) => {
      const settings = trainingSettingsSchema.parse({ ...OFFLINE, miner: { name } });
      const states: HeadState[] = [];
      const onStep: OnStep = async (_, __, now) => {
        states.push(now.state());
        return 'continue';
      };
      const fresh = () => ({ settings, stopAfter: 14, random: new Random(11), lossRandom: new Random(12) });
      const whole = await trainHeads(backend, training({ ...fresh(), onStep }));
      // In the midst of an epoch, at its end, and after its first step.
      for (const step of [5, 6, 7]) {
        expect(await trainHeads(backend, training({ ...fresh(), from: states[step - 1]! }))).toEqual(whole);
      }
      expect(await trainHeads(backend, training({ ...fresh(), lossRandom: new Random(13) }))).not.toEqual(whole);
    },
  );

  it('brings the loss down, and leaves no tensor behind', async () => {
    // Of triplets drawn from all: those of a miner are harder with every epoch.
    const settings = trainingSettingsSchema.parse({ ...OFFLINE, steps: 60, miner: { name: 'all' } });
    const before = backend.tf.memory().numTensors;
    const losses: number[] = [];
    const onStep: OnStep = async (_, { loss, activeShare }) => {
      losses.push(loss ?? NaN);
      expect(activeShare).toBeGreaterThanOrEqual(0);
      return 'continue';
    };
    await trainHeads(backend, training({ settings, onStep }));
    const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
    expect(mean(losses.slice(-15))).toBeLessThan(0.96 * mean(losses.slice(0, 15)));
    expect(backend.tf.memory().numTensors).toBe(before);
  });

  it('mixes no two shops, and gives each what its styles are worth', async () => {
    const epochs: MinedEpoch[] = [];
    const onEpoch = async (mined: MinedEpoch) => {
      epochs.push(mined);
    };
    const [first, second] = [labels.photo.slice(0, 24), labels.photo.slice(24)];
    await trainHeads(backend, training({ rows: first, secondRows: second, stopAfter: 1, onEpoch }));
    for (const space of SPACE_NAMES) {
      const triples = triplesOf(epochs[0]?.triplets[space]);
      for (const triple of triples) expect(new Set(triple.map((row) => row >= 24)).size).toBe(1);
      // Three quarters of 15 and one quarter, rounded up.
      expect(triples.filter(([anchor]) => anchor < 24)).toHaveLength(12);
      expect(triples.filter(([anchor]) => anchor >= 24)).toHaveLength(4);
    }
  });

  it('takes no step, and says so, where the miner finds nothing in all photos', async () => {
    const alone = typedLabels({ ...labels, product: labels.photo, style: labels.photo });
    const figures: unknown[] = [];
    const onStep: OnStep = async (_, ofStep) => {
      figures.push(ofStep);
      return 'continue';
    };
    const trained = await trainHeads(backend, training({ labels: alone, stopAfter: 3, onStep }));
    expect(trained).toEqual(start);
    const nothing = { loss: null, activeShare: null, realPositiveShare: null, spread: null };
    expect(figures).toEqual([nothing, nothing, nothing]);
  });
});

describe('batchOfEpoch', () => {
  const listed = (rowsOfTriplets: Triple[]) => {
    const column = (at: 0 | 1 | 2) => Int32Array.from(rowsOfTriplets, (triple) => triple[at]);
    return { anchors: column(0), positives: column(1), negatives: column(2) };
  };

  it('takes the triplets of each space in turn, and around, and holds each of their photos once', () => {
    const triple = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9));
    const lists = fc.record({ shape: fc.array(triple), colour: fc.array(triple) });
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 9 }), (of, size, step) => {
        const triplets: BySpace<ReturnType<typeof listed>> = { shape: listed(of.shape), colour: listed(of.colour) };
        const batch = batchOfEpoch({ begun: 40, triplets }, 40 + step, size);
        for (const space of ['shape', 'colour'] as const) {
          const all = of[space];
          const taken = triplesOf(batch.triplets?.[space] as MinedEpoch['triplets'][Space]);
          const wanted = Array.from({ length: Math.min(size, all.length) }, (_, at) => {
            return all[((step - 1) * size + at) % all.length];
          });
          expect(taken.map((places) => places.map((place) => batch.rows[place]))).toEqual(wanted);
        }
        expect(new Set(batch.rows).size).toBe(batch.rows.length);
      }),
    );
  });
});

describe('what is written down', () => {
  const photoOf = (row: number) => ({
    imageId: `image-${row}` as ImageId,
    productId: (row === 2 ? 'a "b", c' : `product-${row}`) as ProductId,
    styleId: `style-${row}` as StyleId,
  });
  const mined: MinedEpoch = {
    begun: 50,
    triplets: {
      shape: {
        anchors: Int32Array.of(0, 1, 3),
        positives: Int32Array.of(1, 2, 4),
        negatives: Int32Array.of(2, 3, 5),
        toPositive: Float32Array.of(0.5, 1, 0.25),
        toNegative: Float32Array.of(0.625, 0.5, 1),
      },
    },
  };
  const settings = trainingSettingsSchema.parse({ loss: { name: 'triplet-margin', margin: 0.5 } });
  const lines = linesOf(mined, photoOf, settings);

  it('is the triplets, the hardest first, with their kind by the margin of the loss', () => {
    expect(lines.map(({ kind, gap, anchor }) => [kind, gap, anchor.productId])).toEqual([
      ['hard', -0.5, 'product-1'],
      ['semi-hard', 0.125, 'product-0'],
      ['easy', 0.75, 'product-3'],
    ]);
    const similar = trainingSettingsSchema.parse({ loss: { name: 'triplet-margin' }, distance: 'cosine' });
    expect(linesOf(mined, photoOf, similar).map(({ gap }) => gap)).toEqual([-0.75, -0.125, 0.5]);
  });

  it('is counted, and the hardest are remembered, one for each style', () => {
    const { epochs, hardest } = recordOf([...lines, ...lines], mined, { pass: 'judge', attempt: 2 });
    const where = { pass: 'judge', attempt: 2, step: 50, space: 'shape' };
    expect(epochs).toEqual([{ ...where, triplets: 6, hard: 2, semiHard: 2, easy: 2 }]);
    expect(hardest.map(({ anchor }) => anchor.styleId)).toEqual(['style-1', 'style-0', 'style-3']);
    expect(hardest[0]).toMatchObject({ space: 'shape', toPositive: 1, toNegative: 0.5, negative: photoOf(3) });
  });

  describe('in files', () => {
    let directory: string;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'weft-triplets-'));
    });
    afterEach(() => rm(directory, { recursive: true }));

    it('is a CSV file for each epoch, and one of all of them in the order of the training', async () => {
      const files = new TripletFiles(join(directory, 'triplets'));
      expect(await files.packed()).toBeNull();
      for (const name of [
        { pass: 'refit', attempt: 1, step: 0 },
        { pass: 'judge', attempt: 1, step: 1000 },
        { pass: 'judge', attempt: 1, step: 50 },
        { pass: 'judge', attempt: 1, step: 50 },
      ] as const) {
        await files.keep(name, lines.slice(0, 1));
      }
      expect(await readdir(join(directory, 'triplets'))).toHaveLength(3);
      const text = gunzipSync((await files.packed()) ?? new Uint8Array()).toString();
      const cells = 'shape,hard,1.00000,0.500000,product-1,"a ""b"", c",product-3,image-1,image-2,image-3';
      expect(text.split('\n')).toEqual([
        'pass,attempt,step,space,kind,to_positive,to_negative,anchor_product,positive_product,negative_product,anchor_image,positive_image,negative_image',
        `judge,1,50,${cells}`,
        `judge,1,1000,${cells}`,
        `refit,1,0,${cells}`,
        '',
      ]);
      await files.clear();
      expect(await files.packed()).toBeNull();
    });
  });
});
