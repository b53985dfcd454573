import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance.js';
import { pairwiseOf, squaredDifference } from './pairwise.js';
import { squaredEuclideanDistance } from './squared-euclidean-distance.js';

/** The square root has an infinite gradient at zero, where duplicates lie. */
const EPSILON = 1e-12;

/** sqrt(|a - b|^2 + 1e-12), in [0, 2] on unit vectors; 1e-6, not 0, between equal vectors. */
export const euclideanDistance: Distance = {
  name: 'euclidean',
  nearer: 'smaller',
  rows: (a, b) => tf.tidy(() => tf.sqrt(tf.add<tf.Tensor1D>(squaredEuclideanDistance.rows(a, b), EPSILON))),
  matrix: (a, b) => tf.tidy(() => tf.sqrt(tf.add<tf.Tensor2D>(squaredEuclideanDistance.matrix(a, b), EPSILON))),
  pairwise: (embeddings, dim) =>
    pairwiseOf(embeddings, dim, (rows, atA, atB) => Math.sqrt(squaredDifference(rows, atA, atB, dim) + EPSILON)),
};
