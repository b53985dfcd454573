import { negativesOf, positivesOf, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

/**
 * Easy-positive mining: for every anchor its nearest positive, so that a class may stay spread out in several clusters,
 * against a hard negative (Xuan, Stylianou and Pless, "Improved Embeddings with Easy Positive Triplet Mining",
 * arXiv 1904.04370). The negative is the nearest of all for `hard`, or for `semi-hard` the nearest of those farther than
 * the positive.
 *
 * At most one triplet an anchor; anchors without a positive or without such a negative are left out. Ties go to the
 * lower row.
 *
 * @param distances [batch, batch]
 * @param nearer the direction of `distances`
 */
export function mineBatchEasyHard(
  distances: Float32Array,
  relation: Relation,
  nearer: 'smaller' | 'larger',
  negatives: 'hard' | 'semi-hard',
): Triplets {
  const count = relation.photo.length;
  const sign = nearer === 'smaller' ? 1 : -1;
  const found = new TripletList();
  for (let anchor = 0; anchor < count; anchor += 1) {
    const distanceTo = (other: number) => sign * (distances[anchor * count + other] as number);
    const nearestOf = (rows: readonly number[], beyond: number) => {
      let nearest = Infinity;
      let chosen = -1;
      for (const row of rows) {
        const distance = distanceTo(row);
        if (distance > beyond && distance < nearest) [nearest, chosen] = [distance, row];
      }
      return chosen;
    };
    const positive = nearestOf(positivesOf(relation, anchor), -Infinity);
    if (positive < 0) continue;
    const limit = negatives === 'semi-hard' ? distanceTo(positive) : -Infinity;
    const negative = nearestOf(negativesOf(relation, anchor), limit);
    if (negative >= 0) found.add(anchor, positive, negative);
  }
  return found.toTriplets();
}
