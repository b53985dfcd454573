import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from '../distances/distance.js';
import type { Triplets } from '../miners/triplets.js';

/**
 * How much farther the positive is than the negative, for each triplet: d(a, p) - d(a, n), or for similarities
 * s(a, n) - s(a, p). Negative when the order is right.
 *
 * @param embeddings [batch, dim]
 * @param swap takes the nearer of anchor and positive to the negative
 * @returns [triplets]; empty for no triplets
 */
export function tripletGaps(
  embeddings: tf.Tensor2D,
  triplets: Triplets,
  distance: Distance,
  swap = false,
): tf.Tensor1D {
  return tf.tidy(() => {
    const take = (rows: Int32Array) => tf.gather(embeddings, tf.tensor1d(rows, 'int32')); // [triplets, dim]
    const isDistance = distance.nearer === 'smaller';
    const [anchors, others, strangers] = [take(triplets.anchors), take(triplets.positives), take(triplets.negatives)];
    const positives = distance.rows(anchors, others);
    let negatives = distance.rows(anchors, strangers);
    if (swap) {
      const swapped = distance.rows(others, strangers);
      negatives = isDistance ? tf.minimum(negatives, swapped) : tf.maximum(negatives, swapped);
    }
    return isDistance ? tf.sub(positives, negatives) : tf.sub(negatives, positives);
  });
}

/** Mean over the triplets; exactly 0, with a zero gradient, when there are none. */
export function meanOverTriplets(losses: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.div(tf.sum<tf.Scalar>(losses), Math.max(losses.size, 1)));
}

/** Mean over those that are active; exactly 0, with a zero gradient, when none is. */
export function meanOverActive(losses: tf.Tensor1D, isActive: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const active = tf.cast(isActive, 'float32');
    return tf.div(tf.sum<tf.Scalar>(tf.mul(losses, active)), tf.maximum(tf.sum(active), 1));
  });
}
