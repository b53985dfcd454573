import { type MineAnchor, mineEach } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/** Of each of the anchor's positives the nearest negative in the band, or else the mildest violation. */
export const semiHardTriplets =
  (margin: number): MineAnchor =>
  ({ positives, negatives, distanceTo }, found) => {
    for (const positive of positives) {
      const limit = distanceTo(positive);
      let inBand = -1;
      let nearest = limit + margin;
      let fallback = -1;
      let farthest = -Infinity;
      for (const negative of negatives) {
        const distance = distanceTo(negative);
        if (distance > limit) {
          if (distance < nearest) [nearest, inBand] = [distance, negative];
        } else if (distance > farthest) {
          [farthest, fallback] = [distance, negative];
        }
      }
      const chosen = inBand >= 0 ? inBand : fallback;
      if (chosen >= 0) found(positive, chosen);
    }
  };

/**
 * Semi-hard mining as in FaceNet (arXiv 1503.03832, section 3.2): for every pair of anchor and positive, the nearest
 * negative that is farther than the positive but within the margin: d(a, p) < d(a, n) < d(a, p) + margin.
 *
 * Where no negative lies in that band: the farthest of the negatives that are not farther than the positive, the
 * mildest violation, if there is one; otherwise every negative keeps the margin and the pair yields no triplet.
 * Ties go to the lower row.
 *
 * @param distances [batch, batch]
 * @param nearer the direction of `distances`; for similarities the band is s(a, p) > s(a, n) > s(a, p) - margin
 */
export function mineSemiHard(
  distances: Float32Array,
  relation: Relation,
  margin: number,
  nearer: 'smaller' | 'larger',
): Triplets {
  return mineEach(distances, relation, nearer, semiHardTriplets(margin));
}
