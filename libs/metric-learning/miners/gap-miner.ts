import { negativesOf, positivesOf, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

/**
 * How far a triplet is from being in order, by its gap d(a, n) - d(a, p): `hard` up to 0, the negative is not farther
 * than the positive; `semi-hard` above 0 and up to the margin; `easy` beyond the margin. Every valid triplet is one of
 * the three.
 */
export type Difficulty = 'easy' | 'semi-hard' | 'hard';

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
  const count = relation.photo.length;
  const sign = nearer === 'smaller' ? 1 : -1;
  const found = new TripletList();
  for (let anchor = 0; anchor < count; anchor += 1) {
    const distanceTo = (other: number) => sign * (distances[anchor * count + other] as number);
    const negatives = negativesOf(relation, anchor);
    for (const positive of positivesOf(relation, anchor)) {
      const limit = distanceTo(positive);
      for (const negative of negatives) {
        if (difficultyOf(distanceTo(negative) - limit, margin) === difficulty) found.add(anchor, positive, negative);
      }
    }
  }
  return found.toTriplets();
}

function difficultyOf(gap: number, margin: number): Difficulty | null {
  if (gap <= 0) return 'hard';
  if (gap <= margin) return 'semi-hard';
  // A gap that is no number is of no difficulty.
  return gap > margin ? 'easy' : null;
}
