import { ModelBundle } from '#embedder';
import { type ModelVersion, WeftError } from '#foundation';
import { type EmbedResult, GenerationService, type GenerationStore, type ModelRecord } from '#generations';
import type { JobHandler } from '#jobs';
import type { Features } from './features.js';

/** Makes a generation: the vectors of the catalogue's photos under a model, from their cached features. */
export function embedHandler(store: GenerationStore, features: Features): JobHandler<'embed'> {
  const generations = new GenerationService(store);
  return async (run, report, signal): Promise<EmbedResult> => {
    report({ stage: 'embed', fraction: 0, message: 'opening the model' });
    const model = await modelOf(store, run.input.modelVersion);
    const cache = await features.openedCache();
    if (model.extractorId !== cache.extractorId) {
      throw new WeftError('model-outdated', `The model ${model.version} was trained on other features.`, {
        value: { model: model.extractorId, installed: cache.extractorId },
        remedy: 'Import the feed again, then train a new model: weft train',
      });
    }
    const bundle = await ModelBundle.open(model.directory);
    try {
      return await generations.embed(
        {
          modelVersion: model.version,
          features: (imageIds) => {
            signal.throwIfAborted();
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
