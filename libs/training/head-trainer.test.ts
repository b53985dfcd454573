import { openBackend } from '#compute';
import { LOSS_NAMES, Random, trainingSettingsSchema } from '#foundation';
import { createStyleSampler } from '#metric-learning';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import {
  COMBINATIONS,
  flat,
  naiveHeads,
  randomHead,
  randomRows,
  typedLabels,
  worstDifference,
} from '../../test/support/head-training.js';
import {
  NaiveAdamW,
  naiveForward,
  naiveHeadsOf,
  naiveParameters,
  naivePartLosses,
  naiveSlope,
  type NaiveLabels,
} from '../../test/support/naive/heads-training.js';
import type { Rows } from '../../test/support/naive/metric-learning.js';
import type { FeatureBlock } from './feature-block.js';
import type { HeadState } from './run/head-state.js';
import { trainHeads, type HeadTraining } from './head-trainer.js';

const backend = await openBackend(underTest.device);

const random = new Random(7);
/** Six styles of two products of two photos. */
const PHOTOS = 24;
const labels: NaiveLabels = {
  photo: Array.from({ length: PHOTOS }, (_, row) => row),
  product: Array.from({ length: PHOTOS }, (_, row) => row >> 1),
  style: Array.from({ length: PHOTOS }, (_, row) => row >> 2),
  lab: randomRows(PHOTOS, 3, random).map((row) => row.map((value) => 50 * value)),
};
const rows = { shape: randomRows(PHOTOS, 5, random), colour: randomRows(PHOTOS, 4, random) };
const start = { shape: randomHead(5, 4, random), colour: randomHead(4, 3, random) };

function blockOf(values: Rows, width: number): FeatureBlock {
  return { values: flat(values), width, projection: randomHead(width, width, random) };
}

const SAMPLER = { name: 'style-then-product', stylesPerBatch: 4, productsPerStyle: 2, photosPerProduct: 2 } as const;
const CHOICES = { steps: 20, learningRate: 0.02, weightDecay: 0.1, sampler: SAMPLER };

function training(over: Partial<HeadTraining> = {}): HeadTraining {
  return {
    blocks: { shape: blockOf(rows.shape, 5), colour: blockOf(rows.colour, 4) },
    start,
    rows: labels.photo,
    labels: typedLabels(labels),
    settings: trainingSettingsSchema.parse(CHOICES),
    random: new Random(11),
    lossRandom: new Random(12),
    ...over,
  };
}

type OnStep = NonNullable<HeadTraining['onStep']>;
const numbersOf = (heads: Awaited<ReturnType<typeof trainHeads>>) => naiveParameters(naiveHeads(heads));

