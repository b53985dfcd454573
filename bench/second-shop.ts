/**
 * What a shop gains by being trained on beside another one, and what heads of one shop are worth to another: two shops, each
 * split again and again by another salt, each once the first. Prints means over the splits; asserts nothing.
 *
 *   npm run bench:second-shop -- FEED [OTHER] [--splits 4]
 *
 * One feed is cut by gender into two shops of one studio.
 */
import { basename, dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { photosOfFeed } from '../apps/cli/labelled-photos.js';
import { integerIn } from '../apps/cli/options.js';
import { openBackend } from '#compute';
import { loadConfig } from '#config';
import { holdoutSample, type Snapshot } from '#datasets';
import {
  baselineVectors,
  baselineWidth,
  measureRetrieval,
  type RetrievalOutcomes,
  retrievalSet,
  scaleQuery,
} from '#evaluation';
import { EMBEDDING_SIZE, featureWidth, trainingSettingsSchema } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { embedFeatures, type QuickModel, takeRows, trainQuick } from '#training';
import { aboutCentre } from './second-shop/about-centre.js';
import { cutByGender, type Shop, snapshotOf, without } from './second-shop/shops.js';
import { gains, meanGains, meanRates, rates, ratesWithIntervals } from './second-shop/tally.js';

const program = new Command('bench:second-shop')
  .argument('<feed>', 'a shop; alone, it is cut by gender')
  .argument('[other]', 'another shop')
  .option('--splits <number>', 'how often', integerIn(1, 1_000), 4)
  .parse();
const { splits } = program.opts<{ splits: number }>();
const config = loadConfig();
const shops = await readShops(program.args);
const backend = await openBackend(config.device);
const { dial: DEFAULT_DIAL } = trainingSettingsSchema.parse({});
const DIALS = [0.45, DEFAULT_DIAL, 0.6, 0.75, 1];

/** What came of one split of two shops. */
interface Trained {
  snapshot: Snapshot;
  /** Of a shop alone. */
  alone: QuickModel;
}
const alone = new Map<Shop, Trained[]>();
for (const shop of shops) {
  const all: Trained[] = [];
  for (let split = 1; split <= splits; split += 1) {
    const snapshot = snapshotOf(shop, `bench ${split}`);
    all.push({ snapshot, alone: await train(snapshot, split) });
  }
  alone.set(shop, all);
}

const [one, other] = shops;
const pairs = [[one, other] as const, [other, one] as const];
printTable(
  [
    ...['trained on', 'second, heads of the first', 'own centre', 'both', 'its own heads', 'both less own'],
    ...['first alone', 'with the second', 'gain'],
  ],
  [await trainOnBoth(one, other), await trainOnBoth(other, one)],
);
printTable(
  [
    'heads of, asked',
    'dial',
    'histogram',
    'untrained',
    "the model's centre",
    'own centre, trained',
    'trained less untrained',
  ],
  [
    ...pairs.flatMap(([first, second]) => DIALS.map((dial) => askOf(first, second, dial))),
    ...shops.map((shop) => askOf(shop, shop, DEFAULT_DIAL)),
  ],
);

/** A row: both shops' hold-outs before and after the second one joined. */
async function trainOnBoth(first: Shop, second: Shop): Promise<string[]> {
  const found: NonNullable<QuickModel['metrics']['secondShop']>[] = [];
  for (let split = 1; split <= splits; split += 1) {
    const salt = `bench ${split}`;
    const model = await train(snapshotOf(first, salt), split, snapshotOf(without(second, first), salt));
    if (model.metrics.secondShop) found.push(model.metrics.secondShop);
  }
  const ofSecond = found.flatMap(({ holdout }) => holdout ?? []);
  const ofFirst = found.flatMap(({ firstShop }) => firstShop ?? []);
  const own = (alone.get(second) ?? []).flatMap((trained) => trained.alone.metrics.holdout?.trained ?? []);
  return [
    `${first.name}, then ${second.name}`,
    meanRates(ofSecond.map(({ before }) => before)),
    meanRates(ofSecond.map(({ recentred }) => recentred)),
    meanRates(ofSecond.map(({ after }) => after)),
    meanRates(own),
    meanGains(
      ofSecond.map(({ after }) => after),
      own,
    ),
    meanRates(ofFirst.map(({ before }) => before)),
    meanRates(ofFirst.map(({ after }) => after)),
    meanGains(
      ofFirst.map(({ after }) => after),
      ofFirst.map(({ before }) => before),
    ),
  ];
}

/** A row: what one shop's heads find among all photos of another, or among the hold-out of their own. */
function askOf(first: Shop, second: Shop, dial: number): string[] {
  const answers = { histogram: noAnswers(), untrained: noAnswers(), model: noAnswers(), own: noAnswers() };
  for (const [split, trained] of (alone.get(first) ?? []).entries()) {
    const { heads, untrained } = trained.alone;
    const asked = first === second ? trained.snapshot : snapshotOf(without(second, first), `bench ${split + 1}`);
    const rows = first === second ? holdoutSample(asked) : asked.photos.map((_, row) => row);
    answers.histogram.push(askHistogram(asked, rows));
    answers.untrained.push(ask(aboutCentre(untrained, asked, rows), asked, rows, dial));
    answers.model.push(ask(heads, asked, rows, dial));
    answers.own.push(ask(aboutCentre(heads, asked, rows), asked, rows, dial));
  }
  return [
    first === second ? `${first.name}, their hold-out` : `${first.name}, ${second.name}`,
    String(dial),
    rates(answers.histogram),
    rates(answers.untrained),
    rates(answers.model),
    ratesWithIntervals(answers.own),
    gains(answers.own, answers.untrained),
  ];
}

function ask(heads: TwoPartHeads, snapshot: Snapshot, rows: readonly number[], dial: number): RetrievalOutcomes {
  const embeddings = embedFeatures(heads, featuresOf(snapshot, rows));
  const queries = setOf(snapshot, rows, scaleQuery(embeddings, dial));
  return measureRetrieval({ queries, gallery: setOf(snapshot, rows, embeddings), dim: EMBEDDING_SIZE });
}

function askHistogram(snapshot: Snapshot, rows: readonly number[]): RetrievalOutcomes {
  const { layout } = snapshot;
  const set = setOf(snapshot, rows, baselineVectors(featuresOf(snapshot, rows), 'histogram', layout));
  return measureRetrieval({ queries: set, gallery: set, dim: baselineWidth('histogram', layout) });
}

function featuresOf({ features, layout }: Snapshot, rows: readonly number[]): Float32Array {
  return takeRows(features, featureWidth(layout), rows);
}

function setOf({ photos, lab }: Snapshot, rows: readonly number[], vectors: Float32Array) {
  return retrievalSet(
    rows.flatMap((row) => photos[row] ?? []),
    takeRows(lab, 3, rows),
    vectors,
  );
}

async function train(snapshot: Snapshot, seed: number, second?: Snapshot): Promise<QuickModel> {
  const settings = trainingSettingsSchema.parse({ seed });
  const model = await trainQuick({ backend, snapshot, settings, onProgress: () => {}, ...(second ? { second } : {}) });
  process.stderr.write(`${model.reason}\n`);
  return model;
}

async function readShops([feed = '', second]: readonly string[]): Promise<[Shop, Shop]> {
  const photos = await photosOfFeed(config, resolve(feed));
  if (second === undefined) return cutByGender(photos);
  return [
    { name: nameOf(feed), photos },
    { name: nameOf(second), photos: await photosOfFeed(config, resolve(second)) },
  ];
}

/** A feed by the folder that it lies in. */
function nameOf(feed: string): string {
  return basename(dirname(resolve(feed)));
}

function noAnswers(): RetrievalOutcomes[] {
  return [];
}

function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, header.map(() => '---'), ...rows];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`);
}
