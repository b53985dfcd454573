import { type MineAnchor, mineEach, nearestOf } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/** The anchor's nearest positive and its nearest negative: of all, or of those farther than the positive. */
export const easyPositive =
  (negatives: 'hard' | 'semi-hard'): MineAnchor =>
  (view, found) => {
    const positive = nearestOf(view.positives, view);
    if (positive < 0) return;
    const limit = negatives === 'semi-hard' ? view.distanceTo(positive) : -Infinity;
    const negative = nearestOf(view.negatives, view, limit);
    if (negative >= 0) found(positive, negative);
  };

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
  return mineEach(distances, relation, nearer, easyPositive(negatives));
}
