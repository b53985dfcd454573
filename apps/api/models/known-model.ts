import { type ModelVersion, WeftError } from '#foundation';
import type { GenerationStore, ModelRecord } from '#generations';

/** @throws WeftError `model-unknown` */
export async function knownModel(generations: Pick<GenerationStore, 'model'>, version: string): Promise<ModelRecord> {
  const model = await generations.model(version as ModelVersion);
  if (model !== null) return model;
  throw new WeftError('model-unknown', `There is no model ${version}.`, {
    value: version,
    remedy: 'GET /v1/models lists them.',
  });
}
