import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';

/**
 * How much farther the positive is than the negative, for each triplet: d(a, p) - d(a, n), or for similarities
 * s(a, n) - s(a, p). Negative when the order is right.
 *
 * @param embeddings [batch, dim]
 * @returns [triplets]; empty for no triplets
 */
export function tripletGaps(embeddings: tf.Tensor2D, triplets: Triplets, distance: Distance): tf.Tensor1D {
  return tf.tidy(() => {
    const take = (rows: Int32Array) => tf.gather(embeddings, tf.tensor1d(rows, 'int32')); // [triplets, dim]
    const anchors = take(triplets.anchors);
    const positives = distance.rows(anchors, take(triplets.positives));
    const negatives = distance.rows(anchors, take(triplets.negatives));
    return distance.nearer === 'smaller' ? tf.sub(positives, negatives) : tf.sub(negatives, positives);
  });
}

/** Mean over the triplets; exactly 0, with a zero gradient, when there are none. */
export function meanOverTriplets(losses: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.div(tf.sum<tf.Scalar>(losses), Math.max(losses.size, 1)));
}
