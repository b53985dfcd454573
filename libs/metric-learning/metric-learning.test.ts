import { countLeakedTensors, openBackend } from '#compute';
import { Random } from '#foundation';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../test/support/compute-under-test.js';
import {
  allTriples,
  naiveBatchHard,
  naiveCosine,
  naiveDot,
  naiveEuclidean,
  naiveGradient,
  naiveMarginLoss,
  naiveSemiHard,
  naiveSoftMarginLoss,
  naiveSquared,
  naiveUnit,
  type Rows,
  type Triple,
} from '../../test/support/naive/metric-learning.js';
import {
  cosineSimilarity,
  dotProduct,
  euclideanDistance,
  mineBatchHard,
  mineSemiHard,
  softMarginLoss,
  squaredEuclideanDistance,
  tripletMarginLoss,
  unitRows,
  type Distance,
  type Relation,
  type Triplets,
} from './index.js';

const backend = await openBackend(underTest.device);
const { tf } = backend;

const distances: { distance: Distance; naive: (a: number[], b: number[]) => number }[] = [
  { distance: squaredEuclideanDistance, naive: naiveSquared },
  { distance: euclideanDistance, naive: naiveEuclidean },
  { distance: cosineSimilarity, naive: naiveCosine },
  { distance: dotProduct, naive: naiveDot },
];

/** Random rows, already rounded to float32. */
function randomRows(count: number, dim: number, seed: number, isUnit = true): Rows {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => Array.from({ length: dim }, () => random.between(-1, 1)));
  return rows.map((row) => (isUnit ? naiveUnit(row) : row).map(Math.fround));
}

function randomRelation(count: number, seed: number, part: 'shape' | 'colour' | 'joined'): Relation {
  const random = new Random(seed);
  const product = Int32Array.from({ length: count }, () => random.int(Math.ceil(count / 2)));
  const style = product.map((label) => label >> 1);
  // About one photo in eight occurs twice.
  const photo = Int32Array.from({ length: count }, (_, row) => (random.next() < 0.125 ? Math.max(row - 1, 0) : row));
  return {
    positive: part === 'shape' ? style : product,
    negative: part === 'colour' ? product : style,
    photo,
  };
}

function naiveRelation({ positive, negative, photo }: Relation) {
  return { positive: [...positive], negative: [...negative], photo: [...photo] };
}

function relationOf(labels: number[]): Relation {
  const positive = Int32Array.from(labels);
  return { positive, negative: positive, photo: Int32Array.from(labels, (_, row) => row) };
}

function triplesOf({ anchors, positives, negatives }: Triplets): Triple[] {
  return [...anchors].map((anchor, at) => [anchor, positives[at] ?? -1, negatives[at] ?? -1]);
}

function tripletsOf(triples: Triple[]): Triplets {
  return {
    anchors: Int32Array.from(triples, ([anchor]) => anchor),
    positives: Int32Array.from(triples, ([, positive]) => positive),
    negatives: Int32Array.from(triples, ([, , negative]) => negative),
  };
}

const asSet = (triples: Triple[]) => new Set(triples.map((triple) => triple.join(',')));
const flat = (rows: Rows) => Float32Array.from(rows.flat());

/** Value and gradient of a loss over rows. */
function lossAndGradient(rows: Rows, loss: (embeddings: Tensor2D) => ReturnType<typeof softMarginLoss>) {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((embeddings) => loss(embeddings as Tensor2D))(tf.tensor2d(rows));
    return { value: value.dataSync()[0] as number, gradient: [...grad.dataSync()] };
  });
}

/** A point of the unit circle. */
const onCircle = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let k = 0; k < actual.length; k += 1) {
    expect(Math.abs((actual[k] as number) - (expected[k] as number))).toBeLessThanOrEqual(tolerance);
  }
}