describe('trainHeads', () => {
  it.each(COMBINATIONS)(
    'takes the steps of AdamW on the slope of the naive loss, with $name',
    async ({ name, settings: { loss, miner, distance } }) => {
      const given = training();
      const settings = { ...given.settings, loss, miner, distance };
      const losses: (number | null)[] = [];
      const trained = await trainHeads(backend, {
        ...given,
        settings,
        stopAfter: 4,
        onStep: async (_, figures) => {
          losses.push(figures.loss);
          return 'continue';
        },
      });

      const { product, style } = typedLabels(labels);
      const sampler = createStyleSampler({ rows: labels.photo, product, style }, SAMPLER, new Random(11));
      const optimiser = new NaiveAdamW(settings.weightDecay);
      let parameters = naiveParameters(naiveHeads(start));
      for (let step = 0; step < 4; step += 1) {
        const batch = [...sampler.next()];
        const take = <T>(all: T[]) => batch.map((row) => all[row] as T);
        const own = {
          photo: take(labels.photo),
          product: take(labels.product),
          style: take(labels.style),
          lab: take(labels.lab),
        };
        const naiveLosses = (moved: number[]) => {
          const heads = naiveHeadsOf(moved, naiveHeads(start));
          const parts = {
            shape: naiveForward(take(rows.shape), heads.shape),
            colour: naiveForward(take(rows.colour), heads.colour),
          };
          return naivePartLosses(parts, own, name);
        };
        expect(losses[step]).toBeCloseTo(naiveLosses(parameters).loss, 4);
        const rate = (settings.learningRate / 2) * (1 + Math.cos((Math.PI * step) / settings.steps));
        const slope = naiveSlope((moved) => naiveLosses(moved).descended, parameters);
        parameters = optimiser.step(parameters, slope, rate);
      }
      // Four steps of .02 move a weight by up to .08, decay by up to .008.
      expect(worstDifference(numbersOf(trained), parameters)).toBeLessThan(1e-4);
      expect(worstDifference(numbersOf(trained), naiveParameters(naiveHeads(start)))).toBeGreaterThan(0.02);
    },
  );

  it('repeats itself to the bit with one seed, and not with another', async () => {
    const trained = (seed: number) => trainHeads(backend, training({ random: new Random(seed), stopAfter: 6 }));
    const one = await trained(11);
    expect(await trained(11)).toEqual(one);
    expect(await trained(12)).not.toEqual(one);
  });

  it('comes by the same heads at a step, whether it goes on from there or stops', async () => {
    let passing: unknown;
    const onStep: OnStep = async (step, _, now) => {
      if (step === 13) passing = now.heads();
      return 'continue';
    };
    const ended = await trainHeads(backend, training({ onStep }));
    expect(await trainHeads(backend, training({ stopAfter: 13 }))).toEqual(passing);
    expect(ended).not.toEqual(passing);
  });

  it.each(LOSS_NAMES)(
    'brings down the loss %s of parts and joined vector, and leaves no tensor behind',
    async (name) => {
      const choices = { ...CHOICES, steps: 40, loss: { name }, weights: { joined: 1 } };
      const settings = trainingSettingsSchema.parse(choices);
      const before = backend.tf.memory().numTensors;
      const losses: number[] = [];
      const onStep: OnStep = async (_, { loss }) => {
        losses.push(loss ?? NaN);
        return 'continue';
      };
      await trainHeads(backend, training({ settings, onStep }));
      const mean = (some: number[]) => some.reduce((sum, value) => sum + value, 0) / some.length;
      expect(mean(losses.slice(-10))).toBeLessThan(0.95 * mean(losses.slice(0, 10)));
      expect(backend.tf.memory().numTensors).toBe(before);
    },
  );

  it.each(LOSS_NAMES)('goes on from a state to the same bits, with %s', async (name) => {
    const settings = trainingSettingsSchema.parse({ ...CHOICES, loss: { name } });
    let state: HeadState | undefined;
    const onStep: OnStep = async (step, _, now) => {
      if (step === 7) state = now.state();
      return 'continue';
    };
    const fresh = () => ({ settings, stopAfter: 12, random: new Random(11), lossRandom: new Random(12) });
    const whole = await trainHeads(backend, training({ ...fresh(), onStep }));
    expect(await trainHeads(backend, training({ ...fresh(), from: state! }))).toEqual(whole);
    const others = trainHeads(backend, training({ ...fresh(), random: new Random(13), from: state! }));
    await expect(others).rejects.toMatchObject({ code: 'state-unsuitable' });
  });

  it('leaves a part as it is that has no weight', async () => {
    const choices = { ...CHOICES, weights: { shape: 0, colour: 1, joined: 0, joinedStyle: 0 } };
    const trained = await trainHeads(backend, training({ settings: trainingSettingsSchema.parse(choices) }));
    expect(trained.shape).toEqual(start.shape);
    expect(trained.colour).not.toEqual(start.colour);
  });

  it('takes no photo that it was not given', async () => {
    const given = labels.photo.filter((row) => row < 16);
    const blocks = training().blocks;
    const others = { ...blocks.shape, values: blocks.shape.values.map((value, at) => (at < 16 * 5 ? value : -value)) };
    const trained = (over: Partial<HeadTraining>) => trainHeads(backend, training({ stopAfter: 6, ...over }));
    const altered = { ...blocks, shape: others };
    expect(await trained({ rows: given, blocks: altered })).toEqual(await trained({ rows: given }));
    expect(await trained({ blocks: altered })).not.toEqual(await trained({}));
  });

  it('learns nothing from batches without a triplet', async () => {
    const alone = typedLabels({ ...labels, product: labels.photo, style: labels.photo });
    const figures: unknown[] = [];
    const trained = await trainHeads(
      backend,
      training({
        labels: alone,
        stopAfter: 3,
        onStep: async (_, { spread, ...ofStep }) => {
          expect(spread?.shape).toBeGreaterThan(0);
          figures.push(ofStep);
          return 'continue';
        },
      }),
    );
    expect(trained).toEqual(start);
    expect(figures).toEqual(new Array(3).fill({ loss: null, activeShare: null, realPositiveShare: 0 }));
  });

  it('ends with the reason of whoever ends it, between two steps', async () => {
    const stop = new AbortController();
    const reason = new Error('The shop closes.');
    // From outside: reaches the training only if it lets the event loop turn.
    setImmediate(() => stop.abort(reason));
    let steps = 0;
    const onStep: OnStep = async () => {
      steps += 1;
      return 'continue';
    };
    const ended = trainHeads(backend, training({ signal: stop.signal, onStep }));
    await expect(ended).rejects.toBe(reason);
    expect(steps).toBeLessThan(20);
  });

  it('says that it diverged, as soon as it did, instead of giving heads that are not finite', async () => {
    const settings = { ...training().settings, learningRate: 1e39 };
    const diverged = (step: number) => ({
      code: 'training-diverged',
      message: expect.stringContaining(`at step ${step}.`) as string,
      remedy: expect.any(String) as string,
    });
    await expect(trainHeads(backend, training({ settings }))).rejects.toMatchObject(diverged(2));
    await expect(trainHeads(backend, training({ settings, stopAfter: 1 }))).rejects.toMatchObject(diverged(1));
  });

  it.each([NaN, Infinity])('says so with the first batch that holds a row of %f', async (value) => {
    const blocks = training().blocks;
    blocks.colour.values[3] = value;
    const settings = { ...training().settings, sampler: { ...SAMPLER, stylesPerBatch: 6 } };
    const ended = trainHeads(backend, training({ blocks, settings }));
    await expect(ended).rejects.toMatchObject({
      code: 'training-diverged',
      message: expect.stringContaining('at step 1.') as string,
    });
  });

  describe('leaves no tensor behind', () => {
    const abort = () => {
      const stop = new AbortController();
      const onStep: OnStep = async (step) => {
        if (step === 5) stop.abort(new Error('enough'));
        return 'continue';
      };
      return training({ signal: stop.signal, onStep });
    };
    const fail = () => {
      throw new Error('the listener fails');
    };
    it.each<[string, () => HeadTraining, string | null]>([
      ['when it is done', () => training(), null],
      ['when it is ended', abort, 'enough'],
      ['when it diverges', () => training({ settings: { ...training().settings, learningRate: 1e38 } }), 'diverged'],
      ['when its listener fails', () => training({ onStep: fail }), 'the listener fails'],
    ])('%s', async (_, given, failure) => {
      const before = backend.tf.memory().numTensors;
      const ended = trainHeads(backend, given());
      if (failure === null) await ended;
      else await expect(ended).rejects.toThrow(failure);
      expect(backend.tf.memory().numTensors).toBe(before);
    });
  });
});
