import { Random } from '#foundation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allTriples,
  naiveEuclidean,
  naiveUnit,
  type Rows,
  type Triple,
} from '../../../test/support/naive/metric-learning.js';
import { naiveBatchEasyHard, naiveByGap, naiveNegativeShares } from '../../../test/support/naive/miners.js';
import { cosineSimilarity } from '../distances/cosine-similarity.js';
import { squaredEuclideanDistance } from '../distances/squared-euclidean-distance.js';
import { mineAll } from './all-miner.js';
import { mineBatchEasyHard } from './batch-easy-hard-miner.js';
import { mineDistanceWeighted, negativeShares } from './distance-weighted-miner.js';
import { mineByGap } from './gap-miner.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

const MARGIN = 0.2;
const WEIGHTING = { cutoff: 0.5, nonzeroLossCutoff: 1.4 };
const DIM = 3;

type Mine = (embeddings: Float32Array, relation: Relation, nearer?: 'smaller' | 'larger') => Triplets;

/** Squared distances, or the same turned into similarities. */
function matrixOf(embeddings: Float32Array, nearer: 'smaller' | 'larger'): Float32Array {
  const distances = squaredEuclideanDistance.pairwise(embeddings, DIM);
  return nearer === 'smaller' ? distances : distances.map((distance) => -distance);
}

const byGap =
  (difficulty: 'easy' | 'semi-hard' | 'hard'): Mine =>
  (embeddings, relation, nearer = 'smaller') =>
    mineByGap(matrixOf(embeddings, nearer), relation, MARGIN, nearer, difficulty);
const easyPositive =
  (negatives: 'hard' | 'semi-hard'): Mine =>
  (embeddings, relation, nearer = 'smaller') =>
    mineBatchEasyHard(matrixOf(embeddings, nearer), relation, nearer, negatives);

const exact: { name: string; mine: Mine; naive: (distances: Rows, relation: Relation) => Triple[] }[] = [
  { name: 'all', mine: (_, relation) => mineAll(relation), naive: (_, relation) => allTriples(naiveOf(relation)) },
  {
    name: 'easy',
    mine: byGap('easy'),
    naive: (distances, relation) => naiveByGap(distances, naiveOf(relation), (gap) => gap > MARGIN),
  },
  {
    name: 'semi-hard',
    mine: byGap('semi-hard'),
    naive: (distances, relation) => naiveByGap(distances, naiveOf(relation), (gap) => gap > 0 && gap <= MARGIN),
  },
  {
    name: 'hard',
    mine: byGap('hard'),
    naive: (distances, relation) => naiveByGap(distances, naiveOf(relation), (gap) => gap <= 0),
  },
  {
    name: 'batch-easy-hard',
    mine: easyPositive('hard'),
    naive: (distances, relation) => naiveBatchEasyHard(distances, naiveOf(relation), 'hard'),
  },
  {
    name: 'batch-easy-semi-hard',
    mine: easyPositive('semi-hard'),
    naive: (distances, relation) => naiveBatchEasyHard(distances, naiveOf(relation), 'semi-hard'),
  },
];
const distanceWeighted: Mine = (embeddings, relation) =>
  mineDistanceWeighted(embeddings, DIM, relation, WEIGHTING, new Random(1));
const every = [...exact, { name: 'distance-weighted', mine: distanceWeighted }];

/**
 * Rows of the unit sphere, some of them twice and some zero, so that ties and duplicates occur; labels of products and
 * styles, and some photos that stand in the batch twice.
 */
const batches = fc
  .record({
    seed: fc.integer(),
    count: fc.integer({ min: 0, max: 14 }),
    part: fc.constantFrom('shape', 'colour', 'joined'),
  })
  .map(({ seed, count, part }) => {
    const random = new Random(seed);
    const rows: Rows = [];
    for (let row = 0; row < count; row += 1) {
      const chance = random.next();
      const fresh = naiveUnit([random.between(-1, 1), random.between(-1, 1), random.between(-1, 1)]).map(Math.fround);
      rows.push(chance < 0.1 ? [0, 0, 0] : chance < 0.3 ? (rows[random.int(row)] ?? fresh) : fresh);
    }
    const product = Int32Array.from({ length: count }, () => random.int(Math.ceil(count / 2)));
    const style = product.map((label) => label >> 1);
    const photo = Int32Array.from({ length: count }, (_, row) => (random.next() < 0.125 ? Math.max(row - 1, 0) : row));
    const relation: Relation = {
      positive: part === 'shape' ? style : product,
      negative: part === 'colour' ? product : style,
      photo,
    };
    return { embeddings: Float32Array.from(rows.flat()), relation };
  });

function naiveOf({ positive, negative, photo }: Relation) {
  return { positive: [...positive], negative: [...negative], photo: [...photo] };
}

