import type { DistanceName } from '#foundation';
import { cosineSimilarity } from './cosine-similarity.js';
import type { Distance } from './distance.js';
import { dotProduct } from './dot-product.js';
import { euclideanDistance } from './euclidean-distance.js';
import { squaredEuclideanDistance } from './squared-euclidean-distance.js';

/** Every distance that settings may name. */
export const DISTANCES: Readonly<Record<DistanceName, Distance>> = {
  'squared-euclidean': squaredEuclideanDistance,
  euclidean: euclideanDistance,
  cosine: cosineSimilarity,
  'dot-product': dotProduct,
};
