import type { GenerationId, ModelVersion } from '#foundation';
import type {
  CataloguePhoto,
  Completeness,
  Generation,
  ModelRecord,
  PhotoVector,
  RegisteredManifest,
} from './generation.js';

/**
 * A generation while it is made. Invisible to searches until `complete`. When the process that makes it dies, the next
 * build clears it away.
 */
export interface GenerationBuild {
  readonly id: GenerationId;
  /** Writes vectors; may be called again. A vector that is already there is an error. Nothing is kept if it fails. */
  copy(vectors: AsyncIterable<PhotoVector>): Promise<void>;
  /** Builds keys and indexes over what was copied so far; later copies are slower. Once. */
  index(): Promise<void>;
  check(): Promise<Completeness>;
  /** Makes it visible and `ready`. */
  complete(): Promise<void>;
  /** Removes its vectors and records why. */
  fail(reason: string): Promise<void>;
}

/** The port to models, generations and what embedding reads of the catalogue. Implemented by #persistence. */
export interface GenerationStore {
  /** Records a model; registering it again updates its directory only. */
  registerModel(manifest: RegisteredManifest, directory: string): Promise<void>;
  /** Newest first. */
  models(): Promise<ModelRecord[]>;
  model(version: ModelVersion): Promise<ModelRecord | null>;
  latestModel(): Promise<ModelRecord | null>;
  /** The installation's own secret for `stableFraction`: decides which styles are held out. */
  salt(): Promise<string>;
  /** Photos of active products, by product and position. */
  photosOfCatalogue(): Promise<CataloguePhoto[]>;
  /** Begins a generation of a registered model. */
  build(modelVersion: ModelVersion): Promise<GenerationBuild>;
  /** How whole a ready, active or retired generation is against the catalogue of now. */
  check(generation: GenerationId): Promise<Completeness>;
  /**
   * Makes a generation the active one and retires the one before it, in one transaction.
   *
   * @param judge told inside the transaction the generation, its completeness where it has vectors, and which generation
   * is active; throws to refuse, returns false to leave everything as it is
   * @returns the generation as it was before, and the one that was active then
   */
  activate(
    generation: GenerationId,
    judge: (generation: Generation, found: Completeness | null, active: Generation | null) => boolean,
  ): Promise<{ generation: Generation; before: Generation | null }>;
  find(generation: GenerationId): Promise<Generation | null>;
  active(): Promise<Generation | null>;
  /** Newest first. */
  list(): Promise<Generation[]>;
  /**
   * Removes a ready, retired or failed generation and its vectors. Searches wait for it a tenth of a second at most.
   *
   * @returns false when searches kept it busy all the time, or when it is none of these: it is still there then
   */
  drop(generation: GenerationId): Promise<boolean>;
}
