export { catalogueSnapshot } from './catalogue-snapshot.js';
export { holdoutSample, rowsOfSplit, sampleStyles } from './samples.js';
export { cachedViews, singlePhotos } from './shape-views.js';
export { assignSplit, type Split } from './split.js';
export { buildSnapshot, type ShapeViews, type Snapshot, type SnapshotPhoto } from './snapshot.js';
export { readSnapshot, writeSnapshot } from './snapshot-files.js';
export {
  parseTrainerLine,
  trainerMessageSchema,
  type TrainerMessage,
  type ValidationFigures,
} from './trainer-message.js';
export {
  type MiningRecord,
  miningRecordSchema,
  trainingMetricsSchema,
  type TrainingMetrics,
} from './training-metrics.js';
