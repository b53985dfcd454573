import type { ModelManifest } from '#embedder';
import type { DatabaseContent } from '#persistence';
import { type Finding, ok, problem, warning } from '#provision';

/** The bundle of the active generation's model: opened, with the hashes of all its files, or why that failed. */
export type BundleState = { manifest: Pick<ModelManifest, 'version' | 'extractorId'> } | { damage: string };

/**
 * @param bundle null: there is no active generation
 * @param extractorIds of the feature graph in the cache, and of brought backbones; null: the former is not built
 */
export function judgeGeneration(
  { products, models, generations, active }: DatabaseContent,
  bundle: BundleState | null,
  extractorIds: readonly string[] | null,
): Finding {
  const value = { active: active?.id ?? null, modelVersion: active?.modelVersion ?? null, generations };
  if (active === null || bundle === null) {
    const sentence = 'No generation is active: the API has nothing to answer with.';
    if (products === 0) return warning('generation', sentence, 'npm run -s weft -- import FEED', value);
    const ready = generations.find(({ state }) => state === 'ready' || state === 'retired');
    if (ready !== undefined) return warning('generation', sentence, `npm run -s weft -- promote ${ready.id}`, value);
    return warning('generation', sentence, `npm run -s weft -- ${models === 0 ? 'train' : 'embed'}`, value);
  }
  const again = `npm run -s weft -- embed --model ${active.modelVersion}`;
  if ('damage' in bundle) {
    return problem('generation', bundle.damage, 'npm run -s weft -- train && npm run -s weft -- embed', value);
  }
  if (bundle.manifest.version !== active.modelVersion) {
    const sentence = `${active.directory} holds the model ${bundle.manifest.version}, not ${active.modelVersion}.`;
    return problem('generation', sentence, 'npm run -s weft -- train && npm run -s weft -- embed', value);
  }
  const { badNorms, productVectors } = active.completeness;
  if (badNorms > 0) {
    return problem(
      'generation',
      `${badNorms} vectors of generation ${active.id} are not of unit length.`,
      again,
      value,
    );
  }
  if (extractorIds !== null && !extractorIds.includes(active.extractorId)) {
    const sentence = `The model of generation ${active.id} was trained on features of a backbone that is not here.`;
    return warning('generation', sentence, 'npm run -s weft -- train && npm run -s weft -- embed', value);
  }
  const sentence = `Generation ${active.id} of model ${active.modelVersion} answers, with ${productVectors} products; its bundle is whole.`;
  return ok('generation', sentence, value);
}

/** Products that no answer can hold yet. */
export function judgeEmbedding({ awaitingEmbedding, active }: DatabaseContent): Finding {
  const value = { awaitingEmbedding };
  if (active === null) return ok('embedding', 'There is no active generation for products to wait for.', value);
  if (awaitingEmbedding === 0) return ok('embedding', 'No product waits for its embedding.', value);
  const sentence = `${awaitingEmbedding} products have photos that the active generation does not know.`;
  return warning('embedding', sentence, 'npm run -s weft -- embed', value);
}

/** Generations that somebody began and that nobody goes on with. */
export function judgeLeftovers({ generations, unfinishedJobs }: DatabaseContent): Finding {
  const building = generations.filter(({ state }) => state === 'building').map(({ id }) => id);
  const value = { building };
  if (building.length === 0) return ok('leftovers', 'No generation is half built.', value);
  if (unfinishedJobs.some(({ kind }) => kind === 'embed')) {
    return ok('leftovers', `Generation ${building.join(', ')} is being built.`, value);
  }
  const sentence = `Generation ${building.join(', ')} is half built, and no job goes on with it.`;
  return warning('leftovers', sentence, 'npm run -s weft -- embed', value);
}
