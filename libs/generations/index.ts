export { cardFile } from './card-file.js';
export {
  type EmbedInput,
  type EmbedResult,
  GenerationService,
  type OpenEmbedder,
  type Promotion,
} from './generation-service.js';
export type { ActivationMoment, GenerationBuild, GenerationStore } from './generation-store.js';
export {
  GENERATION_STATES,
  type CataloguePhoto,
  type Completeness,
  type Generation,
  type GenerationChanges,
  type GenerationState,
  type ModelRecord,
  type PhotoVector,
  type ProductVector,
  type RefreshedGeneration,
  type RegisteredManifest,
} from './generation.js';
export type { PhotoEmbedder } from './photo-vectors.js';
export {
  type ActivationEntry,
  PROMOTION_ACTIONS,
  type PromotionAction,
  type PromotionRecord,
  PromotionRefused,
  type PromotionRequest,
  type Verdict,
} from './promotion.js';
export { superfluousGenerations } from './superfluous.js';
