export { ArtifactDamaged } from './artifact-errors.js';
export type { ArtifactStore } from './artifact-store.js';
export { Artifacts } from './artifacts.js';
export { openArtifacts } from './open-artifacts.js';
