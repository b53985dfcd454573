import { type MineAnchor, mineEach } from './anchor-view.js';
import type { Relation } from './relation.js';
import type { Triplets } from './triplets.js';

/** Every pair of the anchor with a positive, with each of its negatives. */
export const everyTriplet: MineAnchor = ({ positives, negatives }, found) => {
  for (const positive of positives) for (const negative of negatives) found(positive, negative);
};

/**
 * Every valid triplet of the batch: all pairs of anchor and positive, each with all negatives of the anchor ("batch
 * all" of Hermans, Beyer and Leibe, arXiv 1703.07737, eq. 6). Their number grows with the third power of the batch.
 */
export function mineAll(relation: Relation): Triplets {
  return mineEach(new Float32Array(relation.photo.length ** 2), relation, 'smaller', everyTriplet);
}
