import {
  type GenerationId,
  type ImageId,
  isLasting,
  type JobId,
  messageOf,
  type ModelVersion,
  type ProgressListener,
} from '#foundation';
import { assertWhole } from './completeness.js';
import { GenerationError } from './generation-error.js';
import type { Generation, ModelRecord, PhotoVector, RefreshedGeneration } from './generation.js';
import type { ActivationMoment, GenerationBuild, GenerationStore } from './generation-store.js';
import { embedPhotos, type PhotoEmbedder, photoVectors } from './photo-vectors.js';
import { type ActivationEntry, isLetThrough, PromotionRefused, type PromotionRequest } from './promotion.js';
import { superfluousGenerations } from './superfluous.js';

/** What to embed the catalogue with. */
export interface EmbedInput extends PhotoEmbedder {
  /** A registered model. */
  modelVersion: ModelVersion;
  /** Who asked, for the record of what is served. */
  by: string;
  /** The run that embeds: what an earlier attempt of it completed is gone on with. @default none */
  run?: JobId;
}

/** Opens what a model embeds with. */
export type OpenEmbedder = (model: ModelRecord) => Promise<PhotoEmbedder & { close(): Promise<void> }>;

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

/** A generation that is whole. */
type BuiltGeneration = Pick<EmbedResult, 'products' | 'images' | 'seconds'> & { id: GenerationId };

/** What it took then is not known. */
function builtBefore({ id, products, images }: Generation): BuiltGeneration {
  return { id, products: products ?? 0, images: images ?? 0, seconds: { vectors: 0, index: 0, check: 0 } };
}

const NEVER = new AbortController().signal;

/** A served generation and the one it took over from. */
export interface Promotion {
  generation: GenerationId;
  modelVersion: ModelVersion;
  /** null when there was none, or it was active already. */
  retired: GenerationId | null;
}

/** How often a generation that lacks something is brought in step with the catalogue before it counts as incomplete. */
const MOST_LOOKS = 5;

/** Makes generations and decides which one answers. */
export class GenerationService {
  /** @param keep how many generations that were active before are kept, 1 or more */
  constructor(
    private readonly store: GenerationStore,
    private readonly keep = 1,
  ) {}

  /**
   * Embeds every photo of every active product under a model, beside the active generation, which serves on until the
   * new one is whole; whatever fails before that leaves it as it is.
   *
   * The vector of a product is that of its main photo: on product pages it found the style .88 of the time, the mean of
   * all photos .79 (two kept-back shops).
   *
   * @param signal ends the work, also while indexes are built, until the new generation is whole
   * @throws GenerationError `model-unknown`, `generation-incomplete`, `features-missing`
   */
  async embed(input: EmbedInput, report: ProgressListener, signal: AbortSignal = NEVER): Promise<EmbedResult> {
    const { modelVersion, run } = input;
    if ((await this.store.model(modelVersion)) === null) throw unknownModel(modelVersion);
    const made = run === undefined ? null : await this.store.madeBy(run);
    const { id, products, images, seconds } = made ? builtBefore(made) : await this.build(input, report, signal);
    // An import that ended before the new generation could be seen has brought the others up to date without it.
    const activation = await this.untilWhole(id, input, () => this.activateBuilt(id, input.by));
    await this.prune();
    report({ stage: 'embed', fraction: 1, message: `${products} products, ${images} photos` });
    const state = activation === 'none' ? 'ready' : 'active';
    return { generation: id, modelVersion, state, activation, products, images, seconds };
  }

  /**
   * Brings every kept generation in step with the catalogue: what an import added or changed is served at once, and any of
   * them can be promoted without embedding it again. One that cannot be, because its model or its photos are not there, is
   * told with the reason and does not hold up the others.
   */
  async refresh(open: OpenEmbedder, report: ProgressListener): Promise<RefreshedGeneration[]> {
    const generations = (await this.store.list()).filter(
      ({ state }) => state === 'ready' || state === 'active' || state === 'retired',
    );
    // What shoppers see comes first.
    generations.sort((a, b) => Number(b.state === 'active') - Number(a.state === 'active'));
    const refreshed: RefreshedGeneration[] = [];
    for (const [done, { id, modelVersion, state }] of generations.entries()) {
      const message = `bringing generation ${id} of ${modelVersion} up to date`;
      report({ stage: 'vectors', fraction: done / generations.length, message });
      const known = { id, modelVersion, isActive: state === 'active' };
      try {
        const changes = await this.refreshWith(id, modelVersion, open);
        if (changes !== null) refreshed.push({ ...known, failure: null, changes });
      } catch (error) {
        // What a person must mend is told; what passes by itself has the whole job done again.
        if (!isLasting(error)) throw error;
        refreshed.push({ ...known, failure: { code: error.code, message: error.message }, changes: null });
      }
    }
    return refreshed;
  }

