import { isNegative, isPositive, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

/**
 * Batch-hard mining: for every anchor its farthest positive and its nearest negative (Hermans, Beyer and Leibe,
 * arXiv 1703.07737, eq. 5). At most one triplet an anchor; anchors without a positive or without a negative are left
 * out. Ties go to the lower row.
 *
 * @param distances [batch, batch]
 * @param nearer the direction of `distances`
 */
export function mineBatchHard(distances: Float32Array, relation: Relation, nearer: 'smaller' | 'larger'): Triplets {
  const count = relation.positive.length;
  const sign = nearer === 'smaller' ? 1 : -1;
  const found = new TripletList();
  for (let anchor = 0; anchor < count; anchor += 1) {
    let positive = -1;
    let negative = -1;
    let farthest = -Infinity;
    let nearest = Infinity;
    for (let other = 0; other < count; other += 1) {
      const distance = sign * (distances[anchor * count + other] as number);
      if (isPositive(relation, anchor, other)) {
        if (distance > farthest) [farthest, positive] = [distance, other];
      } else if (isNegative(relation, anchor, other) && distance < nearest) {
        [nearest, negative] = [distance, other];
      }
    }
    if (positive >= 0 && negative >= 0) found.add(anchor, positive, negative);
  }
  return found.toTriplets();
}
