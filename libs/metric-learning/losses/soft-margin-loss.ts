import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';
import { meanOverTriplets, tripletGaps } from './triplet-gaps.js';

/**
 * Triplet loss with a soft margin: mean over the triplets of ln(1 + exp(d(a, p) - d(a, n))).
 *
 * Hermans, Beyer and Leibe, "In Defense of the Triplet Loss", arXiv 1703.07737, section 2: it keeps pulling triplets
 * together after their order is right, with exponentially less force. The paper uses the plain Euclidean distance and
 * batch-hard mining. No triplets: exactly 0.
 *
 * @param embeddings [batch, dim]
 */
export function softMarginLoss(embeddings: tf.Tensor2D, triplets: Triplets, distance: Distance): tf.Scalar {
  return tf.tidy(() => meanOverTriplets(tf.softplus(tripletGaps(embeddings, triplets, distance))));
}
