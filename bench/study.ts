/**
 * What the defaults of training were chosen by: every variant is trained on two thirds of the styles of a feed and asked the
 * third that it has not seen, each third in turn, under several seeds. Prints, for each variant, hit rates at the default
 * dial, how much they differ from the default's on the same photos with 95 % intervals by bootstrap over styles, what
 * shoppers see of other styles; of the default, the sweep of the dial and what may stand for a product. Asserts nothing.
 *
 *   npm run study -- FEED [--seeds 3] [--only "parts only" "colour difference" ...]
 */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { photosOfFeed } from '../apps/cli/labelled-photos.js';
import { integerIn } from '../apps/cli/options.js';
import { openBackend } from '#compute';
import { loadConfig } from '#config';
import { buildSnapshot } from '#datasets';
import { pairedBootstrap } from '#evaluation';
import { Random, trainingSettingsSchema } from '#foundation';
import { ask, noAnswers, scaled, TASKS, type Answers } from './study/ask.js';
import { embedVariant } from './study/embed-variant.js';
import { foldsOf } from './study/folds.js';
import { FORMER, VARIANTS } from './study/variants.js';
import { askViews, noViewHits, VIEWS } from './study/views.js';

const DIALS = [0, 0.25, 0.4, 0.45, 0.5, 0.525, 0.55, 0.6, 0.75, 1];

const program = new Command('study')
  .argument('<feed>', 'the feed to split')
  .option('--seeds <number>', 'how often the styles are split anew', integerIn(1, 100), 3)
  .option('--only <variants...>', 'beside the default: by name, or all of a question')
  .parse();
const { seeds, only } = program.opts<{ seeds: number; only?: string[] }>();
const config = loadConfig();
const photos = await photosOfFeed(config, resolve(program.args[0] ?? ''));
const backend = await openBackend(config.device);
const snapshot = buildSnapshot({
  photos: photos.labels.map((label) => ({ ...label, colour: null })),
  features: photos.features,
  lab: photos.lab,
  extractorId: photos.extractorId,
  layout: photos.layout,
  salt: 'study',
});
const styles = snapshot.photos.map(({ styleId }) => styleId);
const { dial: DIAL } = trainingSettingsSchema.parse({});
// A feed names a product's main photo first.
const mainPhotos = new Map(photos.labels.toReversed().map(({ productId, imageId }) => [productId, imageId]));
const viewHits = noViewHits();
const sweep = new Map<number, Answers>(DIALS.map((dial) => [dial, noAnswers()]));
const all = [...VARIANTS, ...FORMER].filter(
  ({ question, name }) => (only ?? [name]).some((asked) => asked === name || asked === question) || name === 'default',
);

let reference: Answers | undefined;
process.stdout.write(
  `| what | variant | same product | same style | other colour | category | gender | colour difference |\n`,
);
process.stdout.write(`| --- | --- | --- | --- | --- | --- | --- | --- |\n`);
for (const variant of all) {
  const answers = noAnswers();
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const fold of foldsOf(styles, seed)) {
      const embedded = await embedVariant(backend, snapshot, variant, fold, seed);
      ask(answers, snapshot, fold.asked, embedded, DIAL);
      if (reference === undefined) {
        for (const [dial, ofDial] of sweep) ask(ofDial, snapshot, fold.asked, embedded, dial);
        const { embeddings } = embedded;
        askViews(viewHits, snapshot, mainPhotos, fold.asked, scaled(embedded, fold.asked.length, DIAL), embeddings);
      }
    }
  }
  process.stdout.write(`| ${[variant.question, variant.name, ...cells(answers, reference)].join(' | ')} |\n`);
  reference ??= answers;
}
process.stdout.write(`\n| dial | same product | same style | other colour | category | gender | colour difference |\n`);
process.stdout.write(`| --- | --- | --- | --- | --- | --- | --- |\n`);
for (const [dial, answers] of sweep) process.stdout.write(`| ${[dial, ...cells(answers)].join(' | ')} |\n`);

process.stdout.write(
  `\n| what stands for a product | a photo finds its product | a product finds its style |\n| --- | --- | --- |\n`,
);
for (const views of VIEWS) {
  const { product, style } = viewHits[views];
  process.stdout.write(`| ${views} | ${mean(product).toFixed(3)} | ${mean(style).toFixed(3)} |\n`);
}

function cells({ outcomes, otherStyles }: Answers, against?: Answers): string[] {
  const hits = TASKS.map((task) => {
    const own = outcomes[task].map(({ hitAt1 }) => hitAt1);
    const rate = mean(own).toFixed(3);
    if (against === undefined) return rate;
    const other = against.outcomes[task].map(({ hitAt1 }) => hitAt1);
    const groups = outcomes[task].map(({ style }) => style);
    const { difference, interval95 } = pairedBootstrap(own, other, groups, new Random(1));
    return `${rate} (${signed(difference)}, ${interval95.map(signed).join(' to ')})`;
  });
  const seen = (pick: (of: (typeof otherStyles)[0]) => number | null) =>
    mean(otherStyles.flatMap((of) => pick(of) ?? []));
  return [
    ...hits,
    seen((of) => of.categoryAt10).toFixed(3),
    seen((of) => of.genderAt10).toFixed(3),
    seen((of) => of.colourDifferenceAt10).toFixed(1),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
}
