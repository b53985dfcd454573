import { negativesOf, positivesOf, type Relation } from './relation.js';
import { TripletList, type Triplets } from './triplets.js';

/**
 * Every valid triplet of the batch: all pairs of anchor and positive, each with all negatives of the anchor ("batch
 * all" of Hermans, Beyer and Leibe, arXiv 1703.07737, eq. 6). Their number grows with the third power of the batch.
 */
export function mineAll(relation: Relation): Triplets {
  const found = new TripletList();
  for (let anchor = 0; anchor < relation.photo.length; anchor += 1) {
    const negatives = negativesOf(relation, anchor);
    for (const positive of positivesOf(relation, anchor)) {
      for (const negative of negatives) found.add(anchor, positive, negative);
    }
  }
  return found.toTriplets();
}
