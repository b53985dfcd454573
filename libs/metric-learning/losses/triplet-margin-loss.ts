import type { LossSettings } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';
import { meanOverActive, meanOverTriplets, tripletGaps } from './triplet-gaps.js';

/**
 * Triplet loss with a margin: mean over the triplets of max(0, d(a, p) - d(a, n) + margin).
 *
 * FaceNet, arXiv 1503.03832, eq. 3, with the squared Euclidean distance and margin .2 on unit vectors; the paper sums,
 * this takes the mean, so that the learning rate does not depend on how many triplets a batch yields. Triplets that
 * keep the margin count in the mean as zeros, unless `mean` is `active`. No triplets: exactly 0.
 *
 * `swap` takes the nearer of anchor and positive to the negative, min(d(a, n), d(p, n)) (Balntas et al., "Learning
 * local feature descriptors with triplets and shallow convolutional neural networks", BMVC 2016, section 3.3).
 * `smooth` puts ln(1 + exp(.)) in place of max(0, .); active triplets are those that max would charge.
 *
 * @param embeddings [batch, dim]
 */
export function tripletMarginLoss(
  embeddings: tf.Tensor2D,
  triplets: Triplets,
  distance: Distance,
  { margin, swap, smooth, mean }: Omit<Extract<LossSettings, { name: 'triplet-margin' }>, 'name'>,
): tf.Scalar {
  return tf.tidy(() => {
    const violations = tf.add<tf.Tensor1D>(tripletGaps(embeddings, triplets, distance, swap), margin); // [triplets]
    const costs = smooth ? tf.softplus(violations) : tf.relu(violations);
    return mean === 'active' ? meanOverActive(costs, tf.step<tf.Tensor1D>(violations)) : meanOverTriplets(costs);
  });
}
