import type { Artifacts } from '#artifacts';
import { FeatureBuffer, openModel } from '#embedder';
import type { JobId } from '#foundation';
import type { OpenEmbedder } from '#generations';
import { completeFeatures, type PhotoSources } from './complete-features.js';
import type { Features } from './features.js';

/**
 * Opens models to embed with. Features that a model's own extractor has not computed yet, of new products over a brought
 * backbone, are computed as their photos are asked for.
 *
 * @param signal ends the work between two batches of photos
 * @param job that photos are read for
 */
export function embedderOpener(
  artifacts: Artifacts,
  features: Features,
  sources: PhotoSources,
  signal: AbortSignal,
  job: JobId,
): OpenEmbedder {
  return async (model) => {
    const supply = await features.ofModel(model);
    const bundle = await openModel(artifacts, model);
    const buffer = new FeatureBuffer();
    return {
      features: async (imageIds) => {
        signal.throwIfAborted();
        const reader = () => features.sharedReader(supply, job);
        const options = { artifacts, reader, report: () => undefined, signal };
        await completeFeatures(supply, imageIds, sources, options);
        return supply.cache.readMany(imageIds, buffer);
      },
      embed: (values) => bundle.embed(values),
      close: () => bundle.close(),
    };
  };
}
