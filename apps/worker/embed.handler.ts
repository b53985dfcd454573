import type { Artifacts } from '#artifacts';
import { isLasting, type ModelVersion, WeftError } from '#foundation';
import type { GenerationService, GenerationStore, ModelRecord } from '#generations';
import type { EmbedOutcome, JobHandler } from '#jobs';
import { completeFeatures, type PhotoSources } from './complete-features.js';
import type { Features } from './features.js';
import { judgeAndPromote } from './judge.handler.js';
import type { Judge } from './judging/judge-in-thread.js';
import { embedderOpener } from './open-embedder.js';

/**
 * Makes a generation: the vectors of the catalogue's photos under a model, from their cached features. Those that the
 * model's own extractor has not computed yet, of new products over a brought backbone, are computed first. One that waits for
 * its promotion is judged; where that cannot be, it is whole all the same, and why is told.
 */
export function embedHandler(
  artifacts: Artifacts,
  store: GenerationStore,
  features: Features,
  sources: PhotoSources,
  gate: { judge: Judge; generations: GenerationService },
): JobHandler<'embed'> {
  return async (run, report, signal): Promise<EmbedOutcome> => {
    const by = run.requestedBy;
    report({ stage: 'embed', fraction: 0, message: 'opening the model' });
    const model = await modelOf(store, run.input.modelVersion);
    const photos = await store.photosOfCatalogue();
    const supply = await features.ofModel(model);
    const options = { artifacts, reader: () => features.sharedReader(supply, run.id), report, signal };
    await completeFeatures(
      supply,
      photos.map(({ imageId }) => imageId),
      sources,
      options,
    );
    const embedder = await embedderOpener(artifacts, features, sources, signal, run.id)(model);
    let made;
    try {
      made = await gate.generations.embed(
        { modelVersion: model.version, by, run: run.id, ...embedder },
        report,
        signal,
      );
    } finally {
      await embedder.close();
    }
    if (made.state === 'active') return { ...made, judged: null, notJudged: null };
    try {
      const judged = await judgeAndPromote(gate, made.generation, run.input.promote, by, report, signal);
      return { ...made, state: judged.promoted ? 'active' : made.state, judged, notJudged: null };
    } catch (error) {
      signal.throwIfAborted();
      if (!isLasting(error)) throw error;
      return { ...made, judged: null, notJudged: { code: error.code, message: error.message } };
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
