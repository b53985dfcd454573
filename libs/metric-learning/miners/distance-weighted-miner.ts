import type { Random } from '#foundation';
import { euclideanDistance } from '../distances/euclidean-distance.js';
import { type MineAnchor, mineEach } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

export interface DistanceWeighting {
  /** Distances below this count as this much, so that a few very near negatives do not drown the others. */
  cutoff: number;
  /** Negatives as far as this and farther are never drawn: they would cost nothing. Below 2. */
  nonzeroLossCutoff: number;
}

/** For each of the anchor's positives one negative, drawn by its Euclidean distance. */
export const weightedTriplets =
  (dim: number, weighting: DistanceWeighting, random: Random): MineAnchor =>
  ({ positives, negatives, distanceTo }, found) => {
    if (positives.length === 0) return;
    const shares = negativeShares(Array.from(negatives, distanceTo), dim, weighting);
    for (const positive of positives) {
      const drawn = draw(shares, random);
      if (drawn >= 0) found(positive, negatives[drawn] as number);
    }
  };

/**
 * Distance-weighted sampling: for every pair of anchor and positive one negative, drawn so that all distances are about
 * equally frequent (Wu, Manmatha, Smola and Krähenbühl, "Sampling Matters in Deep Embedding Learning", arXiv 1706.07567,
 * section 4). Random points of a high-dimensional sphere lie about sqrt(2) apart, so that drawing evenly would hardly
 * ever draw a near one.
 *
 * The Euclidean distance of unit vectors is part of the method, whatever distance the loss measures. Anchors without a
 * positive, or whose negatives are all beyond the cutoff, are left out.
 *
 * @param embeddings [batch, dim], rows of unit length; a zero row is taken as it is
 */
export function mineDistanceWeighted(
  embeddings: Float32Array,
  dim: number,
  relation: Relation,
  weighting: DistanceWeighting,
  random: Random,
): Triplets {
  const distances = euclideanDistance.pairwise(embeddings, dim);
  return mineEach(distances, relation, euclideanDistance.nearer, weightedTriplets(dim, weighting, random));
}

/**
 * Probability of each negative of one anchor: proportional to 1 / q(d), where q(d) = d^(n-2) (1 - d^2 / 4)^((n-3)/2) is
 * how frequent distance d is between random points of the sphere in n dimensions. All zero where none may be drawn.
 *
 * Logarithms are subtracted from the largest of the same anchor: in 64 dimensions q spans more than a hundred powers of
 * ten, and one far anchor must not round another's to zero.
 */
export function negativeShares(
  distances: readonly number[],
  dim: number,
  { cutoff, nonzeroLossCutoff }: DistanceWeighting,
): number[] {
  const logs = distances.map((distance) => {
    const isDrawable = distance < nonzeroLossCutoff;
    const d = Math.max(distance, cutoff);
    return isDrawable ? (2 - dim) * Math.log(d) - ((dim - 3) / 2) * Math.log1p(-(d * d) / 4) : -Infinity;
  });
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  if (largest === -Infinity) return logs.map(() => 0);
  const weights = logs.map((log) => Math.exp(log - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** A place, drawn by the shares; -1 where all are zero. */
function draw(shares: readonly number[], random: Random): number {
  let left = random.next();
  let last = -1;
  for (const [place, share] of shares.entries()) {
    if (share === 0) continue;
    last = place;
    left -= share;
    if (left < 0) return place;
  }
  // Rounding may leave a little over.
  return last;
}
