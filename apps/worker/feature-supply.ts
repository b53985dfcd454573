import type { FeatureCache, FeatureExtractor } from '#embedder';

/** One extractor with what it has computed; it is started when the first photo lacks its features. */
export interface FeatureSupply {
  /** Path of the ONNX graph. */
  graphPath: string;
  /** Side of the canonical pictures that it takes, in pixels. */
  side: number;
  /** Opened, and in step with what other processes have added. */
  cache: FeatureCache;
  startedExtractor: () => Promise<FeatureExtractor>;
}
