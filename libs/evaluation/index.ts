export { scaleQuery } from '#similarity';
export { type Baseline, baselineVectors, baselineWidth } from './baselines.js';
export { pairedBootstrap } from './bootstrap.js';
export { type CategoryFigures, figuresByCategory, lastStepOf, LEAST_STYLES_OF_CATEGORY } from './by-category.js';
export { type Calibration, logOddsOf, probabilityAt } from './calibration.js';
export { type Clustering, measureClustering, pointsAtDial } from './clustering.js';
export { kMeans, meansOf, nearestCentres } from './k-means.js';
export {
  type Matching,
  matchingOf,
  matchingSchema,
  measureRecognition,
  measureVerification,
  type VerificationOutcome,
} from './matching.js';
export { nearestPhotos, type PhotoAnswer } from './nearest-photos.js';
export { photoPairs, pairSimilarities } from './photo-pairs.js';
export {
  CANDIDATES,
  fitRecogniser,
  isNamed,
  type Recogniser,
  type RecognitionOutcome,
  voteAmong,
  winnerProbability,
} from './recogniser.js';
export {
  evaluateRetrieval,
  measureRetrieval,
  type QueryOutcome,
  type RetrievalOutcomes,
  type RetrievalReport,
  summariseTask,
} from './retrieval.js';
export { retrievalSet, type RetrievalSet } from './retrieval-set.js';
export { FALSE_ACCEPT_RATES, measureSeparation, type Separation } from './separation.js';
export { type EmbeddedPhotos, fitVerifier, type Verifier } from './verification.js';
export type { OtherStyles } from './other-styles.js';
export { measureChurn } from './gate/churn.js';
export { type Assortment, measureExposure } from './gate/exposure.js';
export { type GateModel, judgeOutcomes, judgeRetrieval, MARGIN } from './gate/judge-retrieval.js';
export { type GateBaseline, type Judgement, judgementSchema, type Outcome } from './gate/judgement.js';
export { type ShownProduct, TopStyles } from './gate/top-styles.js';
