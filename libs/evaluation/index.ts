export { scaleQuery } from '#similarity';
export { type Baseline, baselineVectors, baselineWidth } from './baselines.js';
export { pairedBootstrap } from './bootstrap.js';
export { type CategoryFigures, figuresByCategory, LEAST_STYLES_OF_CATEGORY } from './by-category.js';
export { nearestPhotos, type PhotoAnswer } from './nearest-photos.js';
export {
  evaluateRetrieval,
  measureRetrieval,
  type QueryOutcome,
  type RetrievalOutcomes,
  type RetrievalReport,
  summariseTask,
} from './retrieval.js';
export { retrievalSet, type RetrievalSet } from './retrieval-set.js';
