export type { ChangedFile, KnownFile, LookAtFiles } from './changed-file.js';
export type { FeatureSources, RepairFeatures } from './repair-features.js';
export { type RepairParts, RepairService } from './repair-service.js';
export {
  type AmissTable,
  type BrokenIndex,
  type RepairStore,
  VECTOR_DIFFERENCES,
  type VectorDifferences,
  type WornTable,
} from './repair-store.js';
export {
  type Difference,
  type DifferenceKind,
  DIFFERENCES,
  type RefreshReport,
  refreshReportSchema,
} from './report.js';
