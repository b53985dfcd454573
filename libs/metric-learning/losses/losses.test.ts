import { countLeakedTensors, openBackend } from '#compute';
import {
  DISTANCES_OF_LOSS,
  type DistanceName,
  Random,
  type TrainingChoices,
  trainingSettingsSchema,
} from '#foundation';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../test/support/compute-under-test.js';
import { randomLabels, randomRows, worstDifference } from '../../../test/support/head-training.js';
import {
  naiveContrastive,
  naiveMultiSimilarity,
  naiveProxyAnchor,
  naiveSupervisedContrastive,
  naiveTripletMargin,
  type NaiveBatch,
} from '../../../test/support/naive/losses.js';
import {
  allTriples,
  naiveCosine,
  naiveDot,
  naiveEuclidean,
  naiveGradient,
  naiveSquared,
  naiveUnit,
  type NaiveRelation,
  type Rows,
} from '../../../test/support/naive/metric-learning.js';
import { createProxies, DISTANCES, lossOf, type Proxies } from '../index.js';

const backend = await openBackend(underTest.device);
const { tf } = backend;

const MEASURES: Record<DistanceName, (a: number[], b: number[]) => number> = {
  'squared-euclidean': naiveSquared,
  euclidean: naiveEuclidean,
  cosine: naiveCosine,
  'dot-product': naiveDot,
};

const CHOICES: TrainingChoices['loss'][] = [
  { name: 'soft-margin' },
  { name: 'triplet-margin', margin: 0.3 },
  { name: 'triplet-margin', margin: 0.3, mean: 'active' },
  { name: 'triplet-margin', margin: 0.3, swap: true },
  { name: 'triplet-margin', margin: 0.3, smooth: true },
  { name: 'triplet-margin', margin: 0.3, smooth: true, swap: true, mean: 'active' },
  { name: 'contrastive' },
  { name: 'contrastive', positiveMargin: 0.3, negativeMargin: 0.7 },
  { name: 'multi-similarity', beta: 20 },
  { name: 'supervised-contrastive', temperature: 0.2 },
  { name: 'proxy-anchor', alpha: 8 },
];
const cases = CHOICES.flatMap((choice) =>
  choice === undefined
    ? []
    : DISTANCES_OF_LOSS[choice.name].map((distance) => {
        const settings = trainingSettingsSchema.parse({ loss: choice, distance });
        return { title: `${JSON.stringify(choice)} on ${distance}`, loss: settings.loss, distance };
      }),
);
type Case = (typeof cases)[number];

const typed = ({ positive, negative, photo }: NaiveRelation) => ({
  positive: Int32Array.from(positive),
  negative: Int32Array.from(negative),
  photo: Int32Array.from(photo),
});
const classesOf = (relation: NaiveRelation) => {
  const positive = [...new Set(relation.positive)];
  return { positive, negative: positive.map((label) => relation.negative[relation.positive.indexOf(label)]!) };
};

/** A batch of unit rows; labels of shape, of colour, or of the joined vector. */
function randomBatch(count: number, seed: number): { rows: Rows; relation: NaiveRelation } {
  const random = new Random(seed);
  const { photo, product, style } = randomLabels(count, random);
  const relation = random.pick([
    { positive: style, negative: style, photo },
    { positive: product, negative: product, photo },
    { positive: product, negative: style, photo },
  ]);
  return { rows: randomRows(count, 4, random).map((row) => naiveUnit(row).map(Math.fround)), relation };
}

const proxyRows = (relation: NaiveRelation) =>
  randomRows(classesOf(relation).positive.length, 4, new Random(5)).map((row) => row.map(Math.fround));

