import { farthestOf, type MineAnchor, mineEach, nearestOf } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/** The anchor's farthest positive and its nearest negative. */
export const hardestTriplet: MineAnchor = (view, found) => {
  const positive = farthestOf(view.positives, view);
  const negative = nearestOf(view.negatives, view);
  if (positive >= 0 && negative >= 0) found(positive, negative);
};

/**
 * Batch-hard mining: for every anchor its farthest positive and its nearest negative (Hermans, Beyer and Leibe,
 * arXiv 1703.07737, eq. 5). At most one triplet an anchor; anchors without a positive or without a negative are left
 * out. Ties go to the lower row.
 *
 * @param distances [batch, batch]
 * @param nearer the direction of `distances`
 */
export function mineBatchHard(distances: Float32Array, relation: Relation, nearer: 'smaller' | 'larger'): Triplets {
  return mineEach(distances, relation, nearer, hardestTriplet);
}