describe.each(distances)('$distance.name', ({ distance, naive }) => {
  it('equals the loop over pairs, as matrix, rows and plain numbers', () => {
    const a = randomRows(7, 5, 1, false);
    const b = randomRows(7, 5, 2, false);
    tf.tidy(() => {
      const matrix = distance.matrix(tf.tensor2d(a), tf.tensor2d(b)).dataSync();
      expectNear(
        matrix,
        a.flatMap((x) => b.map((y) => naive(x, y))),
        1e-5,
      );
      const rows = distance.rows(tf.tensor2d(a), tf.tensor2d(b)).dataSync();
      expectNear(
        rows,
        a.map((x, i) => naive(x, b[i] ?? [])),
        1e-5,
      );
    });
    expectNear(
      distance.pairwise(flat(a), 5),
      a.flatMap((x) => a.map((y) => naive(x, y))),
      1e-5,
    );
  });

  it('is symmetric to the last bit in plain numbers', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const matrix = distance.pairwise(flat(randomRows(6, 4, seed, false)), 4);
        for (let i = 0; i < 6; i += 1) for (let j = 0; j < 6; j += 1) expect(matrix[i * 6 + j]).toBe(matrix[j * 6 + i]);
      }),
      { numRuns: 25 },
    );
  });

  it('has a finite gradient between equal and zero vectors', () => {
    const rows = [
      [0.6, 0.8],
      [0.6, 0.8],
      [0, 0],
      [0, 0],
    ];
    const { gradient } = lossAndGradient(rows, (x) => tf.sum(distance.matrix(x, x)));
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('leaves no tensor behind', () => {
    const rows = randomRows(4, 3, 3);
    const leaked = countLeakedTensors(backend, () => {
      const x = tf.tensor2d(rows);
      tf.dispose([distance.matrix(x, x), distance.rows(x, x), x]);
    });
    expect(leaked).toBe(0);
  });
});

describe('distances on the unit circle', () => {
  it('are what geometry says', () => {
    tf.tidy(() => {
      const [a, b] = [tf.tensor2d([onCircle(10)]), tf.tensor2d([onCircle(70)])];
      expect(squaredEuclideanDistance.rows(a, b).dataSync()[0]).toBeCloseTo(2 - 2 * Math.cos(Math.PI / 3), 6);
      expect(euclideanDistance.rows(a, b).dataSync()[0]).toBeCloseTo(1, 6);
      expect(cosineSimilarity.rows(a, b).dataSync()[0]).toBeCloseTo(0.5, 6);
      expect(dotProduct.rows(tf.mul(a, 2), b).dataSync()[0]).toBeCloseTo(2 * 0.5, 6);
    });
  });
});

