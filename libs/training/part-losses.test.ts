import { countLeakedTensors, openBackend } from '#compute';
import { Random, type TrainingSettings, trainingSettingsSchema } from '#foundation';
import type { TwoPartHeads } from '#networks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import {
  COMBINATIONS,
  flat,
  naiveHeads,
  randomHead,
  randomLabels,
  randomRows,
  typedLabels,
  worstDifference,
} from '../../test/support/head-training.js';
import {
  naiveForward,
  naiveHeadsOf,
  naiveParameters,
  naivePartLosses,
  naiveSlope,
  type NaiveLabels,
} from '../../test/support/naive/heads-training.js';
import type { Rows } from '../../test/support/naive/metric-learning.js';
import { forward, partLosses, type TrainableHead } from './part-losses.js';

const backend = await openBackend(underTest.device);
const { tf } = backend;

const AT = { progress: 0, random: new Random(1), proxies: {}, triplets: null };

interface Batch {
  rows: { shape: Rows; colour: Rows };
  labels: NaiveLabels;
  heads: TwoPartHeads;
}

function randomBatch(count: number, seed: number): Batch {
  const random = new Random(seed);
  return {
    rows: { shape: randomRows(count, 5, random), colour: randomRows(count, 4, random) },
    labels: randomLabels(count, random),
    heads: { shape: randomHead(5, 4, random), colour: randomHead(4, 3, random) },
  };
}

/** One step forward and back: the figures of the batch, and the gradient of all weights in what is descended. */
function step({ rows, labels, heads }: Batch, settings: TrainingSettings) {
  const trainable = ({ weight, bias, inputs, outputs }: TwoPartHeads['shape']): TrainableHead => ({
    weight: tf.tidy(() => tf.variable(tf.tensor2d(weight, [inputs, outputs]))),
    bias: tf.tidy(() => tf.variable(tf.tensor1d(bias))),
  });
  const own = { shape: trainable(heads.shape), colour: trainable(heads.colour) };
  const variables = [own.shape.weight, own.shape.bias, own.colour.weight, own.colour.bias];
  let figures = { loss: 0, terms: 0, activeShare: null as number | null, realPositiveShare: null as number | null };
  const { descended, gradient } = tf.tidy(() => {
    const blocks = { shape: tf.tensor2d(rows.shape), colour: tf.tensor2d(rows.colour) };
    const { value, grads } = tf.variableGrads(() => {
      const {
        loss,
        descended: scalar,
        ...rest
      } = partLosses(backend, forward(backend, own, blocks), typedLabels(labels), settings, AT);
      figures = { ...rest, loss: loss.dataSync()[0] as number };
      return scalar;
    }, variables);
    return {
      descended: value.dataSync()[0] as number,
      gradient: variables.flatMap(({ name }) => [...(grads[name]?.dataSync() ?? [])]),
    };
  });
  tf.dispose(variables);
  return { ...figures, descended, gradient };
}

function naiveStep(
  { rows, labels, heads }: Batch,
  { name, settings }: (typeof COMBINATIONS)[number],
  parameters = naiveParameters(naiveHeads(heads)),
) {
  const own = naiveHeadsOf(parameters, naiveHeads(heads));
  const parts = { shape: naiveForward(rows.shape, own.shape), colour: naiveForward(rows.colour, own.colour) };
  return naivePartLosses(parts, labels, name, settings.weights, settings.dial, settings.colourDifference);
}

const partsOnly = { weights: { shape: 1, colour: 1, joined: 0, joinedStyle: 0 } };
const joinedOnly = { weights: { shape: 0, colour: 0, joined: 3, joinedStyle: 1 }, dial: 0.3 };
const allFour = { weights: { shape: 0.5, colour: 2, joined: 1.5, joinedStyle: 0.7 }, dial: 0.8, colourDifference: 0 };
const combinations = COMBINATIONS.flatMap(({ name, settings }) => [
  { of: 'both parts', name, settings: { ...settings, ...partsOnly } },
  { of: 'the joined vector', name, settings: { ...settings, ...joinedOnly } },
  { of: 'parts and joined vector', name, settings: { ...settings, ...allFour } },
]);

