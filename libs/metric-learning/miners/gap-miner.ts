import { type MineAnchor, mineEach } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/**
 * How far a triplet is from being in order, by its gap d(a, n) - d(a, p): `hard` up to 0, the negative is not farther
 * than the positive; `semi-hard` above 0 and up to the margin; `easy` beyond the margin. Every valid triplet is one of
 * the three.
 */
export type Difficulty = 'easy' | 'semi-hard' | 'hard';

/** All of the anchor's triplets of one difficulty. */
export const tripletsOfGap =
  (margin: number, difficulty: Difficulty): MineAnchor =>
  ({ positives, negatives, distanceTo }, found) => {
    for (const positive of positives) {
      const limit = distanceTo(positive);
      for (const negative of negatives) {
        if (difficultyOf(distanceTo(negative) - limit, margin) === difficulty) found(positive, negative);
      }
    }
  };

/**
 * Every valid triplet of one difficulty. Where one triplet a pair is enough, `mineSemiHard` chooses it as FaceNet does.
 *
 * @param distances [batch, batch]
 * @param margin 0 and more; what `hard` triplets are does not depend on it
 * @param nearer the direction of `distances`; the gap of similarities is s(a, p) - s(a, n)
 */
export function mineByGap(
  distances: Float32Array,
  relation: Relation,
  margin: number,
  nearer: 'smaller' | 'larger',
  difficulty: Difficulty,
): Triplets {
  return mineEach(distances, relation, nearer, tripletsOfGap(margin, difficulty));
}

/** How far from being in order a triplet of this gap is; null for a gap that is no number. */
export function difficultyOf(gap: number, margin: number): Difficulty | null {
  if (gap <= 0) return 'hard';
  if (gap <= margin) return 'semi-hard';
  return gap > margin ? 'easy' : null;
}
