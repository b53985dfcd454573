import { innerProduct, scaleQuery } from './parts.js';
import type { Neighbour } from './vector-index.js';

/** Neighbours among which a diverse answer is chosen. */
export const DIVERSITY_POOL = 200;

/**
 * Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each next result is the one with the largest
 * `(1 - diversity) * score - diversity * s`, where `s` is its similarity to the nearest result chosen before it. The best comes first, whatever the diversity; equal ones in the order given.
 *
 * @param pool best first
 * @param diversity in [0, 1]: 0 leaves the order as it is
 * @param dial at which results are compared with each other, in [0, 1]
 * @param count most to choose
 * @param scoreOf what a result is worth by itself. @default its similarity with its boost
 */
export function diversify<Found extends Neighbour>(
  pool: readonly Found[],
  diversity: number,
  dial: number,
  count: number,
  scoreOf: (neighbour: Found) => number = ({ similarity, boost }) => similarity + boost,
): Found[] {
  const left = pool.map((neighbour) => ({ neighbour, score: scoreOf(neighbour), nearestChosen: -Infinity }));
  const chosen: Found[] = [];
  while (left.length > 0 && chosen.length < count) {
    let best = 0;
    let bestValue = -Infinity;
    left.forEach(({ score, nearestChosen }, i) => {
      const penalty = chosen.length === 0 ? 0 : diversity * nearestChosen;
      const value = (chosen.length === 0 ? 1 : 1 - diversity) * score - penalty;
      if (value > bestValue) [best, bestValue] = [i, value];
    });
    const [{ neighbour } = never()] = left.splice(best, 1);
    chosen.push(neighbour);
    const scaled = scaleQuery(neighbour.embedding, dial);
    for (const candidate of left) {
      const similarity = innerProduct(scaled, candidate.neighbour.embedding);
      candidate.nearestChosen = Math.max(candidate.nearestChosen, similarity);
    }
  }
  return chosen;
}

function never(): never {
  throw new Error('There is nothing left to choose.');
}
