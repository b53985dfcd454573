/** Miners as sieves over all triples, slow and plain. Shares nothing with the library they are the oracle of. */
import { allTriples, type NaiveRelation, type Rows, type Triple } from './metric-learning.js';

/** Valid triples whose gap d(a, n) - d(a, p) passes. */
export function naiveByGap(distances: Rows, relation: NaiveRelation, passes: (gap: number) => boolean): Triple[] {
  return allTriples(relation).filter(([a, p, n]) => passes(between(distances, a, n) - between(distances, a, p)));
}

/**
 * For each anchor that has a triple: its nearest positive; of the triples with that positive the one whose negative is
 * nearest, or nearest beyond the positive.
 */
export function naiveBatchEasyHard(
  distances: Rows,
  relation: NaiveRelation,
  negatives: 'hard' | 'semi-hard',
): Triple[] {
  const triples = allTriples(relation);
  const anchors = [...new Set(triples.map(([anchor]) => anchor))];
  return anchors.flatMap((anchor) => {
    const own = triples.filter(([a]) => a === anchor);
    const nearest = Math.min(...own.map(([a, p]) => between(distances, a, p)));
    const positive = own.find(([a, p]) => between(distances, a, p) === nearest)?.[1];
    const allowed = own.filter(
      ([a, p, n]) => p === positive && (negatives === 'hard' || between(distances, a, n) > nearest),
    );
    const hardest = Math.min(...allowed.map(([a, , n]) => between(distances, a, n)));
    return allowed.filter(([a, , n]) => between(distances, a, n) === hardest).slice(0, 1);
  });
}

/** Chances of negatives by their distances on the unit sphere of `dim` dimensions, by powers rather than logarithms. */
export function naiveNegativeShares(
  distances: number[],
  dim: number,
  cutoff: number,
  nonzeroLossCutoff: number,
): number[] {
  const weights = distances.map((distance) => {
    if (distance >= nonzeroLossCutoff) return 0;
    const d = distance < cutoff ? cutoff : distance;
    return 1 / (Math.pow(d, dim - 2) * Math.pow(1 - (d * d) / 4, (dim - 3) / 2));
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 0 : weight / sum));
}

function between(distances: Rows, i: number, j: number): number {
  const distance = distances[i]?.[j];
  if (distance === undefined) throw new RangeError(`There is no distance between ${i} and ${j}.`);
  return distance;
}
