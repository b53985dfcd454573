export type { BackboneSettings } from './backbone-settings.js';
export { catalogueText, productOrOfferId, storableText } from './catalogue-text.js';
export { systemClock, type Clock } from './clock.js';
export { DEVICES, type Device, WASM_COST } from './devices.js';
export { partialName, renameDurably, syncDirectory, syncFile, writeDurably } from './durable-file.js';
export { isThere } from './is-there.js';
export { isLasting, messageOf, WeftError } from './errors.js';
export {
  DEFAULT_LAYOUT,
  featureColumns,
  type FeatureLayout,
  featureLayoutSchema,
  type FeatureSpace,
  featureWidth,
  HISTOGRAM_SIZE,
  pooledWidth,
} from './feature-layout.js';
export { sha256, stableFraction } from './hash.js';
export { inTime } from './in-time.js';
export type { GenerationId, ImageId, JobId, ModelVersion, OfferId, ProductId, StyleId } from './ids.js';
export { makeDirectory } from './make-directory.js';
export { fetchedPhotoFile, isWebAddress, photoDirectory, photoFile } from './photo-file.js';
export type { Progress, ProgressListener } from './progress.js';
export { Random } from './random.js';
export { COLOUR_SIZE, EMBEDDING_SIZE, LARGEST_ID, MAX_CATEGORY, MAX_PRODUCT_ID, SHAPE_SIZE } from './sizes.js';
export { STORABLE } from './storable.js';
export { DISTANCE_NAMES, type DistanceName } from './training/distance-names.js';
export { DISTANCES_OF_LOSS, LOSS_NAMES, type LossName, type LossSettings } from './training/loss-settings.js';
export { MINER_NAMES, type MinerName, type MinerSettings } from './training/miner-settings.js';
export { MINING_NAMES, type MiningSettings } from './training/mining-settings.js';
export { VIEW_NAMES, type ViewName, viewIdOf } from './view-id.js';
export { SAMPLER_NAMES, type SamplerSettings } from './training/sampler-settings.js';
export {
  completeSettings,
  backboneName,
  RECIPE_NAMES,
  type TrainingChoices,
  trainingFields,
  type TrainingSettings,
  trainingSettingsSchema,
} from './training/training-settings.js';
