import type { FeatureSpace } from '#foundation';
import type { BackboneAtHand } from './backbones.js';

/** A feature graph, and how `FeatureExtractor` of #embedder runs it. */
export interface FeatureGraph extends FeatureSpace {
  /** Path of the ONNX file. */
  graphPath: string;
  /** Side of the canonical pictures that it takes, in pixels. */
  side: number;
  /** Most photos that it takes at once. */
  photosAtOnce: number;
}

/** That of a brought backbone. */
export function featureGraphOf({ graphPath, extractorId, layout, settings, trial }: BackboneAtHand): FeatureGraph {
  return { graphPath, extractorId, layout, side: settings.inputSize, photosAtOnce: trial.photosAtOnce };
}
