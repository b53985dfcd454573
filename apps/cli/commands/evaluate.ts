import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { openArtifacts } from '#artifacts';
import { Backbones, type FeatureGraph, featureGraphOf } from '#backbones';
import { loadConfig, type WeftConfig } from '#config';
import { assignSplit } from '#datasets';
import { FeatureCache, listModels, type ModelBundle, openModel } from '#embedder';
import {
  type Baseline,
  baselineVectors,
  baselineWidth,
  type EmbeddedPhotos,
  evaluateRetrieval,
  type Matching,
  matchingOf,
  measureClustering,
  measureRecognition,
  measureSeparation,
  measureVerification,
  pairSimilarities,
  photoPairs,
  pointsAtDial,
  type RetrievalReport,
  retrievalSet,
  scaleQuery,
} from '#evaluation';
import { EMBEDDING_SIZE, messageOf, Random, WeftError } from '#foundation';
import { describeEvaluations, type Evaluation } from '../describe-evaluations.js';
import { type LabelledPhotos, photosOfFeed, withFeatures } from '../labelled-photos.js';
import { numberIn } from '../options.js';
import { print, printJson } from '../output.js';
import { reliabilityPage } from '../reliability-page.js';
import { withSession } from '../session.js';

const SWEEP = [0, 0.25, 0.5, 0.75, 1];
const BOOTSTRAP_SEED = 1;
const CLUSTERING_SEED = 1;

interface EvaluateOptions {
  feed?: string;
  gallery?: string;
  model?: string;
  dial?: number;
  sweep?: true;
  reliability?: string;
  json?: true;
}

export const evaluateCommand = new Command('evaluate')
  .description('measure retrieval over photos: of a feed, or of the hold-out styles of the catalogue')
  .option('--feed <feed>', 'photos to ask with; default: the hold-out styles of the catalogue')
  .option('--gallery <feed>', 'photos to search in; default: the same photos, leave-one-out')
  .option('--model <name>', 'version, untrained, backbone or histogram; default: the newest trained model')
  .option('--dial <t>', '0: shape only; 1: colour only; default: the model’s', numberIn(0, 1))
  .addOption(new Option('--sweep', 'measure at dial 0, .25, .5, .75 and 1').conflicts('dial'))
  .option('--reliability <file>', 'write how far probabilities of weft verify can be believed on these photos: .html')
  .option('--json', 'print JSON on stdout')
  .action(async (options: EvaluateOptions) => {
    const config = loadConfig();
    if (options.gallery !== undefined && options.feed === undefined) {
      throw new WeftError('feed-needed', '--gallery says where to search; --feed must say what to ask with.');
    }
    refuseDialOfBaseline(options);
    const ofFeed = async (feed: string) => photosOfFeed(config, resolve(feed), await graphOf(config, options.model));
    const queries = options.feed === undefined ? await holdOut(config, options.model) : await ofFeed(options.feed);
    const gallery = options.gallery === undefined ? queries : await ofFeed(options.gallery);
    const evaluations = await measure(config, queries, gallery, options);
    if (options.reliability !== undefined) await writeReliability(resolve(options.reliability), evaluations);
    if (options.json)
      return printJson(options.sweep ? { model: evaluations[0]?.model, sweep: evaluations } : evaluations[0]);
    print(describeEvaluations(evaluations));
  });

/** Photos of the styles that no model of this installation is trained on. */
async function holdOut(config: WeftConfig, model: string | undefined): Promise<LabelledPhotos> {
  const bundle = await openBundle(config, bundleNameOf(model));
  await bundle.close();
  const cache = new FeatureCache(join(config.home, 'features'), bundle.manifest, await openArtifacts(config));
  await cache.open();
  return withSession(async ({ database }) => {
    const salt = await database.generations.salt();
    const photos = await database.generations.photosOfCatalogue();
    const heldOut = photos.filter(({ styleId }) => assignSplit(styleId, salt) === 'holdout');
    if (heldOut.length === 0) {
      throw new WeftError('nothing-to-evaluate', 'No style of the catalogue is held out.', {
        remedy: 'Import a feed with more styles, or name one to measure on: weft evaluate --feed FEED',
      });
    }
    return withFeatures(heldOut, cache);
  });
}

/** The bundle whose heads, or whose features, are measured; undefined: the newest. */
function bundleNameOf(model: string | undefined): string | undefined {
  return model === 'untrained' || isBaseline(model) ? undefined : model;
}

/** The brought backbone that the model stands on; null: the one that Weft comes with. */
async function graphOf(config: WeftConfig, model: string | undefined): Promise<FeatureGraph | null> {
  const isFirst = isBaseline(model) && (await listModels(await openArtifacts(config))).length === 0;
  if (isFirst) return null;
  const bundle = await openBundle(config, bundleNameOf(model));
  await bundle.close();
  const backbone = await new Backbones(await openArtifacts(config)).ofExtractor(bundle.manifest.extractorId);
  return backbone && featureGraphOf(backbone);
}