function relationOf(labels: number[]): Relation {
  const positive = Int32Array.from(labels);
  return { positive, negative: positive, photo: Int32Array.from(labels, (_, row) => row) };
}

function triplesOf({ anchors, positives, negatives }: Triplets): Triple[] {
  return [...anchors].map((anchor, at) => [anchor, positives[at] ?? -1, negatives[at] ?? -1]);
}

const asSet = (triples: Triple[]) => new Set(triples.map((triple) => triple.join(',')));
const onCircle = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180), 0];
const embeddingsOf = (...degrees: number[]) => Float32Array.from(degrees.flatMap(onCircle));

describe.each(exact)('$name', ({ mine, naive }) => {
  it('finds what the triple loop finds, with ties, duplicates and zero vectors', () => {
    fc.assert(
      fc.property(batches, ({ embeddings, relation }) => {
        const count = relation.photo.length;
        const matrix = matrixOf(embeddings, 'smaller');
        const square = Array.from({ length: count }, (_, i) => [...matrix.subarray(i * count, (i + 1) * count)]);
        expect(asSet(triplesOf(mine(embeddings, relation)))).toEqual(asSet(naive(square, relation)));
      }),
      { numRuns: 150 },
    );
  });

  it('finds the same in similarities', () => {
    fc.assert(
      fc.property(batches, ({ embeddings, relation }) => {
        expect(mine(embeddings, relation, 'larger')).toEqual(mine(embeddings, relation, 'smaller'));
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(every)('$name', ({ mine }) => {
  it('gives valid triplets only, and none twice', () => {
    fc.assert(
      fc.property(batches, ({ embeddings, relation }) => {
        const mined = triplesOf(mine(embeddings, relation));
        const valid = asSet(allTriples(naiveOf(relation)));
        expect(asSet(mined).size).toBe(mined.length);
        for (const triple of asSet(mined)) expect(valid).toContain(triple);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['an empty batch', []],
    ['one row', [0]],
    ['one class', [0, 0, 0]],
    ['singletons', [0, 1, 2]],
  ])('finds nothing in %s', (_, labels) => {
    expect(mine(embeddingsOf(...labels.map((_label, row) => 25 * row)), relationOf(labels)).anchors).toHaveLength(0);
  });

  it('leaves an anchor without a positive out and takes it as a negative', () => {
    const mined = triplesOf(mine(embeddingsOf(0, 30, 32), relationOf([0, 0, 1])));
    expect(mined.every(([anchor]) => anchor !== 2)).toBe(true);
    expect(mined.every(([, , negative]) => negative === 2)).toBe(true);
  });

  it('takes rows that are no number for no reason to stop', () => {
    const embeddings = embeddingsOf(0, 30, 60, 90).fill(NaN);
    expect(() => mine(embeddings, relationOf([0, 0, 1, 1]))).not.toThrow();
  });
});

describe('easy, semi-hard and hard', () => {
  it('are all valid triplets together, and no triplet is of two kinds', () => {
    fc.assert(
      fc.property(batches, ({ embeddings, relation }) => {
        const kinds = (['easy', 'semi-hard', 'hard'] as const).map((kind) =>
          asSet(triplesOf(byGap(kind)(embeddings, relation))),
        );
        const sizes = kinds.reduce((sum, { size }) => sum + size, 0);
        const together = new Set(kinds.flatMap((kind) => [...kind]));
        expect(together).toEqual(asSet(triplesOf(mineAll(relation))));
        expect(sizes).toBe(together.size);
      }),
      { numRuns: 100 },
    );
  });

  it('are told apart on the unit circle', () => {
    // Anchor 0 degrees, positive 60 (squared distance 1); negatives at 50 (.714), 65 (1.155) and 90 (2).
    const relation = relationOf([0, 0, 1, 2, 3]);
    const ofAnchor = (kind: 'easy' | 'semi-hard' | 'hard') =>
      triplesOf(byGap(kind)(embeddingsOf(0, 60, -50, -65, -90), relation)).filter(([anchor]) => anchor === 0);
    expect(ofAnchor('hard')).toEqual([[0, 1, 2]]);
    expect(ofAnchor('semi-hard')).toEqual([[0, 1, 3]]);
    expect(ofAnchor('easy')).toEqual([[0, 1, 4]]);
  });

  it('count a negative as far as the positive as hard', () => {
    expect(triplesOf(byGap('hard')(embeddingsOf(0, 60, -60), relationOf([0, 0, 1])))).toContainEqual([0, 1, 2]);
    const duplicates = embeddingsOf(10, 10, 10);
    expect(byGap('hard')(duplicates, relationOf([0, 0, 1])).anchors).toHaveLength(2);
  });
});

describe('batch-easy-hard', () => {
  // Anchor 0 degrees; positives at 20 and 60; negatives at 10, 30 and 90.
  const embeddings = embeddingsOf(0, 60, 20, -10, -30, -90);
  const relation = relationOf([0, 0, 0, 1, 2, 3]);

  it('takes the nearest positive and the nearest negative', () => {
    expect(triplesOf(easyPositive('hard')(embeddings, relation))).toContainEqual([0, 2, 3]);
  });

  it('takes the nearest negative behind the positive for semi-hard', () => {
    expect(triplesOf(easyPositive('semi-hard')(embeddings, relation))).toContainEqual([0, 2, 4]);
  });

  it('breaks ties by the lower row', () => {
    const tied = easyPositive('hard')(embeddingsOf(0, 0, 0, 90, 90), relationOf([0, 0, 0, 1, 1]));
    expect(triplesOf(tied)).toContainEqual([0, 1, 3]);
  });
});

describe('distance-weighted', () => {
  it('weighs negatives as the powers of the paper do, in 2 to 128 dimensions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 2, max: 128 }),
        (distances, dim) => {
          const shares = negativeShares(distances, dim, WEIGHTING);
          const naive = naiveNegativeShares(distances, dim, WEIGHTING.cutoff, WEIGHTING.nonzeroLossCutoff);
          shares.forEach((share, at) => expect(Math.abs(share - (naive[at] ?? NaN))).toBeLessThan(1e-9));
          const sum = shares.reduce((total, share) => total + share, 0);
          expect(Math.abs(sum - (distances.some((d) => d < WEIGHTING.nonzeroLossCutoff) ? 1 : 0))).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it('stays finite where powers do not', () => {
    // 0.5^-4094 is beyond the largest number.
    expect(negativeShares([0, 0.1, 1.39, 2], 4096, WEIGHTING)).toEqual([0.5, 0.5, 0, 0]);
    expect(negativeShares([1.39, 1.3], 4096, WEIGHTING).every(Number.isFinite)).toBe(true);
  });

  it('draws negatives as often as their shares say', () => {
    const embeddings = embeddingsOf(0, 5, 40, -55, 70, -80);
    const relation = relationOf([0, 0, 1, 2, 3, 4]);
    const distances = [40, -55, 70, -80].map((degrees) => naiveEuclidean(onCircle(0), onCircle(degrees)));
    const shares = naiveNegativeShares(distances, DIM, WEIGHTING.cutoff, WEIGHTING.nonzeroLossCutoff);
    const random = new Random(7);
    const draws = 4000;
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < draws; draw += 1) {
      const [first] = triplesOf(mineDistanceWeighted(embeddings, DIM, relation, WEIGHTING, random));
      const place = (first?.[2] ?? 0) - 2;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    counts.forEach((count, at) => {
      const share = shares[at] ?? 0;
      const standardError = Math.sqrt((share * (1 - share)) / draws);
      expect(Math.abs(count / draws - share)).toBeLessThan(4 * standardError + 1e-12);
    });
  });

  it('draws one negative for each pair of anchor and positive', () => {
    const mined = triplesOf(distanceWeighted(embeddingsOf(0, 10, 20, 50), relationOf([0, 0, 0, 1])));
    expect(mined.map(([anchor, positive]) => `${anchor},${positive}`)).toEqual([
      '0,1',
      '0,2',
      '1,0',
      '1,2',
      '2,0',
      '2,1',
    ]);
  });

  it('leaves an anchor out whose negatives are all too far to cost anything', () => {
    // 120 degrees are sqrt(3) apart, beyond 1.4.
    expect(distanceWeighted(embeddingsOf(0, 10, 130), relationOf([0, 0, 1])).anchors).toHaveLength(0);
  });

  it('repeats itself with the same seed and differs with another', () => {
    const angles = Array.from({ length: 24 }, (_, row) => 3 * row);
    const relation = relationOf(angles.map((_, row) => row % 6));
    const mined = (seed: number) =>
      mineDistanceWeighted(embeddingsOf(...angles), DIM, relation, WEIGHTING, new Random(seed));
    expect(mined(1)).toEqual(mined(1));
    expect(mined(1)).not.toEqual(mined(2));
  });
});

it('similarity is a direction, not another order', () => {
  const embeddings = embeddingsOf(0, 60, -50, -65, -90);
  const relation = relationOf([0, 0, 1, 2, 3]);
  const cosines = cosineSimilarity.pairwise(embeddings, DIM);
  // Squared distances are 2 - 2 cos, so that half the margin of distances is the margin of cosines.
  expect(mineByGap(cosines, relation, MARGIN / 2, 'larger', 'semi-hard')).toEqual(
    byGap('semi-hard')(embeddings, relation),
  );
});
