import { isNegative, isPositive, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

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
  const count = relation.positive.length;
  const sign = nearer === 'smaller' ? 1 : -1;
  const found = new TripletList();
  for (let anchor = 0; anchor < count; anchor += 1) {
    const distanceTo = (other: number) => sign * (distances[anchor * count + other] as number);
    const negatives: number[] = [];
    for (let other = 0; other < count; other += 1) if (isNegative(relation, anchor, other)) negatives.push(other);
    for (let positive = 0; positive < count; positive += 1) {
      if (!isPositive(relation, anchor, positive)) continue;
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
      if (chosen >= 0) found.add(anchor, positive, chosen);
    }
  }
  return found.toTriplets();
}
