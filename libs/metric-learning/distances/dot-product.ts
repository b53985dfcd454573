import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance.js';
import { innerProduct, pairwiseOf } from './pairwise.js';

/** Inner product: what the index serves. Equals the cosine on unit vectors; unbounded otherwise. */
export const dotProduct: Distance = {
  name: 'dot-product',
  nearer: 'larger',
  rows: (a, b) => tf.tidy(() => tf.sum<tf.Tensor1D>(tf.mul(a, b), 1)),
  matrix: (a, b) => tf.matMul(a, b, false, true),
  pairwise: (embeddings, dim) => pairwiseOf(embeddings, dim, innerProduct),
};