/** The loss as a function of the embeddings; triplet losses cost every valid triple: batch-all. */
function costOf({ loss, distance }: Case, relation: NaiveRelation, vectors: () => Proxies['vectors']) {
  const built = lossOf(loss);
  const triples = allTriples(relation);
  const column = (at: 0 | 1 | 2) => Int32Array.from(triples, (triple) => triple[at]);
  return (x: Tensor2D): Scalar => {
    switch (built.of) {
      case 'triplets': {
        const triplets = { anchors: column(0), positives: column(1), negatives: column(2) };
        return built.cost(x, triplets, DISTANCES[distance]);
      }
      case 'pairs':
        return built.cost(x, typed(relation), DISTANCES[distance]);
      case 'proxies': {
        const { positive, negative } = classesOf(relation);
        const classes = { positive: Int32Array.from(positive), negative: Int32Array.from(negative) };
        return built.cost(x, typed(relation), { vectors: vectors(), ...classes });
      }
    }
  };
}

function evaluate(of: Case, { rows, relation }: { rows: Rows; relation: NaiveRelation }) {
  return tf.tidy(() => {
    const embeddings = tf.variable(tf.tensor2d(rows, [rows.length, rows[0]?.length ?? 1]));
    const vectors = tf.variable(tf.tensor2d(proxyRows(relation), [classesOf(relation).positive.length, 4]));
    const cost = costOf(of, relation, () => vectors);
    const trained = of.loss.name === 'proxy-anchor' ? [embeddings, vectors] : [embeddings];
    const { value, grads } = tf.variableGrads(() => cost(embeddings), trained);
    const [gradient, ofProxies] = [embeddings, vectors].map(({ name }) => [...(grads[name]?.dataSync() ?? [])]);
    tf.dispose([embeddings, vectors]);
    return { value: value.dataSync()[0] as number, gradient: gradient ?? [], ofProxies: ofProxies ?? [] };
  });
}

function naive({ loss, distance }: Case, rows: Rows, relation: NaiveRelation, proxies = proxyRows(relation)): number {
  const isSimilarity = distance === 'cosine' || distance === 'dot-product';
  const batch: NaiveBatch = { rows, relation, between: MEASURES[distance], isSimilarity };
  switch (loss.name) {
    case 'soft-margin':
      return naiveTripletMargin(batch, allTriples(relation), { margin: 0, swap: false, smooth: true, mean: 'all' });
    case 'triplet-margin':
      return naiveTripletMargin(batch, allTriples(relation), loss);
    case 'contrastive':
      return naiveContrastive(batch, loss);
    case 'multi-similarity':
      return naiveMultiSimilarity(batch, loss);
    case 'supervised-contrastive':
      return naiveSupervisedContrastive(batch, loss);
    case 'proxy-anchor':
      return naiveProxyAnchor(batch, proxies, classesOf(relation), loss);
  }
}

const ownLabels = (labels: number[]): NaiveRelation => ({
  positive: labels,
  negative: labels,
  photo: labels.map((_, row) => row),
});
const largest = (values: readonly number[]) => Math.max(1e-3, ...values.map(Math.abs));

