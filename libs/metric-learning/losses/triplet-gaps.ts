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
    const { near, far, swapped } = measured(embeddings, triplets, distance, swap);
    if (distance.nearer === 'smaller') return tf.sub(near, swapped ? tf.minimum(far, swapped) : far);
    return tf.sub(swapped ? tf.maximum(far, swapped) : far, near);
  });
}

/** Of every triplet: anchor to positive, anchor to negative, and with `swap` positive to negative. */
function measured(
  embeddings: tf.Tensor2D,
  { anchors, positives, negatives }: Triplets,
  distance: Distance,
  swap: boolean,
): { near: tf.Tensor1D; far: tf.Tensor1D; swapped: tf.Tensor1D | null } {
  const [count] = embeddings.shape;
  const take = (rows: Int32Array) => tf.gather(embeddings, tf.tensor1d(rows, 'int32')); // [rows, dim]
  if (anchors.length > count * count) {
    const between = (firsts: Int32Array, seconds: Int32Array) =>
      distancesOfPairs(take, firsts, seconds, count, distance);
    const swapped = swap ? between(positives, negatives) : null;
    return { near: between(anchors, positives), far: between(anchors, negatives), swapped };
  }
  const [a, p, n] = [take(anchors), take(positives), take(negatives)];
  return { near: distance.rows(a, p), far: distance.rows(a, n), swapped: swap ? distance.rows(p, n) : null };
}

/** Of row `firsts[i]` to row `seconds[i]`, each pair measured once: batch-all names each of them many times. */
function distancesOfPairs(
  take: (rows: Int32Array) => tf.Tensor2D,
  firsts: Int32Array,
  seconds: Int32Array,
  count: number,
  distance: Distance,
): tf.Tensor1D {
  const pairs = firsts.map((first, at) => first * count + (seconds[at] as number));
  const distinct = Int32Array.from(new Set(pairs));
  const places = new Map(Array.from(distinct, (pair, place) => [pair, place]));
  const once = distance.rows(
    take(distinct.map((pair) => Math.floor(pair / count))),
    take(distinct.map((pair) => pair % count)),
  );
  const order = pairs.map((pair) => places.get(pair) as number);
  return tf.gather(once, tf.tensor1d(order, 'int32'));
}

/** Mean over the triplets; exactly 0, with a zero gradient, when there are none. */
export function meanOverTriplets(losses: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.div(tf.sum<tf.Scalar>(losses), Math.max(losses.size, 1)));
}

/**
 * Mean over those that are active; exactly 0, with a zero gradient, when none is.
 *
 * @param active 1 where a loss is, else 0
 */
export function meanOverActive(losses: tf.Tensor1D, active: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.div(tf.sum<tf.Scalar>(tf.mul(losses, active)), tf.maximum(tf.sum(active), 1)));
}
