import * as tf from '@tensorflow/tfjs-core';

/** Exponents that do not count are moved here: exp of it is 0, and it survives being multiplied by 0. */
const NOWHERE = 1e30;

/**
 * ln of the sum of exp(exponent) over the entries of each row that count, without overflow. A row of which none counts is
 * about -1e30, and its gradient is finite.
 *
 * @param counts 1 where an entry counts, else 0
 */
export function maskedLogSumExp(
  exponents: tf.Tensor2D /* [n, m] */,
  counts: tf.Tensor2D /* [n, m] */,
): tf.Tensor1D /* [n] */ {
  return tf.tidy(() => tf.logSumExp<tf.Tensor1D>(masked(exponents, counts), 1));
}

/** ln(1 + that sum): 0 for a row of which none counts. */
export function maskedLogOnePlusSumExp(exponents: tf.Tensor2D, counts: tf.Tensor2D): tf.Tensor1D {
  return tf.tidy(() => {
    const one = tf.zeros<tf.Rank.R2>([exponents.shape[0], 1]); // exp(0)
    return tf.logSumExp<tf.Tensor1D>(tf.concat2d([masked(exponents, counts), one], 1), 1);
  });
}

/** The exponents that count, and about -1e30 in place of the others. */
export function masked(exponents: tf.Tensor2D, counts: tf.Tensor2D): tf.Tensor2D {
  return tf.add(tf.mul(exponents, counts), tf.mul(tf.sub(counts, 1), NOWHERE));
}
