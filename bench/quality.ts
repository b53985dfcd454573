/**
 * Measures the default recipe on styles that it was not trained on: the styles of a feed are split again and again by
 * another salt, a model is trained on each split, and its hold-out is asked. Prints means over the splits beside what
 * the model must beat, and the sweep of the dial; asserts nothing.
 *
 *   npm run bench:quality -- FEED [--splits 6] [--loss triplet-margin --miner semi-hard ...]
 */
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { photosOfFeed } from '../apps/cli/labelled-photos.js';
import { integerIn } from '../apps/cli/options.js';
import { addTrainingOptions } from '../apps/cli/training-options.js';
import { openBackend } from '#compute';
import { AUGMENTED_VIEW, FilePhotoReader, readFeedPhotos } from '#catalog';
import { loadConfig } from '#config';
import { buildSnapshot, cachedViews } from '#datasets';
import { FeatureCache, FeatureExtractor } from '#embedder';
import {
  evaluateRetrieval,
  FALSE_ACCEPT_RATES,
  type Matching,
  retrievalSet,
  scaleQuery,
  type RetrievalReport,
} from '#evaluation';
import { AddressRules, Fetcher } from '#fetching';
import { featureWidth, Random, trainingSettingsSchema } from '#foundation';
import { featureGraphPath } from '#provision';
import { embedFeatures, trainQuick } from '#training';

const DIALS = [0, 0.25, 0.4, 0.45, 0.5, 0.525, 0.55, 0.6, 0.75, 1];

const program = addTrainingOptions(new Command('bench:quality').argument('<feed>', 'the feed to split'))
  .option('--splits <number>', 'how often', integerIn(1, 1_000), 6)
  .parse();
const [feed = ''] = program.args;
const { splits, ...choices } = program.opts<{ splits: number }>();
const settings = trainingSettingsSchema.parse(choices);
const config = loadConfig();
const photos = await photosOfFeed(config, resolve(feed));
const backend = await openBackend(config.device);

const cache = new FeatureCache(join(config.home, 'features'), photos);
await cache.open();
if (settings.views !== 'none') await computeViews();

const matchings: Matching[] = [];
const reports = new Map<string, RetrievalReport[]>();
const note = (name: string, report: RetrievalReport) => reports.set(name, [...(reports.get(name) ?? []), report]);
for (let split = 1; split <= splits; split += 1) {
  const snapshot = buildSnapshot({
    photos: photos.labels.map((label) => ({ ...label, colour: null })),
    features: photos.features,
    lab: photos.lab,
    extractorId: 'bench',
    layout: photos.layout,
    views: settings.views === 'none' ? null : await cachedViews(photos.labels, `bench ${split}`, cache),
    salt: `bench ${split}`,
  });
  const model = await trainQuick({
    backend,
    snapshot,
    settings: { ...settings, seed: split },
    onProgress: () => {},
  });
  const { holdout, matching } = model.metrics;
  if (holdout === null) continue;
  if (matching !== null) matchings.push(matching);
  note('histogram', holdout.histogram);
  note('backbone', holdout.backbone);
  note('untrained', holdout.untrained);
  note('trained', holdout.trained);
  const rows = snapshot.photos.flatMap((photo, row) => (photo.split === 'holdout' ? [row] : []));
  const embeddings = embedFeatures(model.heads, take(snapshot.features, featureWidth(snapshot.layout), rows));
  const labels = rows.flatMap((row) => snapshot.photos[row] ?? []);
  const set = (vectors: Float32Array) => retrievalSet(labels, take(snapshot.lab, 3, rows), vectors);
  for (const dial of DIALS) {
    const report = evaluateRetrieval({
      queries: set(scaleQuery(embeddings, dial)),
      gallery: set(embeddings),
      dim: embeddings.length / rows.length,
      random: new Random(1),
    });
    note(`dial ${dial}`, report);
  }
  process.stderr.write(`split ${split}: ${model.reason}\n`);
}

