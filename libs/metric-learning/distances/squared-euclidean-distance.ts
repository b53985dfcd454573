import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance.js';
import { pairwiseOf, squaredDifference } from './pairwise.js';

/** |a - b|^2, in [0, 4] on unit vectors, where it is 2 - 2 cos. The distance of FaceNet (arXiv 1503.03832). */
export const squaredEuclideanDistance: Distance = {
  name: 'squared-euclidean',
  nearer: 'smaller',
  rows: (a, b) => tf.tidy(() => tf.sum<tf.Tensor1D>(tf.square(tf.sub(a, b)), 1)),
  matrix: (a, b) =>
    tf.tidy(() => {
      // |a|^2 - 2 ab + |b|^2 instead of all differences, which would take [n, m, dim] numbers. Rounding can push a
      // distance of zero slightly below it.
      const squaresA = tf.sum(tf.square(a), 1, true); // [n, 1]
      const squaresB = tf.reshape(tf.sum(tf.square(b), 1), [1, -1]); // [1, m]
      const products = tf.matMul(a, b, false, true); // [n, m]
      return tf.relu(tf.add<tf.Tensor2D>(tf.sub(squaresA, tf.mul(products, 2)), squaresB));
    }),
  pairwise: (embeddings, dim) => pairwiseOf(embeddings, dim, squaredDifference),
};
