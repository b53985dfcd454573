import { basename, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadConfig, type WeftConfig } from '#config';
import { assignSplit } from '#datasets';
import { FeatureCache, listBundles, ModelBundle } from '#embedder';
import {
  type Baseline,
  baselineVectors,
  baselineWidth,
  evaluateRetrieval,
  type RetrievalReport,
  retrievalSet,
  scaleQuery,
} from '#evaluation';
import { EMBEDDING_SIZE, Random, WeftError } from '#foundation';
import { type LabelledPhotos, photosOfFeed, withFeatures } from '../labelled-photos.js';
import { numberIn } from '../options.js';
import { print, printJson, table } from '../output.js';
import { withSession } from '../session.js';

const SWEEP = [0, 0.25, 0.5, 0.75, 1];
const BOOTSTRAP_SEED = 1;

interface EvaluateOptions {
  feed?: string;
  gallery?: string;
  model?: string;
  dial?: number;
  sweep?: true;
  json?: true;
}

/** One line of the answer: what was measured, and the figures. `dial` is null where vectors have no two parts. */
interface Evaluation extends RetrievalReport {
  model: string;
  dial: number | null;
}

export const evaluateCommand = new Command('evaluate')
  .description('measure retrieval over photos: of a feed, or of the hold-out styles of the catalogue')
  .option('--feed <feed>', 'photos to ask with; default: the hold-out styles of the catalogue')
  .option('--gallery <feed>', 'photos to search in; default: the same photos, leave-one-out')
  .option('--model <name>', 'version, untrained, backbone or histogram; default: the newest trained model')
  .option('--dial <t>', '0: shape only; 1: colour only; default: the model’s', numberIn(0, 1))
  .addOption(new Option('--sweep', 'measure at dial 0, .25, .5, .75 and 1').conflicts('dial'))
  .option('--json', 'print JSON on stdout')
  .action(async (options: EvaluateOptions) => {
    const config = loadConfig();
    if (options.gallery !== undefined && options.feed === undefined) {
      throw new WeftError('feed-needed', '--gallery says where to search; --feed must say what to ask with.');
    }
    refuseDialOfBaseline(options);
    const queries =
      options.feed === undefined ? await holdOut(config) : await photosOfFeed(config, resolve(options.feed));
    const gallery = options.gallery === undefined ? queries : await photosOfFeed(config, resolve(options.gallery));
    const evaluations = await measure(config, queries, gallery, options);
    if (options.json)
      return printJson(options.sweep ? { model: evaluations[0]?.model, sweep: evaluations } : evaluations[0]);
    print(describe(evaluations));
  });

/** Photos of the styles that no model of this installation is trained on. */
async function holdOut(config: WeftConfig): Promise<LabelledPhotos> {
  const newest = await openBundle(config, undefined);
  await newest.close();
  const cache = new FeatureCache(join(config.home, 'features'), newest.manifest);
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

async function measure(
  config: WeftConfig,
  queries: LabelledPhotos,
  gallery: LabelledPhotos,
  options: EvaluateOptions,
): Promise<Evaluation[]> {
  const { model } = options;
  if (isBaseline(model)) {
    return [{ model, dial: null, ...baselineReport(model, queries, gallery) }];
  }
  const bundle = await openBundle(config, model === 'untrained' ? undefined : model);
  try {
    const { version, extractorId } = bundle.manifest;
    if (extractorId !== queries.extractorId) {
      throw new WeftError('model-outdated', `The model ${version} was trained on other features than these photos'.`, {
        value: { model: extractorId, photos: queries.extractorId },
        remedy: 'Train a model on the features of today: weft train',
      });
    }
    const embed = (features: Float32Array) =>
      model === 'untrained' ? bundle.embedUntrained(features) : bundle.embed(features);
    const ofQueries = await embed(queries.features);
    const ofGallery = gallery === queries ? ofQueries : await embed(gallery.features);
    const name = model === 'untrained' ? 'untrained' : bundle.manifest.version;
    const dials = options.sweep ? SWEEP : [options.dial ?? bundle.manifest.dial];
    return dials.map((dial) => ({
      model: name,
      dial,
      ...report(queries, scaleQuery(ofQueries, dial), gallery, ofGallery, EMBEDDING_SIZE),
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
function baselineReport(baseline: Baseline, queries: LabelledPhotos, gallery: LabelledPhotos): RetrievalReport {
  const { layout } = gallery;
  const ofQueries = baselineVectors(queries.features, baseline, layout, gallery.features);
  const ofGallery = gallery === queries ? ofQueries : baselineVectors(gallery.features, baseline, layout);
  return report(queries, ofQueries, gallery, ofGallery, baselineWidth(baseline, layout));
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

/** @throws WeftError `no-model`, `model-unknown` */
async function openBundle(config: WeftConfig, version: string | undefined): Promise<ModelBundle> {
  const directories = await listBundles(join(config.home, 'models'));
  const directory =
    version === undefined ? directories.at(-1) : directories.find((candidate) => basename(candidate) === version);
  if (directory !== undefined) return ModelBundle.open(directory);
  if (version !== undefined) {
    throw new WeftError('model-unknown', `There is no model ${version}.`, {
      value: version,
      remedy: `Known: ${[...directories.map((known) => basename(known)), 'untrained', 'backbone', 'histogram'].join(', ')}.`,
    });
  }
  throw new WeftError('no-model', 'No model has been trained yet; untrained heads are fitted on a catalogue too.', {
    remedy: 'weft import FEED && weft train',
  });
}

const rate = (value: number | null | undefined) => (value == null ? '-' : value.toFixed(3));

function describe(evaluations: Evaluation[]): string {
  const [first] = evaluations;
  if (first === undefined) return '';
  const tasks = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;
  const retrieval = table(
    ['dial', 'task', 'queries', 'hit@1', '95 % from', 'to', 'hit@5', 'MAP@R'],
    evaluations.flatMap((evaluation) =>
      tasks.map((task) => {
        const figures = evaluation[task];
        return [
          evaluation.dial ?? '-',
          task,
          figures?.queries ?? 0,
          rate(figures?.hitRateAt1),
          rate(figures?.interval95[0]),
          rate(figures?.interval95[1]),
          rate(figures?.hitRateAt5),
          rate(figures?.mapAtR),
        ];
      }),
    ),
  );
  const others = table(
    ['dial', 'same category in top 10', 'same gender', 'colour difference (Lab)'],
    evaluations.map(({ dial, otherStyles }) => [
      dial ?? '-',
      rate(otherStyles?.categoryAt10),
      rate(otherStyles?.genderAt10),
      rate(otherStyles?.colourDifferenceAt10),
    ]),
  );
  return `Model ${first.model}\n${retrieval}\n\nOther styles, as shoppers see them:\n${others}`;
}