async function measure(
  config: WeftConfig,
  queries: LabelledPhotos,
  gallery: LabelledPhotos,
  options: EvaluateOptions,
): Promise<Evaluation[]> {
  const { model } = options;
  if (isBaseline(model)) {
    return [{ model, dial: null, centre: 'searched', ...baselineReport(model, queries, gallery), matching: null }];
  }
  const bundle = await openBundle(config, bundleNameOf(model));
  try {
    const { version, extractorId } = bundle.manifest;
    if (extractorId !== queries.extractorId) {
      throw new WeftError('model-outdated', `The model ${version} was trained on other features than these photos'.`, {
        value: { model: extractorId, photos: queries.extractorId },
        remedy: 'Train a model on the features of today: weft train',
      });
    }
    const isUntrained = model === 'untrained';
    const embed = (features: Float32Array) => {
      if (options.feed !== undefined)
        return bundle.embedAbout(features, gallery.features, isUntrained ? 'untrained' : 'heads');
      return isUntrained ? bundle.embedUntrained(features) : bundle.embed(features);
    };
    const ofQueries = await embed(queries.features);
    const ofGallery = gallery === queries ? ofQueries : await embed(gallery.features);
    const name = isUntrained ? 'untrained' : bundle.manifest.version;
    const dials = options.sweep ? SWEEP : [options.dial ?? bundle.manifest.dial];
    const known = isUntrained ? null : matchingOf(bundle.manifest.metrics);
    const matching =
      known && matchingReport(bundle.manifest.dial, known, embedded(queries, ofQueries), embedded(gallery, ofGallery));
    const centre = options.feed === undefined ? 'model' : 'searched';
    return dials.map((dial) => ({
      ...{ model: name, dial, centre },
      ...report(queries, scaleQuery(ofQueries, dial), gallery, ofGallery, EMBEDDING_SIZE),
      ...groupReport(queries, pointsAtDial(ofQueries, dial), EMBEDDING_SIZE),
      matching,
    }));
  } finally {
    await bundle.close();
  }
}

function isBaseline(model: string | undefined): model is Baseline {
  return model === 'backbone' || model === 'histogram';
}

function refuseDialOfBaseline({ model, dial, sweep }: EvaluateOptions): void {
  if (!isBaseline(model) || (dial === undefined && sweep === undefined)) return;
  throw new WeftError('dial-unsuitable', `The ${model} alone has no two parts that a dial could weigh.`, {
    value: model,
    remedy: 'Leave --dial and --sweep out.',
  });
}

/** Centred on the mean of the gallery: the shop that is searched. */
function baselineReport(baseline: Baseline, queries: LabelledPhotos, gallery: LabelledPhotos) {
  const { layout } = gallery;
  const ofQueries = baselineVectors(queries.features, baseline, layout, gallery.features);
  const ofGallery = gallery === queries ? ofQueries : baselineVectors(gallery.features, baseline, layout);
  const width = baselineWidth(baseline, layout);
  return { ...report(queries, ofQueries, gallery, ofGallery, width), ...groupReport(queries, ofQueries, width) };
}

function report(
  queries: LabelledPhotos,
  ofQueries: Float32Array,
  gallery: LabelledPhotos,
  ofGallery: Float32Array,
  dim: number,
): RetrievalReport {
  return evaluateRetrieval({
    queries: retrievalSet(queries.labels, queries.lab, ofQueries),
    gallery: retrievalSet(gallery.labels, gallery.lab, ofGallery),
    dim,
    random: new Random(BOOTSTRAP_SEED),
  });
}

/** What asks for no ranking: which photos lie together, and how far pairs of one product stand out. */
function groupReport(photos: LabelledPhotos, points: Float32Array, dim: number) {
  const set = retrievalSet(photos.labels, photos.lab, points);
  const pairs = photoPairs(set);
  return {
    separation: measureSeparation(pairs, pairSimilarities(pairs, points, dim)),
    clustering: measureClustering(set, points, dim, new Random(CLUSTERING_SEED)),
  };
}

function matchingReport(
  dial: number,
  { verifier, recogniser }: Matching,
  queries: EmbeddedPhotos,
  gallery: EmbeddedPhotos,
) {
  return {
    verification: measureVerification(verifier, queries),
    recognition: recogniser && measureRecognition(verifier, recogniser, queries, gallery, dial),
  };
}

const embedded = (photos: LabelledPhotos, vectors: Float32Array): EmbeddedPhotos =>
  retrievalSet(photos.labels, photos.lab, vectors);

/** @throws WeftError `not-calibrated`, `page-unwritable` */
async function writeReliability(file: string, [evaluation]: Evaluation[]): Promise<void> {
  const reliability = evaluation?.matching?.verification.reliability;
  if (evaluation === undefined || reliability == null) {
    throw new WeftError('not-calibrated', 'There are no probabilities to draw.', {
      value: evaluation?.model ?? null,
      remedy:
        'Measure a trained model, on photos of which several show one product: weft evaluate --reliability FILE.html',
    });
  }
  await writeFile(file, reliabilityPage(evaluation.model, reliability)).catch((error: unknown) => {
    throw new WeftError('page-unwritable', `The page cannot be written: ${messageOf(error)}`, {
      value: file,
      remedy: 'Name a file in a directory that you may write to.',
    });
  });
}

/** @throws WeftError `no-model`, `model-unknown` */
async function openBundle(config: WeftConfig, version: string | undefined): Promise<ModelBundle> {
  const artifacts = await openArtifacts(config);
  const versions = await listModels(artifacts);
  const found = version === undefined ? versions.at(-1) : versions.find((candidate) => candidate === version);
  if (found !== undefined) return openModel(artifacts, { version: found });
  if (version !== undefined) {
    throw new WeftError('model-unknown', `There is no model ${version}.`, {
      value: version,
      remedy: `Known: ${[...versions, 'untrained', 'backbone', 'histogram'].join(', ')}.`,
    });
  }
  throw new WeftError('no-model', 'No model has been trained yet; untrained heads are fitted on a catalogue too.', {
    remedy: 'weft import FEED && weft train',
  });
}
