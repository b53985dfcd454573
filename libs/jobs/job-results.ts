import type { AuditSummary } from '#audit';
import type { TrainingMetrics } from '#datasets';
import type { ModelVersion } from '#foundation';

/** What a training gave. An import gives #catalog's ImportResult, an embedding #generations' EmbedResult. */
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
  seconds: { snapshot: number; training: number };
}

/** The other shop's feed, what of it was used, and both shops before and after. */
export type SecondShopResult = NonNullable<TrainingMetrics['secondShop']> & {
  feed: string;
  photos: number;
  /** Rows and images that cannot be used, and photos that the catalogue has, too. */
  leftOut: { rows: number; images: number; shared: number };
};
