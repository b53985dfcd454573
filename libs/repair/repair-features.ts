import type { FeatureCache } from '#embedder';
import type { ImageId, ProgressListener } from '#foundation';
import type { ModelRecord } from '#generations';

/** One extractor, what it has computed, and how more is computed. */
export interface RepairFeatures {
  extractorId: string;
  /** In step with what other processes have added. */
  cache: Pick<FeatureCache, 'has' | 'readMany' | 'mend'>;
  /** Computes features of photos from their files. @returns those that could not be computed, and why */
  compute(imageIds: ImageId[], report: ProgressListener, signal: AbortSignal): Promise<Map<ImageId, string>>;
}

/** The extractors of this installation. */
export interface FeatureSources {
  ofWeft(): Promise<RepairFeatures>;
  /** @throws WeftError `model-outdated`, `backbone-damaged` */
  ofModel(model: ModelRecord): Promise<RepairFeatures>;
}
