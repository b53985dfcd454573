import { type GenerationId, messageOf, type ModelVersion, type ProgressListener } from '#foundation';
import { assertWhole } from './completeness.js';
import { GenerationError } from './generation-error.js';
import type { Generation } from './generation.js';
import type { GenerationBuild, GenerationStore } from './generation-store.js';
import { type PhotoEmbedder, PhotoVectors } from './photo-vectors.js';
import { superfluousGenerations } from './superfluous.js';

/** What to embed the catalogue with. */
export interface EmbedInput extends PhotoEmbedder {
  /** A registered model. */
  modelVersion: ModelVersion;
}

/**
 * Why a new generation was activated at once: it is the `first`, or of the `same-model` as the active one, so that its
 * quality was judged already. `none`: it waits for a promotion.
 */
type Activation = 'first' | 'same-model' | 'none';

/** What embedding made. */
export interface EmbedResult {
  generation: GenerationId;
  modelVersion: ModelVersion;
  state: 'ready' | 'active';
  activation: Activation;
  products: number;
  images: number;
  /** Wall time by stage. */
  seconds: { vectors: number; index: number; check: number };
}

/** A served generation and the one it took over from. */
export interface Promotion {
  generation: GenerationId;
  modelVersion: ModelVersion;
  /** null when there was none, or it was active already. */
  retired: GenerationId | null;
}

/** Makes generations and decides which one answers. */
export class GenerationService {
  constructor(private readonly store: GenerationStore) {}

  /**
   * Embeds every photo of every active product under a model, beside the active generation, which serves on until the
   * new one is whole; whatever fails before that leaves it as it is.
   *
   * The vector of a product is that of its main photo: on product pages it found the style .88 of the time, the mean of
   * all photos .79 (two kept-back shops).
   *
   * @throws GenerationError `model-unknown`, `generation-incomplete`, `features-missing`
   */
  async embed(input: EmbedInput, report: ProgressListener): Promise<EmbedResult> {
    const { modelVersion } = input;
    if ((await this.store.model(modelVersion)) === null) throw unknownModel(modelVersion);
    const build = await this.store.build(modelVersion);
    let filled;
    try {
      filled = await this.fill(build, input, report);
    } catch (error) {
      // Where even this fails, the next build clears it away; what went wrong first is what to tell.
      await build.fail(messageOf(error)).catch(() => undefined);
      throw error;
    }
    const { found, seconds } = filled;
    const activation = await this.activateBuilt(build.id);
    await this.prune();
    report({ stage: 'embed', fraction: 1, message: `${found.productVectors} products, ${found.imageVectors} photos` });
    return {
      generation: build.id,
      modelVersion,
      state: activation === 'none' ? 'ready' : 'active',
      activation,
      products: found.productVectors,
      images: found.imageVectors,
      seconds,
    };
  }

  /**
   * Serves a generation from now on: a ready one, or a retired one to go back to. Nothing changes if it is active already.
   *
   * @param wanted number of a generation, or a model version: its newest generation
   * @throws GenerationError `generation-unknown`, `generation-not-ready`, `generation-incomplete`
   */
  async promote(wanted: GenerationId | ModelVersion): Promise<Promotion> {
    const generation = typeof wanted === 'number' ? wanted : await this.newestOf(wanted);
    const { generation: promoted, before } = await this.store.activate(generation, (candidate, found) => {
      const { id, modelVersion, state, failure } = candidate;
      if (found === null) throw notReady(id, state, failure);
      if (state !== 'active') assertWhole(found, modelVersion);
      return true;
    });
    const retired = before === null || before.id === generation ? null : before.id;
    return { generation, modelVersion: promoted.modelVersion, retired };
  }

  /** Serves a new generation if that is its lot. Decided in the transaction: a promotion may have come in meanwhile. */
  private async activateBuilt(built: GenerationId): Promise<Activation> {
    let activation: Activation = 'none';
    await this.store.activate(built, ({ modelVersion }, found, active) => {
      activation = activationOf(active, modelVersion);
      if (activation === 'none') return false;
      if (found !== null) assertWhole(found, modelVersion);
      return true;
    });
    return activation;
  }

  /** Copies, indexes, checks. Photos that an import adds meanwhile are copied after the index is built. */
  private async fill(build: GenerationBuild, input: EmbedInput, report: ProgressListener) {
    const vectors = new PhotoVectors(input);
    const start = performance.now();
    await this.copyNew(build, vectors, (share, message) => report({ stage: 'embed', fraction: 0.5 * share, message }));
    const copied = performance.now();
    report({ stage: 'embed', fraction: 0.5, message: 'building the index' });
    await build.index();
    const indexed = performance.now();
    report({ stage: 'embed', fraction: 0.9, message: 'checking that every product has a vector' });
    await this.copyNew(build, vectors, () => undefined);
    const found = await build.check();
    assertWhole(found, input.modelVersion);
    await build.complete();
    const seconds = {
      vectors: (copied - start) / 1000,
      index: (indexed - copied) / 1000,
      check: (performance.now() - indexed) / 1000,
    };
    return { found, seconds };
  }

  private async copyNew(
    build: GenerationBuild,
    vectors: PhotoVectors,
    onProgress: (share: number, message: string) => void,
  ): Promise<void> {
    const fresh = vectors.ofNew(await this.store.photosOfCatalogue(), onProgress);
    if (fresh !== null) await build.copy(fresh);
    vectors.assertNothingMissing();
  }

  private async newestOf(modelVersion: ModelVersion): Promise<GenerationId> {
    const newest = (await this.store.list()).find(
      ({ modelVersion: version, state }) => version === modelVersion && state !== 'building' && state !== 'failed',
    );
    if (newest) return newest.id;
    throw new GenerationError('generation-unknown', `The model ${modelVersion} has no generation to serve.`, {
      value: modelVersion,
      remedy: `Run \`weft embed --model ${modelVersion}\`.`,
    });
  }

  /** Drops what later generations have made superfluous. One that is busy just now is dropped next time. */
  private async prune(): Promise<void> {
    for (const { id } of superfluousGenerations(await this.store.list())) await this.store.drop(id);
  }
}

function activationOf(active: Generation | null, modelVersion: ModelVersion): Activation {
  if (active === null) return 'first';
  return active.modelVersion === modelVersion ? 'same-model' : 'none';
}

function unknownModel(modelVersion: ModelVersion): GenerationError {
  return new GenerationError('model-unknown', `There is no model ${modelVersion}.`, {
    value: modelVersion,
    remedy: 'Train one with `weft train`.',
  });
}

function notReady(id: GenerationId, state: string, failure: string | null): GenerationError {
  const why = state === 'building' ? 'is still being built' : `failed: ${failure ?? 'unknown reason'}`;
  return new GenerationError('generation-not-ready', `Generation ${id} cannot be served, it ${why}.`, {
    value: id,
    remedy: state === 'building' ? 'Wait for its job to end.' : 'Run `weft embed` again.',
  });
}
