import * as tf from '@tensorflow/tfjs-core';
import { isNegative, isPositive, type Relation } from '../miners/relation.js';

/** Two rows each, by position. */
export interface Pairs {
  firsts: Int32Array;
  seconds: Int32Array;
}

/** All pairs of a batch, each once. */
export function pairsOf(relation: Relation): { positives: Pairs; negatives: Pairs } {
  const positives: [number, number][] = [];
  const negatives: [number, number][] = [];
  for (let i = 0; i < relation.photo.length; i += 1) {
    for (let j = i + 1; j < relation.photo.length; j += 1) {
      if (isPositive(relation, i, j)) positives.push([i, j]);
      else if (isNegative(relation, i, j)) negatives.push([i, j]);
    }
  }
  const columns = (pairs: [number, number][]): Pairs => ({
    firsts: Int32Array.from(pairs, ([first]) => first),
    seconds: Int32Array.from(pairs, ([, second]) => second),
  });
  return { positives: columns(positives), negatives: columns(negatives) };
}

/** Which rows are positives and negatives of which: 1 where they are, else 0; the diagonal is 0 in both. */
export function pairMasks(relation: Relation): { positive: tf.Tensor2D; negative: tf.Tensor2D } {
  const count = relation.photo.length;
  const positive = new Float32Array(count * count);
  const negative = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < count; j += 1) {
      if (isPositive(relation, i, j)) positive[i * count + j] = 1;
      else if (isNegative(relation, i, j)) negative[i * count + j] = 1;
    }
  }
  return { positive: tf.tensor2d(positive, [count, count]), negative: tf.tensor2d(negative, [count, count]) };
}