describe.each(combinations)('partLosses with $name of $of', ({ name, settings }) => {
  it('equals the triple loop: loss, triplets and shares', () => {
    let triplets = 0;
    const shares = new Set<number | null>();
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 14 }), (seed, count) => {
        const batch = randomBatch(count, seed);
        const [actual, expected] = [step(batch, settings), naiveStep(batch, { name, settings })];
        expect(Math.abs(actual.loss - expected.loss)).toBeLessThanOrEqual(1e-5 * expected.loss);
        expect(Math.abs(actual.descended - expected.descended)).toBeLessThanOrEqual(1e-5 * expected.descended);
        expect(actual.terms).toBe(expected.triplets);
        expect(actual.activeShare).toBe(expected.activeShare);
        expect(actual.realPositiveShare).toBeCloseTo(expected.realPositiveShare, 12);
        triplets += expected.triplets;
        shares.add(expected.activeShare);
      }),
      { numRuns: 40, seed: 1 },
    );
    expect(triplets).toBeGreaterThan(150);
    expect(shares.size).toBeGreaterThan(5);
  });

  it.each([1, 2, 3])('has the gradient that the slope of the naive loss has, batch %i', (seed) => {
    const batch = randomBatch(12, seed);
    const { gradient, terms } = step(batch, settings);
    const expected = naiveSlope(
      (moved) => naiveStep(batch, { name, settings }, moved).descended,
      naiveParameters(naiveHeads(batch.heads)),
    );
    expect(terms).toBeGreaterThan(5);
    const largest = Math.max(...expected.map(Math.abs));
    expect(worstDifference(gradient, expected)).toBeLessThan(1e-4 * largest);
  });

  it('makes no photo its own positive, however often the batch repeats it', () => {
    const { rows, heads } = randomBatch(8, 4);
    const labels = {
      photo: [0, 0, 1, 1, 2, 2, 3, 3],
      product: [0, 0, 1, 1, 2, 2, 3, 3],
      style: [0, 0, 1, 1, 2, 2, 3, 3],
      lab: randomBatch(8, 6).labels.lab,
    };
    expect(step({ rows, labels, heads }, settings)).toMatchObject({
      loss: 0,
      terms: 0,
      activeShare: null,
      realPositiveShare: 0,
    });
    // A second photo of the first style: three rows have a positive in the shape part, none in the colour part.
    const another = {
      photo: [0, 0, 9, 1, 2, 2, 3, 3],
      product: [0, 0, 9, 1, 2, 2, 3, 3],
      style: [0, 0, 0, 1, 2, 2, 3, 3],
      lab: labels.lab,
    };
    const batch = { rows, labels: another, heads };
    const ofBoth = { ...settings, ...partsOnly };
    expect(step(batch, ofBoth).realPositiveShare).toBeCloseTo(3 / 8 / 2, 12);
    expect(step(batch, settings).loss).toBeCloseTo(naiveStep(batch, { name, settings }).loss, 5);
  });

  it('leaves no tensor behind', () => {
    const batch = randomBatch(10, 5);
    const parts = { shape: tf.tensor2d(batch.rows.shape), colour: tf.tensor2d(batch.rows.colour) };
    const labels = typedLabels(batch.labels);
    const leaked = countLeakedTensors(backend, () => {
      const { loss, descended } = partLosses(backend, parts, labels, settings, AT);
      tf.dispose([loss, descended]);
    });
    expect(leaked).toBe(0);
    tf.dispose([parts.shape, parts.colour]);
  });
});

describe('partLosses', () => {
  it('asks shape about styles and colour about products', () => {
    // Two colourways of one style, one photo each, and a stranger: shape has positives, colour has none.
    const rows = {
      shape: [
        [1, 0],
        [0.8, 0.6],
        [0, 1],
      ],
      colour: [
        [1, 0],
        [0, 1],
        [-1, 0],
      ],
    };
    // The stranger's colour is 20 from the first photo's, and 60 from the second's.
    const lab = [
      [50, 0, 0],
      [50, 0, 40],
      [50, 0, -20],
    ];
    const labels = typedLabels({ photo: [0, 1, 2], product: [0, 1, 2], style: [0, 0, 1], lab });
    tf.tidy(() => {
      const parts = { shape: tf.tensor2d(rows.shape), colour: tf.tensor2d(rows.colour) };
      const result = partLosses(backend, parts, labels, trainingSettingsSchema.parse(partsOnly), AT);
      // Anchor 0: sqrt(.4) against sqrt(2); anchor 1: sqrt(.4) against sqrt(.8).
      const gaps = [Math.sqrt(0.4) - Math.sqrt(2), Math.sqrt(0.4) - Math.sqrt(0.8)];
      const expected = gaps.reduce((sum, gap) => sum + Math.log1p(Math.exp(gap)) / 2, 0);
      expect(result.loss.dataSync()[0]).toBeCloseTo(expected, 6);
      // Cosines of -1 and 0 where .5 and -.5 are wanted.
      const ofColours = (1.5 ** 2 + 0.5 ** 2) / 2;
      expect(result.descended.dataSync()[0]).toBeCloseTo(expected + 0.4 * ofColours, 6);
      expect(result).toMatchObject({ terms: 2, activeShare: 0, realPositiveShare: 2 / 3 / 2 });
    });
  });

  it('refuses a batch without photos', () => {
    tf.tidy(() => {
      const none = { shape: tf.tensor2d(flat([]), [0, 2]), colour: tf.tensor2d(flat([]), [0, 2]) };
      const labels = typedLabels({ photo: [], product: [], style: [], lab: [] });
      expect(() => partLosses(backend, none, labels, trainingSettingsSchema.parse({}), AT)).toThrow(RangeError);
    });
  });
});