print(
  ['', 'same product', 'same style', 'other colour', 'category', 'gender', 'Lab'],
  [
    ...[...reports].map(([name, all]) => [
      name,
      mean(all.map(({ sameProduct }) => sameProduct?.hitRateAt1)),
      mean(all.map(({ sameStyle }) => sameStyle?.hitRateAt1)),
      mean(all.map(({ sameStyleOtherColour }) => sameStyleOtherColour?.hitRateAt1)),
      mean(all.map(({ otherStyles }) => otherStyles?.categoryAt10)),
      mean(all.map(({ otherStyles }) => otherStyles?.genderAt10)),
      mean(all.map(({ otherStyles }) => otherStyles?.colourDifferenceAt10)),
    ]),
  ],
);
process.stdout.write(`\nMeans of ${splits} splits ± standard deviation; trained at dial ${settings.dial}.\n`);

printMatching(matchings);

/** What verification and recognition are worth, of the splits that could be calibrated. */
function printMatching(all: Matching[]): void {
  const outcomes = all.flatMap(({ holdout }) => holdout ?? []);
  const verified = outcomes.map(({ verification }) => verification);
  const recognised = outcomes.flatMap(({ recognition }) => recognition ?? []);
  const [tenth] = FALSE_ACCEPT_RATES.map((rate) =>
    verified.map(({ thresholds }) => thresholds.find(({ falseAcceptRate }) => falseAcceptRate === rate)?.measured),
  );
  process.stdout.write(`\nVerification and recognition on the hold-out, ${outcomes.length} splits:\n`);
  const lines: [string, (number | null | undefined)[]][] = [
    ['area under the ROC curve', verified.map(({ separation }) => separation.auc)],
    ['against other colours', verified.map(({ separation }) => separation.aucOtherColours)],
    ['against other styles', verified.map(({ separation }) => separation.aucOtherStyles)],
    ['ECE', verified.map(({ reliability }) => reliability?.ece)],
    ['Brier score', verified.map(({ reliability }) => reliability?.brier)],
    ['log loss', verified.map(({ reliability }) => reliability?.logLoss)],
    ['set for .1: same product accepted', tenth?.map((measured) => measured?.sameProduct) ?? []],
    ['set for .1: other colours accepted', tenth?.map((measured) => measured?.otherColours) ?? []],
    ['set for .1: other styles accepted', tenth?.map((measured) => measured?.otherStyles) ?? []],
    ['known: right product first', recognised.map(({ rankOne }) => rankOne)],
    ['known: recognised', recognised.map((outcome) => outcome.recognised)],
    ['known: another product named', recognised.map(({ confused }) => confused)],
    ['known: right but refused', recognised.map(({ refusedRight }) => refusedRight)],
    ['unknown: named all the same', recognised.map(({ acceptedWrong }) => acceptedWrong)],
  ];
  for (const [name, values] of lines) process.stdout.write(`${name.padEnd(36)}${mean(values)}\n`);
}

/** Augmented views of the feed's photos, into the cache. */
async function computeViews(): Promise<void> {
  const threads = config.threads ?? availableParallelism();
  const extractor = await FeatureExtractor.start({ graphPath: featureGraphPath(config), threads });
  const fetcher = new Fetcher(new AddressRules(config.fetchAllow));
  await readFeedPhotos(resolve(feed), new FilePhotoReader(extractor, cache, 2 * threads, AUGMENTED_VIEW), fetcher);
  await fetcher.close();
  await extractor.close();
}

function take(values: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, at) => taken.set(values.subarray(row * width, (row + 1) * width), at * width));
  return taken;
}

function mean(values: (number | null | undefined)[]): string {
  const known = values.filter((value) => value != null);
  if (known.length === 0) return '-';
  const average = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - average) ** 2, 0) / known.length);
  const digits = average > 2 ? 1 : 3;
  return `${average.toFixed(digits)} ±${deviation.toFixed(digits)}`;
}

function print(header: string[], rows: string[][]): void {
  for (const row of [header, ...rows]) {
    process.stdout.write(`${row.map((cell, at) => (at === 0 ? cell.padEnd(10) : cell.padStart(14))).join('')}\n`);
  }
}
