import type { Random } from '#foundation';
import * as tf from '@tensorflow/tfjs-core';
import type { Relation } from '../miners/relation.js';

/** One vector for each class of one part, trained as if it were a photo of it. */
export interface Proxies {
  vectors: tf.Variable; // [classes, dim]
  /** Labels of the classes, in the two senses of a {@link Relation}. */
  positive: Int32Array; // [classes]
  negative: Int32Array; // [classes]
}

/**
 * Proxies of all classes among some photos, in random directions, of length 1. The caller disposes `vectors`.
 *
 * @param relation of the photos that are trained on
 */
export function createProxies(
  { positive, negative }: Pick<Relation, 'positive' | 'negative'>,
  dim: number,
  random: Random,
): Proxies {
  const classes = new Map<number, number>();
  positive.forEach((label, row) => classes.set(label, negative[row] as number));
  const values = new Float32Array(classes.size * dim);
  for (let row = 0; row < values.length; row += dim) {
    const direction = Float64Array.from({ length: dim }, () => normal(random));
    const length = Math.hypot(...direction);
    direction.forEach((value, k) => (values[row + k] = value / length));
  }
  return {
    vectors: tf.tidy(() => tf.variable(tf.tensor2d(values, [classes.size, dim]))),
    positive: Int32Array.from(classes.keys()),
    negative: Int32Array.from(classes.values()),
  };
}

/** A number of the normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
