import { join } from 'node:path';
import type { Artifacts } from '#artifacts';
import { FeatureCache, type ModelBundle, openModel } from '#embedder';
import {
  type Baseline,
  baselineVectors,
  baselineWidth,
  type GateModel,
  judgeRetrieval,
  type RetrievalSet,
  scaleQuery,
} from '#evaluation';
import { EMBEDDING_SIZE, type FeatureLayout, type GenerationId, type ProgressListener, WeftError } from '#foundation';
import type { Generation, ModelRecord, Verdict } from '#generations';
import type { Database } from '#persistence';
import { type Holdout, holdoutOf } from './holdout.js';
import { compareTopTens } from './top-tens.js';

/**
 * Judges a generation against the active one and the baselines, on the catalogue of now, and keeps the verdict. Vectors are those
 * that would be served; baselines come from cached features. Seconds of a core where products are many: to be done in a thread.
 *
 * @throws WeftError `generation-unknown`, `generation-not-ready`, `no-active-generation`, `nothing-to-judge`, `bundle-damaged`
 */
export async function judgeGeneration(
  database: Pick<Database, 'generations' | 'index' | 'photoIndex'>,
  artifacts: Artifacts,
  id: GenerationId,
  report: ProgressListener,
): Promise<Verdict> {
  const { generations } = database;
  const [candidate, active] = await Promise.all([servedBy(database, id), servedNow(database)]);
  const catalogue = await generations.catalogueState();
  report({ stage: 'judge', fraction: 0, message: `judging generation ${id} against ${active.id}` });
  const retrieval = await judgeHoldout(database, artifacts, candidate, active);
  report({ stage: 'judge', fraction: 0.5, message: 'comparing what product pages show' });
  const dialled = ({ id: generation, model: { dial } }: Served) => ({ id: generation, dial });
  const topTens = await compareTopTens(database, dialled(active), dialled(candidate));
  const judgement = { format: 'weft-judgement-1' as const, ...retrieval, ...topTens };
  const kept = await generations.saveVerdict({ generation: id, against: active.id, catalogue, judgement });
  if (kept === null) throw unknownGeneration(id);
  report({ stage: 'judge', fraction: 1, message: judgement.reasons[0] ?? judgement.outcome });
  return kept;
}

/** A generation with its model. */
type Served = Generation & { model: ModelRecord };

async function servedBy({ generations }: Pick<Database, 'generations'>, id: GenerationId): Promise<Served> {
  const generation = await generations.find(id);
  const model = generation && (await generations.model(generation.modelVersion));
  if (generation === null || model === null) throw unknownGeneration(id);
  if (generation.state === 'building' || generation.state === 'failed') {
    throw new WeftError(
      'generation-not-ready',
      `Generation ${id} is ${generation.state}: it has no vectors to judge.`,
      {
        value: id,
        remedy: 'See `weft generations` for those that are ready.',
      },
    );
  }
  return { ...generation, model };
}

async function servedNow(database: Pick<Database, 'generations'>): Promise<Served> {
  const active = await database.generations.active();
  if (active !== null) return servedBy(database, active.id);
  throw new WeftError('no-active-generation', 'Nothing is served that it could be judged against.', {
    remedy: 'Where nothing is served, `weft promote` serves without a verdict.',
  });
}

async function judgeHoldout(
  database: Pick<Database, 'generations' | 'photoIndex'>,
  artifacts: Artifacts,
  candidate: Served,
  active: Served,
) {
  const bundle = await openModel(artifacts, candidate.model);
  try {
    const cache = new FeatureCache(join(artifacts.home, 'features'), bundle.manifest, artifacts);
    await cache.open();
    const holdout = await holdoutOf(database, candidate.id, active.id, cache);
    const models = {
      candidate: embeddedModel(holdout.candidate, candidate.model.dial),
      active: embeddedModel(holdout.active, active.model.dial),
    };
    const judged = judgeRetrieval(models, await baselinesOf(holdout, models.candidate, bundle, candidate.model.dial));
    if (judged === null) throw nothingToJudge(holdout.counts);
    return { ...judged, holdout: holdout.counts };
  } finally {
    await bundle.close();
  }
}

async function baselinesOf(
  { candidate, ofBaselines: { rows, features } }: Holdout,
  wholeCandidate: GateModel,
  bundle: ModelBundle,
  dial: number,
) {
  const photos = firstRows(candidate, rows);
  const untrained = await bundle.embedUntrained(features);
  const raw = (baseline: Baseline) => rawModel(photos, features, baseline, bundle.manifest.layout);
  return {
    candidate: rows === candidate.products.length ? wholeCandidate : embeddedModel(photos, dial),
    models: {
      untrained: embeddedModel({ ...photos, vectors: untrained }, dial),
      backbone: raw('backbone'),
      histogram: raw('histogram'),
    },
  };
}

function firstRows({ vectors, lab, ...labels }: RetrievalSet, rows: number): RetrievalSet {
  const { products, styles, categories, genders, imageIds } = labels;
  return {
    products: products.slice(0, rows),
    styles: styles.slice(0, rows),
    categories: categories.slice(0, rows),
    genders: genders.slice(0, rows),
    imageIds: imageIds.slice(0, rows),
    vectors: vectors.subarray(0, EMBEDDING_SIZE * rows),
    lab: lab.subarray(0, 3 * rows),
  };
}

function embeddedModel(gallery: RetrievalSet, dial: number): GateModel {
  return { queries: { ...gallery, vectors: scaleQuery(gallery.vectors, dial) }, gallery, dim: EMBEDDING_SIZE };
}

function rawModel(photos: RetrievalSet, features: Float32Array, baseline: Baseline, layout: FeatureLayout): GateModel {
  const set = { ...photos, vectors: baselineVectors(features, baseline, layout) };
  return { queries: set, gallery: set, dim: baselineWidth(baseline, layout) };
}

function unknownGeneration(id: GenerationId): WeftError {
  return new WeftError('generation-unknown', `There is no generation ${id}.`, { value: id });
}

function nothingToJudge({ ofStyles, ofPhotos, leftOut }: Holdout['counts']): WeftError {
  return new WeftError('nothing-to-judge', 'No hold-out photo has another one to find.', {
    value: { styles: ofStyles, photos: ofPhotos, leftOut },
    remedy:
      'Import products with several photos or colours. To serve it unjudged, say who wants it and why: ' +
      'weft promote GENERATION --override --by NAME --reason TEXT',
  });
}
