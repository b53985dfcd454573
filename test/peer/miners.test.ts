import { Random } from '#foundation';
import {
  cosineSimilarity,
  type Distance,
  dotProduct,
  euclideanDistance,
  mineAll,
  mineBatchEasyHard,
  mineBatchHard,
  mineByGap,
  mineSemiHard,
  negativeShares,
  type Relation,
  squaredEuclideanDistance,
  type Triplets,
} from '#metric-learning';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mineTriplets } from '../../libs/metric-learning/miners/registry.js';
import { readGolden } from './golden.js';

const triples = z.array(z.tuple([z.int(), z.int(), z.int()]));
type Triple = z.output<typeof triples>[number];
const MINERS = [
  'easy',
  'semi-hard',
  'hard',
  'facenet',
  'batch-hard',
  'batch-easy-hard',
  'batch-easy-semi-hard',
] as const;
const DISTANCES = {
  'squared-euclidean': squaredEuclideanDistance,
  euclidean: euclideanDistance,
  cosine: cosineSimilarity,
  'dot-product': dotProduct,
};
const golden = readGolden(
  'miners',
  z.strictObject({
    cutoff: z.number(),
    nonzeroLossCutoff: z.number(),
    cases: z.array(
      z.object({
        name: z.string(),
        dim: z.int(),
        embeddings: z.array(z.array(z.number())),
        labels: z.array(z.int()),
        margin: z.number(),
        all: triples,
        distances: z.record(
          z.enum(Object.keys(DISTANCES) as (keyof typeof DISTANCES)[]),
          z.record(z.enum(MINERS), triples),
        ),
        distanceWeighted: z.object({ shares: z.array(z.array(z.number()).nullable()), drawn: triples }).nullable(),
      }),
    ),
  }),
);

const mine: Record<
  (typeof MINERS)[number],
  (distances: Float32Array, relation: Relation, margin: number, nearer: Distance['nearer']) => Triplets
> = {
  easy: (distances, relation, margin, nearer) => mineByGap(distances, relation, margin, nearer, 'easy'),
  'semi-hard': (distances, relation, margin, nearer) => mineByGap(distances, relation, margin, nearer, 'semi-hard'),
  hard: (distances, relation, margin, nearer) => mineByGap(distances, relation, margin, nearer, 'hard'),
  facenet: mineSemiHard,
  'batch-hard': (distances, relation, _, nearer) => mineBatchHard(distances, relation, nearer),
  'batch-easy-hard': (distances, relation, _, nearer) => mineBatchEasyHard(distances, relation, nearer, 'hard'),
  'batch-easy-semi-hard': (distances, relation, _, nearer) =>
    mineBatchEasyHard(distances, relation, nearer, 'semi-hard'),
};

function triplesOf({ anchors, positives, negatives }: Triplets): Triple[] {
  return [...anchors].map((anchor, at) => [anchor, positives[at] ?? -1, negatives[at] ?? -1]);
}

describe.each(golden.cases)('$name', ({ dim, embeddings, labels, margin, all, distances }) => {
  const positive = Int32Array.from(labels);
  const relation: Relation = { positive, negative: positive, photo: Int32Array.from(labels, (_, row) => row) };
  const rows = Float32Array.from(embeddings.flat());

  it('has the same valid triples', () => {
    expect(new Set(triplesOf(mineAll(relation)).map(String))).toEqual(new Set(all.map(String)));
  });

  describe.each(Object.keys(DISTANCES) as (keyof typeof DISTANCES)[])('%s', (name) => {
    const distance = DISTANCES[name];
    const matrix = distance.pairwise(rows, dim);
    /** Between equally near rows either side may choose: such triples are equal where their distances are. */
    const wordsOf = ([anchor, p, n]: Triple) =>
      [anchor, ...[p, n].map((other) => matrix[anchor * labels.length + other]?.toPrecision(5))].join(' ');

    it.each(MINERS)('gives the same triples: %s', (miner) => {
      const mined = triplesOf(mine[miner](matrix, relation, margin, distance.nearer));
      const expected = distances[name]?.[miner] ?? [];
      const isTied = new Set(mined.map(wordsOf)).size < mined.length;
      const comparable = isTied ? wordsOf : String;
      expect(new Set(mined.map(comparable))).toEqual(new Set(expected.map(comparable)));
      expect(mined).toHaveLength(expected.length);
    });

    it.each([
      [0.49, 'facenet'],
      [0.5, 'batch-hard'],
    ] as const)('gives the triples of the schedule, after %d of the steps: %s', (progress, miner) => {
      const batch = { embeddings: rows, dim, distance, distances: matrix, relation, progress };
      const settings = { name: 'semi-hard-then-hard', margin, until: 0.5 } as const;
      const { triplets } = mineTriplets({ ...batch, random: new Random(1) }, settings);
      expect(triplets).toEqual(mine[miner](matrix, relation, margin, distance.nearer));
    });
  });
});

const drawn = golden.cases.flatMap(({ distanceWeighted, ...rest }) =>
  distanceWeighted === null ? [] : [{ ...rest, ...distanceWeighted }],
);

describe.each(drawn)('$name', ({ dim, embeddings, labels, shares, drawn }) => {
  it('draws negatives by the same chances', () => {
    const matrix = euclideanDistance.pairwise(Float32Array.from(embeddings.flat()), dim);
    labels.forEach((label, anchor) => {
      const negatives = labels.flatMap((other, row) => (other === label ? [] : [row]));
      const own = negativeShares(
        negatives.map((negative) => matrix[anchor * labels.length + negative] ?? NaN),
        dim,
        golden,
      );
      own.forEach((share, at) => {
        const negative = negatives[at] ?? -1;
        // A row of null is one that has no chances there, because all negatives are too far.
        expect(Math.abs(share - (shares[anchor]?.[negative] ?? 0))).toBeLessThan(1e-4);
        if (drawn.some(([a, , n]) => a === anchor && n === negative)) expect(share).toBeGreaterThan(0);
      });
    });
  });
});
