import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';
import { meanOverTriplets, tripletGaps } from './triplet-gaps.js';

/**
 * Triplet loss with a margin: mean over the triplets of max(0, d(a, p) - d(a, n) + margin).
 *
 * FaceNet, arXiv 1503.03832, eq. 3, with the squared Euclidean distance and margin .2 on unit vectors; the paper sums,
 * this takes the mean, so that the learning rate does not depend on how many triplets a batch yields. Triplets that
 * keep the margin count in the mean as zeros. No triplets: exactly 0.
 *
 * @param embeddings [batch, dim]
 */
export function tripletMarginLoss(
  embeddings: tf.Tensor2D,
  triplets: Triplets,
  distance: Distance,
  margin: number,
): tf.Scalar {
  return tf.tidy(() =>
    meanOverTriplets(tf.relu(tf.add<tf.Tensor1D>(tripletGaps(embeddings, triplets, distance), margin))),
  );
}
