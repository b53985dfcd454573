import type { GenerationId, ImageId, JobId, ModelVersion, ProductId } from '#foundation';
import type {
  CataloguePhoto,
  Completeness,
  Generation,
  GenerationChanges,
  ModelRecord,
  PhotoVector,
  ProductVector,
  RegisteredManifest,
} from './generation.js';
import type { ActivationEntry, PromotionRecord, Verdict } from './promotion.js';

/** How things stand in the moment in which a generation would be activated. */
export interface ActivationMoment {
  generation: Generation;
  /** null for one without vectors. */
  found: Completeness | null;
  active: Generation | null;
  /** What the gate said of it, if that is true of the active generation and the catalogue of this moment. */
  verdict: Verdict | null;
}

/**
 * A generation while it is made. Invisible to searches until `complete`. When the process that makes it dies, the next
 * build clears it away.
 */
export interface GenerationBuild {
  readonly id: GenerationId;
  /** Writes vectors, batch by batch; may be called again. A vector that is already there is an error. Nothing is kept if it fails. */
  copy(batches: AsyncIterable<PhotoVector[]>): Promise<void>;
  /**
   * Builds keys and indexes over what was copied so far; later copies are slower. Once.
   *
   * @param signal ends it with its reason, in the middle of a large index, too
   */
  index(signal?: AbortSignal): Promise<void>;
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
  /** Photos of active products that a generation, kept or being built, has no vector of; null for one that was dropped. */
  photosLacking(generation: GenerationId): Promise<ImageId[] | null>;
  /**
   * Brings a generation's rows in step with the catalogue of now, in one transaction: the photos of active products that
   * have a vector, old or given, and for each product the vector of its main photo. A product whose main photo has none
   * keeps what it had. Two at once take turns. Searches go on meanwhile.
   *
   * @param vectors of photos that it lacks; of one that it has by now, nothing is changed
   * @returns null when there is no such generation any more
   */
  refresh(
    generation: GenerationId,
    vectors: Iterable<Pick<PhotoVector, 'imageId' | 'embedding'>>,
  ): Promise<GenerationChanges | null>;
  /**
   * Begins a generation of a registered model.
   *
   * @param run that makes it, and makes no other one
   */
  build(modelVersion: ModelVersion, run?: JobId): Promise<GenerationBuild>;
  /** The generation that an earlier attempt of a run completed. */
  madeBy(run: JobId): Promise<Generation | null>;
  /** How whole a ready, active or retired generation is against the catalogue of now. */
  check(generation: GenerationId): Promise<Completeness>;
  /**
   * Makes a generation the active one, retires the one before it and records it, in one transaction.
   *
   * @param wanted `previous`: the one that was active before the active one, of those that are kept
   * @param decide told inside the transaction how things stand; throws to refuse, returns null to leave everything as it is
   * @returns the generation as it was before, and the one that was active then
   * @throws WeftError `generation-unknown`, `nothing-to-return-to`
   */
  activate(
    wanted: GenerationId | 'previous',
    decide: (moment: ActivationMoment) => ActivationEntry | null,
  ): Promise<{ generation: Generation; before: Generation | null }>;
  /** Fingerprint of the photos of active products and their labels: what a verdict is true of. */
  catalogueState(): Promise<string>;
  /** The latest verdict on a generation. */
  verdict(generation: GenerationId): Promise<Verdict | null>;
  /** Keeps a verdict in the place of an earlier one. @returns null when the generation was dropped meanwhile */
  saveVerdict(verdict: Omit<Verdict, 'judgedAt'>): Promise<Verdict | null>;
  /** Records that a generation was held back. */
  recordRefusal(verdict: Verdict, by: string): Promise<void>;
  /** The audit log, newest first. */
  promotions(limit: number): Promise<PromotionRecord[]>;
  /** Products for sale of a generation with their vectors, by id, those after `after`. */
  productPage(generation: GenerationId, after: ProductId | null, limit: number): Promise<ProductVector[]>;
  find(generation: GenerationId): Promise<Generation | null>;
  active(): Promise<Generation | null>;
  /** Newest first. */
  list(): Promise<Generation[]>;
  /** What running experiments name: it is not dropped. */
  held(): Promise<Set<GenerationId>>;
  /**
   * Removes a ready, retired or failed generation and its vectors. Searches wait for it a tenth of a second at most.
   *
   * @returns false when searches kept it busy all the time, when a running experiment names it, or when it is none of these: it
   * is still there then
   */
  drop(generation: GenerationId): Promise<boolean>;
}