describe('unitRows', () => {
  it('equals division by the length and leaves zero rows at zero', () => {
    const rows = [...randomRows(5, 4, 4, false), [0, 0, 0, 0]];
    tf.tidy(() => expectNear(unitRows(tf.tensor2d(rows)).dataSync(), rows.map(naiveUnit).flat(), 1e-6));
  });

  it('has a finite gradient at zero', () => {
    const { gradient } = lossAndGradient([[0, 0, 0]], (x) => tf.sum(unitRows(x)));
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

const miners = [
  {
    name: 'mineBatchHard',
    mine: (matrix: Float32Array, relation: Relation) => mineBatchHard(matrix, relation, 'smaller'),
    naive: (matrix: Rows, relation: Relation) => naiveBatchHard(matrix, naiveRelation(relation)),
  },
  {
    name: 'mineSemiHard',
    mine: (matrix: Float32Array, relation: Relation) => mineSemiHard(matrix, relation, 0.2, 'smaller'),
    naive: (matrix: Rows, relation: Relation) => naiveSemiHard(matrix, naiveRelation(relation), 0.2),
  },
];

describe.each(miners)('$name', ({ name, mine, naive }) => {
  const parts = ['shape', 'colour', 'joined'] as const;

  it.each(parts)('finds what the triple loop finds, for the relation of the %s part', (part) => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 14 }), (seed, count) => {
        const matrix = squaredEuclideanDistance.pairwise(flat(randomRows(count, 3, seed)), 3);
        const square = Array.from({ length: count }, (_, i) => [...matrix.subarray(i * count, (i + 1) * count)]);
        const relation = randomRelation(count, seed + 1, part);
        expect(asSet(triplesOf(mine(matrix, relation)))).toEqual(asSet(naive(square, relation)));
      }),
      { numRuns: 60 },
    );
  });

  it('gives valid, distinct triples only, and all of an anchor that can have one', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...parts), (seed, part) => {
        const relation = randomRelation(12, seed, part);
        const matrix = squaredEuclideanDistance.pairwise(flat(randomRows(12, 3, seed)), 3);
        const triples = triplesOf(mine(matrix, relation));
        const valid = allTriples(naiveRelation(relation));
        expect(asSet(triples).size).toBe(triples.length);
        for (const triple of asSet(triples)) expect(asSet(valid)).toContain(triple);
        if (name === 'mineBatchHard') {
          expect(new Set(triples.map(([anchor]) => anchor))).toEqual(new Set(valid.map(([anchor]) => anchor)));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not care in which order the rows come', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const rows = randomRows(10, 3, seed);
        const labels = Array.from(randomRelation(10, seed, 'shape').positive);
        const order = new Random(seed).shuffled(rows.map((_, row) => row));
        const mined = (chosen: number[]) => {
          const matrix = squaredEuclideanDistance.pairwise(flat(chosen.map((row) => rows[row] ?? [])), 3);
          const triples = triplesOf(mine(matrix, relationOf(chosen.map((row) => labels[row] ?? -1))));
          return asSet(triples.map((triple) => triple.map((at) => chosen[at] ?? -1) as Triple));
        };
        expect(mined(order)).toEqual(mined(rows.map((_, row) => row)));
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same triples from similarities as from distances', () => {
    const rows = randomRows(12, 4, 5);
    const relation = randomRelation(12, 6, 'shape');
    const cosines = cosineSimilarity.pairwise(flat(rows), 4);
    const negated = cosines.map((cosine) => -cosine);
    const fromSimilarities =
      name === 'mineBatchHard'
        ? mineBatchHard(cosines, relation, 'larger')
        : mineSemiHard(cosines, relation, 0.2, 'larger');
    expect(fromSimilarities).toEqual(mine(negated, relation));
    expect(fromSimilarities.anchors.length).toBeGreaterThan(0);
  });

  it.each([
    ['an empty batch', []],
    ['one class', [0, 0, 0]],
    ['singletons', [0, 1, 2]],
  ])('finds nothing in %s', (_, labels) => {
    const matrix = new Float32Array(labels.length ** 2);
    expect(mine(matrix, relationOf(labels)).anchors).toHaveLength(0);
  });

  it('breaks ties by the lower row', () => {
    // All six rows are one point: every distance is 0.
    const triples = triplesOf(mine(new Float32Array(36), relationOf([0, 0, 0, 1, 1, 1])));
    expect(triples).toContainEqual([0, 1, 3]);
    expect(triples).toContainEqual([3, 4, 0]);
  });

  it('takes no photo as its own positive, though it stands in the batch twice', () => {
    const relation = { ...relationOf([0, 0, 1, 1]), photo: Int32Array.of(7, 7, 8, 9) };
    const matrix = squaredEuclideanDistance.pairwise(
      flat([
        [1, 0],
        [1, 0],
        [0.9, 0.1],
        [0, 1],
      ]),
      2,
    );
    expect(triplesOf(mine(matrix, relation)).every(([anchor]) => anchor >= 2)).toBe(true);
  });
});

describe('mineSemiHard on the unit circle', () => {
  /** Anchor at 0 degrees, positive at 60 (squared distance 1), one negative elsewhere; margin .5. */
  const mined = (...negatives: number[]) => {
    const rows = [0, 60, ...negatives].map(onCircle);
    const matrix = squaredEuclideanDistance.pairwise(flat(rows), 2);
    const triples = triplesOf(
      mineSemiHard(matrix, relationOf([0, 0, ...negatives.map((_, i) => i + 1)]), 0.5, 'smaller'),
    );
    return triples.filter(([anchor]) => anchor === 0);
  };

  it('takes the nearest negative of the band', () => {
    // 2 - 2 cos: 65 degrees 1.155, 70 degrees 1.316, both in (1, 1.5); 100 degrees 2.347, beyond.
    expect(mined(-70, -65, -100)).toEqual([[0, 1, 3]]);
  });

  it('falls back to the farthest of the nearer negatives when the band is empty', () => {
    expect(mined(-20, -50, -100)).toEqual([[0, 1, 3]]);
  });

  it('gives no triplet when every negative keeps the margin', () => {
    expect(mined(-100, -120)).toEqual([]);
  });
});

describe('mineBatchHard on the unit circle', () => {
  it('takes the farthest positive and the nearest negative', () => {
    const matrix = squaredEuclideanDistance.pairwise(flat([0, 30, 60, -50, -20].map(onCircle)), 2);
    const triples = triplesOf(mineBatchHard(matrix, relationOf([0, 0, 0, 1, 1]), 'smaller'));
    expect(triples).toContainEqual([0, 2, 4]);
    expect(triples).toContainEqual([3, 4, 0]);
  });
});

