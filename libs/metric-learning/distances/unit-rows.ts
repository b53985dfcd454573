import * as tf from '@tensorflow/tfjs-core';

/** Squared norm below which a row counts as zero: (1e-9)^2 of the ONNX graphs is lost in float32 gradients. */
const EPSILON = 1e-18;

/**
 * Each row divided by its length; a zero row stays zero, with a finite gradient.
 *
 * Rows of length 1e-9 and more come out as in the ONNX graphs, x / max(|x|, 1e-9).
 */
export function unitRows(rows: tf.Tensor2D /* [n, dim] */): tf.Tensor2D /* [n, dim] */ {
  return tf.tidy(() => {
    const squares = tf.sum(tf.square(rows), 1, true); // [n, 1]
    return tf.mul(rows, tf.rsqrt(tf.add(squares, EPSILON)));
  });
}
