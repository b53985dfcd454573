import * as tf from '@tensorflow/tfjs-core';
import type { Distance } from './distance.js';
import { dotProduct } from './dot-product.js';
import { innerProduct, pairwiseOf } from './pairwise.js';
import { unitRows } from './unit-rows.js';

/** Cosine of the angle, in [-1, 1]; 0 with a zero vector. */
export const cosineSimilarity: Distance = {
  name: 'cosine',
  nearer: 'larger',
  rows: (a, b) => tf.tidy(() => dotProduct.rows(unitRows(a), unitRows(b))),
  matrix: (a, b) => tf.tidy(() => dotProduct.matrix(unitRows(a), unitRows(b))),
  pairwise: (embeddings, dim) =>
    pairwiseOf(embeddings, dim, (rows, atA, atB) => {
      const squares = innerProduct(rows, atA, atA, dim) * innerProduct(rows, atB, atB, dim);
      return squares === 0 ? 0 : innerProduct(rows, atA, atB, dim) / Math.sqrt(squares);
    }),
};