  /**
   * Serves a generation from now on, if the gate lets it pass: its verdict must be true of the active generation and of the
   * catalogue of this moment. Nothing changes if it is active already; of the model that is active, or where nothing is, there is
   * nothing to judge.
   *
   * @param wanted number of a generation, or a model version: its newest generation
   * @throws GenerationError `generation-unknown`, `generation-not-ready`, `generation-incomplete`, `verdict-missing`;
   *   PromotionRefused, which is recorded
   */
  async promote(wanted: GenerationId | ModelVersion, request: PromotionRequest): Promise<Promotion> {
    const generation = typeof wanted === 'number' ? wanted : await this.newestOf(wanted);
    try {
      return await this.activate(generation, (moment) => entryOfPromotion(moment, request));
    } catch (error) {
      if (error instanceof PromotionRefused) await this.store.recordRefusal(error.verdict, request.by);
      throw error;
    }
  }

  /**
   * Goes back to a generation that was active before; twice, and it is as it was. The gate is not asked.
   *
   * @param to default: the one that was active before this one
   * @throws GenerationError `nothing-to-return-to`, `generation-unknown`, `generation-not-ready`, `generation-never-active`,
   *   `generation-incomplete`
   */
  rollBack(to: GenerationId | null, by: string): Promise<Promotion> {
    return this.activate(to ?? 'previous', ({ generation, found }) => {
      if (found === null) throw notReady(generation);
      if (generation.state === 'active') return null;
      if (generation.state === 'ready') throw neverActive(generation.id);
      assertWhole(found, generation.modelVersion);
      return { action: 'rolled-back', by, reason: null, verdict: null };
    });
  }

  private async activate(...wanted: Parameters<GenerationStore['activate']>): Promise<Promotion> {
    const { generation, before } = await this.store.activate(...wanted);
    const retired = before === null || before.id === generation.id ? null : before.id;
    return { generation: generation.id, modelVersion: generation.modelVersion, retired };
  }

  /** Serves a new generation if that is its lot. Decided in the transaction: a promotion may have come in meanwhile. */
  private async activateBuilt(built: GenerationId, by: string): Promise<Activation> {
    let activation: Activation = 'none';
    await this.store.activate(built, ({ generation: { modelVersion, state }, found, active }) => {
      activation = activationOf(active, modelVersion);
      if (state === 'retired') activation = 'none';
      // Not ready: an earlier attempt has done this, and what followed stands.
      if (activation === 'none' || state !== 'ready') return null;
      if (found !== null) assertWhole(found, modelVersion);
      return { ...entryUnjudged(activation), by };
    });
    return activation;
  }

  private async build(input: EmbedInput, report: ProgressListener, signal: AbortSignal): Promise<BuiltGeneration> {
    const build = await this.store.build(input.modelVersion, input.run);
    try {
      return await this.fill(build, input, report, signal);
    } catch (error) {
      // Where even this fails, the next build clears it away; what went wrong first is what to tell.
      await build.fail(messageOf(error)).catch(() => undefined);
      throw error;
    }
  }

  /** Copies, indexes, takes in what an import did meanwhile, checks. */
  private async fill(
    build: GenerationBuild,
    input: EmbedInput,
    report: ProgressListener,
    signal: AbortSignal,
  ): Promise<BuiltGeneration> {
    const start = performance.now();
    const photos = await this.store.photosOfCatalogue();
    const onProgress = (share: number, message: string) => {
      signal.throwIfAborted();
      report({ stage: 'embed', fraction: 0.5 * share, message });
    };
    await build.copy(photoVectors(photos, input, onProgress));
    const copied = performance.now();
    report({ stage: 'embed', fraction: 0.5, message: 'building the index' });
    await build.index(signal);
    const indexed = performance.now();
    report({ stage: 'embed', fraction: 0.9, message: 'checking that every product has a vector' });
    const found = await this.untilWhole(build.id, input, async () => {
      signal.throwIfAborted();
      const counted = await build.check();
      assertWhole(counted, input.modelVersion);
      return counted;
    });
    signal.throwIfAborted();
    await build.complete();
    const seconds = {
      vectors: (copied - start) / 1000,
      index: (indexed - copied) / 1000,
      check: (performance.now() - indexed) / 1000,
    };
    return { id: build.id, products: found.productVectors, images: found.imageVectors, seconds };
  }

