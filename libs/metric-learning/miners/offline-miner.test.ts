import { countLeakedTensors, openBackend } from '#compute';
import { DISTANCE_NAMES, type DistanceName, type MinerSettings, MINER_NAMES, Random } from '#foundation';
import { trainingSettingsSchema } from '#foundation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { underTest } from '../../../test/support/compute-under-test.js';
import {
  allTriples,
  naiveBatchHard,
  naiveCosine,
  naiveDot,
  naiveEuclidean,
  type NaiveRelation,
  naiveSemiHard,
  naiveSquared,
  type Rows,
  type Triple,
} from '../../../test/support/naive/metric-learning.js';
import { naiveBatchEasyHard, naiveByGap } from '../../../test/support/naive/miners.js';
import { DISTANCES } from '../distances/registry.js';
import { drawAnchors, mineOffline } from './offline-miner.js';
import { minerOf } from './registry.js';
import type { Relation } from './relation.js';

const backend = await openBackend(underTest.device);
const { tf } = backend;

const MARGIN = 0.75;
const MEASURES: Record<DistanceName, (a: number[], b: number[]) => number> = {
  'squared-euclidean': naiveSquared,
  euclidean: naiveEuclidean,
  cosine: naiveCosine,
  'dot-product': naiveDot,
};

/** What each miner may give, by the triple loop; distances are given with their smaller numbers nearer. */
const NAIVE: Record<MinerSettings['name'], (distances: Rows, relation: NaiveRelation) => Triple[]> = {
  all: (_, relation) => allTriples(relation),
  easy: (distances, relation) => naiveByGap(distances, relation, (gap) => gap > MARGIN),
  'semi-hard': (distances, relation) => naiveSemiHard(distances, relation, MARGIN),
  hard: (distances, relation) => naiveByGap(distances, relation, (gap) => gap <= 0),
  'batch-hard': naiveBatchHard,
  'batch-easy-hard': (distances, relation) => naiveBatchEasyHard(distances, relation, 'hard'),
  // Nothing is beyond its cutoff here, so that any negative may be drawn.
  'distance-weighted': (_, relation) => allTriples(relation),
  'semi-hard-then-hard': (distances, relation) => naiveSemiHard(distances, relation, MARGIN),
};

function settingsOf(name: MinerSettings['name']): MinerSettings {
  const members = ['easy', 'semi-hard', 'semi-hard-then-hard'].includes(name) ? { margin: MARGIN } : {};
  const { miner } = trainingSettingsSchema.parse({ miner: { name, ...members } });
  if (miner === null) throw new Error('Soft margin needs a miner.');
  return miner;
}

/**
 * Corners of a cube, so that all distances are exact in float32, ties and duplicates occur, and zero is among them; labels of
 * products and styles, and photos that stand there twice.
 */
function randomPhotos(count: number, seed: number) {
  const random = new Random(seed);
  const rows = Array.from({ length: count }, () => Array.from({ length: 4 }, () => random.int(2) / 2));
  const product = Array.from({ length: count }, () => random.int(Math.ceil(count / 3)));
  const photo = rows.map((_, row) => (random.next() < 0.1 ? Math.max(row - 1, 0) : row));
  const style = product.map((label) => label >> 1);
  return { rows, relation: { positive: product, negative: random.next() < 0.5 ? product : style, photo } };
}

const typed = ({ positive, negative, photo }: NaiveRelation): Relation => ({
  positive: Int32Array.from(positive),
  negative: Int32Array.from(negative),
  photo: Int32Array.from(photo),
});

function mined(
  { rows, relation }: { rows: Rows; relation: NaiveRelation },
  { name, distance, seed }: { name: MinerSettings['name']; distance: DistanceName; seed: number },
) {
  const embeddings = tf.tensor2d(rows, [rows.length, 4]);
  const random = new Random(seed);
  const chosen = minerOf(settingsOf(name), DISTANCES[distance], 4, { progress: 0, random });
  const anchors = drawAnchors(typed(relation), rows.length, random);
  const found = mineOffline(embeddings, typed(relation), anchors, chosen, DISTANCES[distance], random);
  embeddings.dispose();
  const triples = [...found.anchors].map((a, at): Triple => [a, found.positives[at] ?? -1, found.negatives[at] ?? -1]);
  return { ...found, triples };
}

const setOf = (triples: Triple[]) => new Set(triples.map(String));
const cases = MINER_NAMES.flatMap((name) => DISTANCE_NAMES.map((distance) => ({ name, distance })));

