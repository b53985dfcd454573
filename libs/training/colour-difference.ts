import type { ComputeBackend } from '#compute';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import type { BatchLabels } from './photo-labels.js';

/** Photos whose mean colours are this far apart in CIELAB are to have nothing in common: a cosine of 0. */
const UNRELATED = 40;

/**
 * How far the cosines of colour are from the differences of the colours themselves: the mean of (cosine - (1 - difference / 40))²
 * over the pairs of photos of different styles, the difference being the distance of the mean CIELAB colours of their
 * foregrounds.
 *
 * Triplets know of photos of other styles only that they are others: without this a red dress may lie as near to a green one
 * as to one of a red that is hardly another.
 *
 * @param colour unit rows, `[batch, dims]`
 * @returns 0 where all photos are of one style
 */
export function colourDifferenceLoss({ tf }: ComputeBackend, colour: Tensor2D, { lab, style }: BatchLabels): Scalar {
  const count = style.length;
  const wanted = new Float32Array(count * count);
  const counts = new Float32Array(count * count);
  let pairs = 0;
  for (let a = 0; a < count; a += 1) {
    for (let b = 0; b < count; b += 1) {
      if (style[a] === style[b]) continue;
      let squares = 0;
      for (let k = 0; k < 3; k += 1) squares += ((lab[3 * a + k] as number) - (lab[3 * b + k] as number)) ** 2;
      wanted[a * count + b] = 1 - Math.sqrt(squares) / UNRELATED;
      counts[a * count + b] = 1;
      pairs += 1;
    }
  }
  return tf.tidy(() => {
    const cosines = tf.matMul(colour, colour, false, true); // [batch, batch]
    const errors = tf.mul(tf.sub(cosines, tf.tensor2d(wanted, [count, count])), tf.tensor2d(counts, [count, count]));
    return tf.div<Scalar>(tf.sum(tf.square(errors)), Math.max(pairs, 1));
  });
}