  /**
   * Brings a generation in step with the catalogue and looks whether it is whole. An import that goes on meanwhile adds products
   * between the two: that is looked at again.
   *
   * @throws GenerationError `generation-incomplete` when it stays so
   */
  private async untilWhole<T>(id: GenerationId, input: EmbedInput, look: () => Promise<T>): Promise<T> {
    for (let left = MOST_LOOKS; ; left -= 1) {
      await this.refreshOne(id, input);
      try {
        return await look();
      } catch (error) {
        if (left === 1 || !(error instanceof GenerationError) || error.code !== 'generation-incomplete') throw error;
      }
    }
  }

  /** The model is opened only where a photo has no vector. */
  private async refreshWith(id: GenerationId, modelVersion: ModelVersion, open: OpenEmbedder) {
    const lacking = await this.store.photosLacking(id);
    if (lacking === null || lacking.length === 0) return this.store.refresh(id, []);
    const model = await this.store.model(modelVersion);
    if (model === null) throw unknownModel(modelVersion);
    const embedder = await open(model);
    try {
      return await this.store.refresh(id, await vectorsOf(lacking, embedder));
    } finally {
      await embedder.close();
    }
  }

  private async refreshOne(id: GenerationId, embedder: PhotoEmbedder): Promise<void> {
    const lacking = await this.store.photosLacking(id);
    await this.store.refresh(id, await vectorsOf(lacking ?? [], embedder));
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
    const superfluous = superfluousGenerations(await this.store.list(), await this.store.held(), this.keep);
    for (const { id } of superfluous) await this.store.drop(id);
  }
}

/** Vectors of the photos that have features; 512 bytes each. */
async function vectorsOf(imageIds: ImageId[], embedder: PhotoEmbedder) {
  const vectors: Pick<PhotoVector, 'imageId' | 'embedding'>[] = [];
  for await (const batch of embedPhotos(imageIds, embedder, () => undefined)) vectors.push(...batch.vectors);
  return vectors;
}

function activationOf(active: Generation | null, modelVersion: ModelVersion): Activation {
  if (active === null) return 'first';
  return active.modelVersion === modelVersion ? 'same-model' : 'none';
}

/** What may be served without being judged. */
function entryUnjudged(activation: 'first' | 'same-model'): Omit<ActivationEntry, 'by'> {
  return { action: activation === 'first' ? 'activated-first' : 'same-model', reason: null, verdict: null };
}

function entryOfPromotion(
  { generation, found, active, verdict }: ActivationMoment,
  { by, override = null, isAutomatic = false }: PromotionRequest,
): ActivationEntry | null {
  const { id, modelVersion, state } = generation;
  if (found === null) throw notReady(generation);
  if (state === 'active') return null;
  assertWhole(found, modelVersion);
  const activation = activationOf(active, modelVersion);
  if (activation !== 'none') return { ...entryUnjudged(activation), by };
  if (override !== null) return { action: 'promoted', by, reason: override, verdict };
  if (verdict === null) throw notJudged(id);
  if (!isLetThrough(verdict, isAutomatic)) throw new PromotionRefused(verdict);
  return { action: 'promoted', by, reason: null, verdict };
}

function unknownModel(modelVersion: ModelVersion): GenerationError {
  return new GenerationError('model-unknown', `There is no model ${modelVersion}.`, {
    value: modelVersion,
    remedy: 'Train one with `weft train`.',
  });
}

function notJudged(id: GenerationId): GenerationError {
  return new GenerationError(
    'verdict-missing',
    `Generation ${id} has not been judged against what is active and for sale now.`,
    { value: id, remedy: `\`weft promote ${id}\` judges it first; over HTTP, POST /v1/generations/${id}/judge does.` },
  );
}

function neverActive(id: GenerationId): GenerationError {
  return new GenerationError('generation-never-active', `Generation ${id} has never been active.`, {
    value: id,
    remedy: `To serve it for the first time: weft promote ${id}`,
  });
}

function notReady({ id, state, failure }: Generation): GenerationError {
  const why = state === 'building' ? 'is still being built' : `failed: ${failure ?? 'unknown reason'}`;
  return new GenerationError('generation-not-ready', `Generation ${id} cannot be served, it ${why}.`, {
    value: id,
    remedy: state === 'building' ? 'Wait for its job to end.' : 'Run `weft embed` again.',
  });
}
