export { cardFile } from './card-file.js';
export { type EmbedInput, type EmbedResult, GenerationService, type Promotion } from './generation-service.js';
export type { GenerationBuild, GenerationStore } from './generation-store.js';
export {
  GENERATION_STATES,
  type CataloguePhoto,
  type Completeness,
  type Generation,
  type GenerationState,
  type ModelRecord,
  type PhotoVector,
  type RegisteredManifest,
} from './generation.js';
export { superfluousGenerations } from './superfluous.js';
