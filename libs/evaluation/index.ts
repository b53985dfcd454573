export { scaleQuery } from '#similarity';
export { type Baseline, baselineVectors, baselineWidth } from './baselines.js';
export { pairedBootstrap } from './bootstrap.js';
export {
  evaluateRetrieval,
  measureRetrieval,
  type QueryOutcome,
  type RetrievalOutcomes,
  type RetrievalReport,
  summariseTask,
} from './retrieval.js';
export { retrievalSet, type RetrievalSet } from './retrieval-set.js';