const withMargin = (margin: number) => ({ margin, swap: false, smooth: false, mean: 'all' as const });

const losses = [
  {
    name: 'tripletMarginLoss',
    loss: (x: Tensor2D, triplets: Triplets, distance: Distance) =>
      tripletMarginLoss(x, triplets, distance, withMargin(0.2)),
    naive: (rows: Rows, triples: Triple[], distance: (a: number[], b: number[]) => number) =>
      naiveMarginLoss(rows, triples, distance, 0.2),
  },
  { name: 'softMarginLoss', loss: softMarginLoss, naive: naiveSoftMarginLoss },
];

describe.each(losses)('$name', ({ loss, naive }) => {
  const rows = randomRows(9, 4, 8);
  const relation = randomRelation(9, 9, 'shape');
  const triples = allTriples(naiveRelation(relation));

  it.each([
    { distance: squaredEuclideanDistance, naiveDistance: naiveSquared },
    { distance: euclideanDistance, naiveDistance: naiveEuclidean },
    { distance: cosineSimilarity, naiveDistance: (a: number[], b: number[]) => -naiveCosine(a, b) },
  ])('equals the loop over triples, value and gradient, on $distance.name', ({ distance, naiveDistance }) => {
    expect(triples.length).toBeGreaterThan(5);
    const { value, gradient } = lossAndGradient(rows, (x) => loss(x, tripletsOf(triples), distance));
    const naiveLoss = (moved: Rows) => naive(moved, triples, naiveDistance);
    expect(Math.abs(value - naiveLoss(rows))).toBeLessThan(1e-5);
    expectNear(gradient, naiveGradient(naiveLoss, rows).flat(), 1e-4);
  });

  it('is exactly 0 with a gradient of zeros when there is no triplet', () => {
    const { value, gradient } = lossAndGradient(rows, (x) => loss(x, tripletsOf([]), squaredEuclideanDistance));
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });

  it('has a finite gradient when anchor, positive and negative are one point', () => {
    const { value, gradient } = lossAndGradient(
      [
        [0.6, 0.8],
        [0.6, 0.8],
        [0.6, 0.8],
      ],
      (x) => loss(x, tripletsOf([[0, 1, 2]]), euclideanDistance),
    );
    expect(Number.isFinite(value)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it('does not care in which order the triplets come', () => {
    const valueOf = (order: Triple[]) =>
      lossAndGradient(rows, (x) => loss(x, tripletsOf(order), squaredEuclideanDistance)).value;
    expect(valueOf(new Random(1).shuffled(triples))).toBeCloseTo(valueOf(triples), 5);
  });

  it('leaves no tensor behind', () => {
    const leaked = countLeakedTensors(backend, () => {
      const x = tf.tensor2d(rows);
      tf.dispose([loss(x, tripletsOf(triples), euclideanDistance), x]);
    });
    expect(leaked).toBe(0);
  });
});

describe('tripletMarginLoss', () => {
  it('is what the unit circle says', () => {
    // Positive at 60 degrees (squared distance 1), negative at 90 (squared distance 2): 1 - 2 + margin.
    const rows = [0, 60, 90].map(onCircle);
    const value = (margin: number) =>
      lossAndGradient(rows, (x) =>
        tripletMarginLoss(x, tripletsOf([[0, 1, 2]]), squaredEuclideanDistance, withMargin(margin)),
      ).value;
    expect(value(1.5)).toBeCloseTo(1 - 2 + 1.5, 5);
    expect(value(0.2)).toBe(0);
  });

  it('is exactly 0 with a gradient of zeros when every triplet keeps the margin', () => {
    const { value, gradient } = lossAndGradient([0, 10, 180].map(onCircle), (x) =>
      tripletMarginLoss(x, tripletsOf([[0, 1, 2]]), squaredEuclideanDistance, withMargin(0.2)),
    );
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });

  it('does not fall when the margin grows', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 2, noNaN: true }), (seed, margin) => {
        const rows = randomRows(6, 3, seed);
        const triplets = tripletsOf(allTriples(naiveRelation(relationOf([0, 0, 1, 1, 2, 2]))));
        const value = (at: number) =>
          lossAndGradient(rows, (x) => tripletMarginLoss(x, triplets, squaredEuclideanDistance, withMargin(at))).value;
        expect(value(margin + 0.1)).toBeGreaterThanOrEqual(value(margin));
      }),
      { numRuns: 20 },
    );
  });
});