describe.each(cases)('mineOffline, $name on $distance', ({ name, distance }) => {
  const between = MEASURES[distance];
  const sign = DISTANCES[distance].nearer === 'smaller' ? 1 : -1;

  it('gives, for each anchor that the triple loop finds something for, one of that', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 16 }), (seed, count) => {
        const photos = randomPhotos(count, seed);
        // In steps of float32, where ties are ties.
        const square = photos.rows.map((a) => photos.rows.map((b) => sign * Math.fround(between(a, b))));
        const possible = NAIVE[name](square, photos.relation);
        const { triples } = mined(photos, { name, distance, seed });
        for (const triple of setOf(triples)) expect(setOf(possible)).toContain(triple);
        const anchorsOf = (of: Triple[]) => of.map(([anchor]) => anchor).sort((a, b) => a - b);
        expect(anchorsOf(triples)).toEqual([...new Set(anchorsOf(possible))]);
      }),
      { numRuns: 60 },
    );
  });

  it('measures them in the distance of the training', () => {
    const photos = randomPhotos(20, 5);
    const { triples, toPositive, toNegative } = mined(photos, { name, distance, seed: 5 });
    triples.forEach(([a, p, n], at) => {
      expect(toPositive[at]).toBeCloseTo(between(photos.rows[a]!, photos.rows[p]!), 5);
      expect(toNegative[at]).toBeCloseTo(between(photos.rows[a]!, photos.rows[n]!), 5);
    });
  });
});

describe('mineOffline', () => {
  const facing = { rows: [[0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]], relation: { positive: [0, 0, 0, 1, 2], negative: [0, 0, 0, 1, 2], photo: [0, 1, 2, 3, 4] } }; // prettier-ignore
  const all = { name: 'all', distance: 'euclidean' } as const;

  it('draws each of what the miner finds about as often', () => {
    const counts = new Map<string, number>();
    const draws = 2_000;
    for (let seed = 0; seed < draws; seed += 1) {
      const [first] = mined(facing, { ...all, seed }).triples.filter(([anchor]) => anchor === 0);
      counts.set(String(first), (counts.get(String(first)) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['0,1,3', '0,1,4', '0,2,3', '0,2,4']);
    const standardError = Math.sqrt((0.25 * 0.75) / draws);
    for (const count of counts.values()) expect(Math.abs(count / draws - 0.25)).toBeLessThan(4 * standardError);
  });

  it('repeats itself with one seed, and not with another', () => {
    const photos = randomPhotos(24, 3);
    const triples = (seed: number) => mined(photos, { ...all, seed }).triples;
    expect(triples(1)).toEqual(triples(1));
    expect(triples(1)).not.toEqual(triples(2));
  });

  it('finds the hardest of more rows than it compares at once', () => {
    const random = new Random(8);
    const rows = Array.from({ length: 2_100 }, () =>
      Array.from({ length: 4 }, () => Math.fround(random.between(-1, 1))),
    );
    const positive = rows.map((_, row) => row % 700);
    const relation = { positive, negative: positive, photo: rows.map((_, row) => row) };
    const { triples } = mined({ rows, relation }, { name: 'batch-hard', distance: 'squared-euclidean', seed: 1 });
    expect(triples).toHaveLength(2_100);
    for (const [anchor, p, n] of triples) {
      const to = (row: number) => naiveSquared(rows[anchor]!, rows[row]!);
      for (let row = 0; row < rows.length; row += 1) {
        if (row === anchor) continue;
        if (positive[row] === positive[anchor]) expect(to(row)).toBeLessThan(to(p) + 1e-5);
        else if (to(row) < to(n) - 1e-5) throw new Error(`${row} is nearer to ${anchor} than ${n}.`);
      }
    }
  });

  it('leaves no tensor behind', () => {
    expect(countLeakedTensors(backend, () => mined(randomPhotos(12, 1), { ...all, seed: 1 }))).toBe(0);
  });
});

describe('drawAnchors', () => {
  const positive = Int32Array.of(5, 5, 6, 7, 7, 8, 8);
  const photo = Int32Array.of(0, 1, 2, 3, 3, 4, 5);

  it('gives rows that have another photo as a positive, each once and in any order', () => {
    const drawn = Array.from({ length: 20 }, (_, seed) => drawAnchors({ positive, photo }, 9, new Random(seed)));
    for (const anchors of drawn) expect([...anchors].sort()).toEqual([0, 1, 5, 6]);
    expect(new Set(drawn.map(String)).size).toBeGreaterThan(1);
  });

  it('gives no more than are wanted, and none of nothing', () => {
    expect(drawAnchors({ positive, photo }, 3, new Random(1))).toHaveLength(3);
    expect(drawAnchors({ positive: new Int32Array(), photo: new Int32Array() }, 3, new Random(1))).toEqual([]);
  });
});
