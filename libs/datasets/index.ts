export { catalogueSnapshot } from './catalogue-snapshot.js';
export { holdoutSample, rowsOfSplit, sampleStyles } from './samples.js';
export { assignSplit, type Split } from './split.js';
export { buildSnapshot, type Snapshot, type SnapshotPhoto } from './snapshot.js';
export { readSnapshot, writeSnapshot } from './snapshot-files.js';
export {
  parseTrainerLine,
  trainerMessageSchema,
  type TrainerMessage,
  type ValidationFigures,
} from './trainer-message.js';
export { trainingMetricsSchema, type TrainingMetrics } from './training-metrics.js';
