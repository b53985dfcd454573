import type { AuditSummary } from '#audit';
import type { ImportResult, UnchangedFeed } from '#catalog';
import type { TrainingMetrics } from '#datasets';
import type { GenerationId, JobId, ModelVersion } from '#foundation';
import type { EmbedResult, RefreshedGeneration, Verdict } from '#generations';

/** What an import did to the catalogue, and then to every kept generation. A dry run gives #catalog's DryRunReport. */
export type ImportOutcome = (ImportResult | UnchangedFeed) & { generations: RefreshedGeneration[] };

/** What the gate found, and what became of the generation. */
export interface JudgeResult {
  generation: GenerationId;
  verdict: Verdict;
  /** Whether it is active now; why not, where it was to be. */
  promoted: boolean;
  refusal: string | null;
  seconds: number;
}

/** What an embedding made. */
export type EmbedOutcome = EmbedResult & {
  /** null: it was served at once, or could not be judged. */
  judged: JudgeResult | null;
  /** Why it could not be judged. */
  notJudged: { code: string; message: string } | null;
};

/** What a training gave. */
export interface TrainResult {
  version: ModelVersion;
  /** The untrained heads are kept where they win on validation. */
  headsChosen: 'trained' | 'untrained';
  /** Why, in a sentence with the figures. */
  reason: string;
  dial: number;
  /** What computed. */
  device: 'cpu' | 'gpu' | 'wasm';
  /** Why WebAssembly, where `auto` would rather have had the native TensorFlow; null: nothing was replaced. */
  insteadBecause: string | null;
  /** Photos in the snapshot. */
  photos: number;
  /** Photos of the catalogue whose features are not in the cache; importing again computes them. */
  photosWithoutFeatures: number;
  /** Photos left out because products of several styles claim them: their label would be a contradiction. */
  photosContradicting: number;
  /** What training on another shop's photos, too, did; null without one. */
  secondShop: SecondShopResult | null;
  /** What the audit found before the training, by kind; null where it failed, and the worker's log says why. */
  audit: AuditSummary | null;
  /** Path of the model's card; null where it could not be drawn, and the worker's log says why. */
  card: string | null;
  /** The job that embeds with the model, where that was to follow. */
  embedding: JobId | null;
  seconds: { snapshot: number; training: number };
}

/** The other shop's feed, what of it was used, and both shops before and after. */
export type SecondShopResult = NonNullable<TrainingMetrics['secondShop']> & {
  feed: string;
  photos: number;
  /** Rows and images that cannot be used, and photos that the catalogue has, too. */
  leftOut: { rows: number; images: number; shared: number };
};
