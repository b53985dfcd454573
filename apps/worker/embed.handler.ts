import { ModelBundle } from '#embedder';
import { type ModelVersion, WeftError } from '#foundation';
import { type EmbedResult, GenerationService, type GenerationStore, type ModelRecord } from '#generations';
import type { JobHandler } from '#jobs';
import { completeFeatures, type PhotoSources } from './complete-features.js';
import type { Features } from './features.js';

/**
 * Makes a generation: the vectors of the catalogue's photos under a model, from their cached features. Those that the
 * model's own extractor has not computed yet, of new products over a brought backbone, are computed first.
 */
export function embedHandler(
  home: string,
  store: GenerationStore,
  features: Features,
  sources: PhotoSources,
): JobHandler<'embed'> {
  const generations = new GenerationService(store);
  return async (run, report, signal): Promise<EmbedResult> => {
    report({ stage: 'embed', fraction: 0, message: 'opening the model' });
    const model = await modelOf(store, run.input.modelVersion);
    const supply = await features.ofModel(model);
    const { cache } = supply;
    const options = { home, threads: features.threads, report, signal };
    const photos = await store.photosOfCatalogue();
    await completeFeatures(
      supply,
      photos.map(({ imageId }) => imageId),
      sources,
      options,
    );
    const bundle = await ModelBundle.open(model.directory);
    try {
      return await generations.embed(
        {
          modelVersion: model.version,
          features: async (imageIds) => {
            signal.throwIfAborted();
            // An import may have added photos meanwhile.
            await completeFeatures(supply, imageIds, sources, { ...options, report: () => undefined });
            return cache.readMany(imageIds);
          },
          embed: (values) => bundle.embed(values),
        },
        report,
      );
    } finally {
      await bundle.close();
    }
  };
}

async function modelOf(store: GenerationStore, wanted: string | null): Promise<ModelRecord> {
  if (wanted === null) {
    const newest = await store.latestModel();
    if (newest !== null) return newest;
    throw new WeftError('no-model', 'There is no model to embed with.', { remedy: 'weft train' });
  }
  const model = await store.model(wanted as ModelVersion);
  if (model !== null) return model;
  throw new WeftError('model-unknown', `There is no model ${wanted}.`, { value: wanted, remedy: 'weft train' });
}
