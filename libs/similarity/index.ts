export type { ActiveGeneration, CatalogReader, ProductCard } from './catalog-reader.js';
export { ExactIndex, type IndexedProduct } from './exact-index.js';
export { normaliseParts, scaleQuery, similarityByPart } from './parts.js';
export type { ProductFilter } from './product-filter.js';
export { type Recommendations, Recommender, unknownProduct } from './recommender.js';
export { SIGNAL_WEIGHTS, type SignalType } from './shopper-profile.js';
export type { Neighbour, NeighbourAnswer, NeighbourQuery, VectorIndex } from './vector-index.js';
