export { ArtifactDamaged } from './artifact-errors.js';
export type { ArtifactStore } from './artifact-store.js';
export { Artifacts, type StoredFile } from './artifacts.js';
export { openArtifacts } from './open-artifacts.js';