describe.each(cases)('$title', (of) => {
  it('equals the loop, for the labels of every part', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 12 }), (seed, count) => {
        const batch = randomBatch(count, seed);
        const expected = naive(of, batch.rows, batch.relation);
        expect(Math.abs(evaluate(of, batch).value - expected)).toBeLessThanOrEqual(1e-5 * Math.max(expected, 0.1));
      }),
      { numRuns: 25 },
    );
  });

  it.each([1, 2, 3])('has the slope of the loop as its gradient, batch %i', (seed) => {
    const { rows, relation } = randomBatch(10, seed);
    const { gradient, ofProxies } = evaluate(of, { rows, relation });
    const expected = naiveGradient((moved) => naive(of, moved, relation), rows).flat();
    expect(worstDifference(gradient, expected)).toBeLessThan(1e-4 * largest(expected));
    if (of.loss.name !== 'proxy-anchor') return;
    const inProxies = naiveGradient((moved) => naive(of, rows, relation, moved), proxyRows(relation)).flat();
    expect(worstDifference(ofProxies, inProxies)).toBeLessThan(1e-4 * largest(inProxies));
  });

  it('does not care in which order the photos come', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { rows, relation } = randomBatch(9, seed);
        // Proxies go by classes in order of appearance, which another order of photos would shuffle.
        if (of.loss.name === 'proxy-anchor') return;
        const order = new Random(seed).shuffled(rows.map((_, row) => row));
        const take = <T>(all: T[]) => order.map((row) => all[row] as T);
        const { positive, negative, photo } = relation;
        const other = { positive: take(positive), negative: take(negative), photo: take(photo) };
        const value = evaluate(of, { rows, relation }).value;
        expect(evaluate(of, { rows: take(rows), relation: other }).value).toBeCloseTo(value, 5);
      }),
      { numRuns: 10 },
    );
  });

  it.each<[string, Rows, number[]]>([
    ['duplicates, in one class and across', Array.from({ length: 4 }, () => [0.6, 0.8, 0, 0]), [0, 0, 1, 1]],
    ['zero vectors', Array.from({ length: 4 }, () => [0, 0, 0, 0]), [0, 0, 1, 1]],
    ['a zero vector among others', [[0, 0, 0, 0], ...randomBatch(3, 7).rows], [0, 0, 1, 1]],
    ['an anchor without a positive', randomBatch(4, 8).rows, [0, 0, 1, 2]],
    ['one class', randomBatch(3, 9).rows, [0, 0, 0]],
    ['singletons', randomBatch(3, 10).rows, [0, 1, 2]],
    ['one photo', randomBatch(1, 11).rows, [0]],
    ['ties', [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [0, 0, 1, 1]], // prettier-ignore
  ])('is the loop and has a finite gradient for %s', (_, rows, labels) => {
    const relation = ownLabels(labels);
    const { value, gradient, ofProxies } = evaluate(of, { rows, relation });
    expect(Math.abs(value - naive(of, rows, relation))).toBeLessThan(2e-5);
    expect([...gradient, ...ofProxies].filter((entry) => !Number.isFinite(entry))).toEqual([]);
  });

  it('makes no pair of two rows of one photo', () => {
    if (of.loss.name === 'proxy-anchor') return;
    const { rows } = randomBatch(4, 12);
    const relation = { positive: [0, 0, 0, 0], negative: [0, 0, 0, 0], photo: [3, 3, 3, 3] };
    const { value, gradient } = evaluate(of, { rows, relation });
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });

  it('leaves no tensor behind', () => {
    const { rows, relation } = randomBatch(8, 13);
    const leaked = countLeakedTensors(backend, () => {
      const x = tf.tensor2d(rows);
      const vectors = tf.tidy(() => tf.variable(tf.tensor2d(proxyRows(relation))));
      tf.dispose([costOf(of, relation, () => vectors)(x), x, vectors]);
    });
    expect(leaked).toBe(0);
  });
});

describe('no active triplet', () => {
  const rows = [[1, 0, 0, 0], [1, 0, 0, 0], [-1, 0, 0, 0], [-1, 0, 0, 0]]; // prettier-ignore
  const relation = ownLabels([0, 0, 1, 1]);
  const hinged = cases.filter(
    ({ loss }) => (loss.name === 'triplet-margin' && !loss.smooth) || loss.name === 'contrastive',
  );

  it.each(hinged)('costs exactly 0 with a gradient of zeros: $title', (of) => {
    const { value, gradient } = evaluate(of, { rows, relation });
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });
});

describe('createProxies', () => {
  const relation = { positive: Int32Array.of(7, 3, 7, 9), negative: Int32Array.of(1, 1, 1, 4) };

  it('gives every class one direction, and both of its labels', () => {
    const { vectors, positive, negative } = createProxies(relation, 5, new Random(1));
    expect([vectors.shape, [...positive], [...negative]]).toEqual([
      [3, 5],
      [7, 3, 9],
      [1, 1, 4],
    ]);
    const values = vectors.dataSync();
    for (let row = 0; row < 3; row += 1) {
      expect(Math.hypot(...values.subarray(row * 5, (row + 1) * 5))).toBeCloseTo(1, 6);
    }
    vectors.dispose();
  });

  it('repeats itself with one seed', () => {
    const drawn = (seed: number) => {
      const { vectors } = createProxies(relation, 5, new Random(seed));
      const values = [...vectors.dataSync()];
      vectors.dispose();
      return values;
    };
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });
});
