import type { ComputeBackend } from '#compute';
import {
  holdoutSample,
  rowsOfSplit,
  sampleStyles,
  type Snapshot,
  type Split,
  type TrainerMessage,
  type TrainingMetrics,
  type ValidationFigures,
} from '#datasets';
import {
  COLOUR_SIZE,
  featureColumns,
  featureWidth,
  SHAPE_SIZE,
  Random,
  type TrainingSettings,
  WeftError,
} from '#foundation';
import type { TwoPartHeads } from '#networks';
import { embedRows } from './apply-head.js';
import { chooseStep } from './choose-step.js';
import { foldBlock, prepareBlock, principalHead, type FeatureBlock } from './feature-block.js';
import { trainHeads } from './head-trainer.js';
import { holdoutFigures } from './holdout.js';
import { fitMatching } from './matching.js';
import { countPhotos, labelPhotos, stylesWithPositive, type PhotoLabels } from './photo-labels.js';
import { ProgressMeter } from './progress-meter.js';
import { takeRows } from './rows.js';
import { foldSecond, joinShops, type JoinedShops } from './second-shop.js';
import { secondShopFigures } from './second-shop-figures.js';
import { Stopwatch } from './stopwatch.js';
import { validationFigures } from './validation.js';

/** How each part's block of features is prepared, and the width of its embedding. */
const PARTS = {
  shape: { components: 256, whitening: 0.25, outputs: SHAPE_SIZE },
  colour: { components: 64, whitening: 0.25, outputs: COLOUR_SIZE },
} as const;

/** Steps between two measurements on validation styles. */
export const VALIDATE_EVERY = 20;
/** Fewer training styles with two photos than this teach nothing that carries over to other styles. */
const LEAST_STYLES = 5;
/** More rows hardly move the principal components, and take memory. */
const PRINCIPAL_ROWS = 20_000;
/** Ranking takes time by the square of the photos. */
const VALIDATION_PHOTOS = 1_500;

export interface QuickTraining {
  backend: ComputeBackend;
  snapshot: Snapshot;
  /** Photos of another shop to train on, too; the bundle's heads stay those of the first shop. */
  second?: Snapshot;
  settings: TrainingSettings;
  onProgress: (progress: Omit<Extract<TrainerMessage, { type: 'progress' }>, 'type'>) => void;
  /** Ends the training between two steps. */
  signal?: AbortSignal;
}

export interface QuickModel {
  /** What the bundle serves: the trained heads, or the untrained ones where they won. */
  heads: TwoPartHeads;
  untrained: TwoPartHeads;
  headsChosen: 'trained' | 'untrained';
  /** One sentence: why these heads. */
  reason: string;
  /** Default t. */
  dial: number;
  metrics: TrainingMetrics;
}

/**
 * The recipe `quick`: two linear heads on cached features, started from principal components and trained with the
 * losses of its settings on the training styles. Validation styles decide whether training helped and how many steps to take; then the
 * heads are fitted again on training and validation styles together, because a small shop cannot spare a fifth of its
 * styles. Hold-out styles are only measured.
 *
 * The same snapshot and settings give bit-equal heads.
 *
 * @throws WeftError `features-not-finite` before anything is trained, `training-diverged`; the signal's reason
 */
export async function trainQuick(training: QuickTraining): Promise<QuickModel> {
  const { backend, snapshot, second, settings } = training;
  requireFinite(snapshot);
  if (second) requireFinite(second);
  const stopwatch = new Stopwatch();
  const random = new Random(settings.seed);
  const seeds: Seeds = { sample: random.int(2 ** 32), batches: random.int(2 ** 32), loss: random.int(2 ** 32) };
  const rows = {
    train: rowsOfSplit(snapshot, 'train'),
    validation: rowsOfSplit(snapshot, 'validation'),
    holdout: rowsOfSplit(snapshot, 'holdout'),
  };

  const verdict = await judgeTraining(training, rows, seeds);
  stopwatch.lap('train');
  const fitted = [...rows.train, ...rows.validation].sort((a, b) => a - b);
  const final = prepare(training, fitted, seeds, ['train', 'validation']);
  const untrained = fold(final.start, final.blocks);
  const refitCurve: TrainingMetrics['refitCurve'] = [];
  const isTrained = verdict.chosen === 'trained';
  const trained = isTrained
    ? await refit(training, final, fitted, seeds, verdict.steps, (point) => refitCurve.push(point))
    : final.start;
  const heads = fold(trained, final.blocks);
  stopwatch.lap('refit');
  const holdout = holdoutSample(snapshot);
  const figures = holdoutFigures({ trained: heads, untrained }, snapshot, holdout, settings.dial);
  let secondShop: TrainingMetrics['secondShop'] = null;
  if (second && final.joined) {
    const alone = withoutSecond(final, snapshot);
    const before = isTrained
      ? await refit(training, alone, fitted, seeds, verdict.steps, () => undefined)
      : final.start;
    secondShop = secondShopFigures(
      {
        before: fold(before, final.blocks),
        recentred: foldSecond(before, final.joined),
        afterForFirst: heads,
        after: foldSecond(trained, final.joined),
      },
      { snapshot, rows: holdout },
      { snapshot: second, rows: holdoutSample(second) },
      settings.dial,
    );
  }
  stopwatch.lap('evaluate');
  const matching = fitMatching(snapshot, { judged: verdict.heads, served: heads }, settings.dial, seeds.sample);
  stopwatch.lap('calibrate');
  return {
    heads,
    untrained,
    headsChosen: verdict.chosen,
    reason: verdict.reason,
    dial: settings.dial,
    metrics: {
      dial: settings.dial,
      counts: {
        train: countPhotos(snapshot, rows.train),
        validation: countPhotos(snapshot, rows.validation),
        holdout: countPhotos(snapshot, rows.holdout),
        contradictions: snapshot.contradictions,
      },
      curve: verdict.curve,
      refitCurve,
      validation: verdict.validation,
      ...figures,
      secondShop,
      matching,
      seconds: stopwatch.laps,
      compute: backend.description,
    },
  };
}

/** One seed for each use of chance, so that none depends on how often another draws. */
interface Seeds {
  sample: number;
  batches: number;
  loss: number;
}

interface Blocks {
  shape: FeatureBlock;
  colour: FeatureBlock;
}

interface Prepared {
  /** Of the first shop, with the second shop's rows behind its own, if there is one. */
  blocks: Blocks;
  start: TwoPartHeads;
  labels: PhotoLabels;
  /** null without a second shop. */
  joined: JoinedShops | null;
}

interface Verdict {
  chosen: 'trained' | 'untrained';
  reason: string;
  /** Those chosen, as they were judged: of the training styles only. null: nothing could be judged. */
  heads: TwoPartHeads | null;
  /** Steps to take when fitting again. */
  steps: number;
  validation: TrainingMetrics['validation'];
  curve: TrainingMetrics['curve'];
}

/** Trains on the training styles only and asks the validation styles whether, and how far, that helped. */
async function judgeTraining(
  training: QuickTraining,
  rows: { train: readonly number[]; validation: readonly number[] },
  seeds: Seeds,
): Promise<Verdict> {
  const { backend, snapshot, settings } = training;
  const notEnough = (why: string): Verdict => ({
    chosen: 'untrained',
    reason: `Not enough data: ${why}`,
    heads: null,
    steps: 0,
    validation: null,
    curve: [],
  });
  const trainable = stylesWithPositive(snapshot, rows.train);
  if (trainable < LEAST_STYLES) {
    return notEnough(`${trainable} training styles have two photos, ${LEAST_STYLES} are needed.`);
  }
  const prepared = prepare(training, rows.train, seeds, ['train']);
  const { blocks, start } = prepared;
  const measured = sampleStyles(snapshot, rows.validation, VALIDATION_PHOTOS, new Random(seeds.sample));
  const measuredRows = {
    shape: takeRows(blocks.shape.values, blocks.shape.width, measured),
    colour: takeRows(blocks.colour.values, blocks.colour.width, measured),
  };
  const validate = (heads: TwoPartHeads) =>
    validationFigures(embedRows(heads, measuredRows), snapshot, measured, settings.dial);
  const untrained = validate(start);
  if (untrained === null) {
    return notEnough('no validation style has two photos, so nothing can tell whether training helps.');
  }

  const curve: TrainingMetrics['curve'] = [
    { step: 0, loss: null, activeShare: null, realPositiveShare: null, validation: untrained },
  ];
  const candidates: { step: number; figures: ValidationFigures; heads: TwoPartHeads }[] = [];
  const progress = new ProgressMeter(1, 'Training on the training styles', settings.steps, training.onProgress);
  await trainHeads(backend, {
    ...trainingOf(prepared, rows.train),
    settings,
    random: new Random(seeds.batches),
    lossRandom: new Random(seeds.loss),
    ...(training.signal ? { signal: training.signal } : {}),
    onStep: (step, figures, heads) => {
      const isMeasured = step % VALIDATE_EVERY === 0 || step === settings.steps;
      const now = isMeasured ? heads() : null;
      const validation = now && validate(now);
      if (now !== null && validation !== null) candidates.push({ step, figures: validation, heads: now });
      curve.push({ step, ...figures, validation });
      if (isMeasured) progress.report(step, figures, validation);
    },
  });
  const best = chooseStep(candidates, stylesWithPositive(snapshot, measured));
  const [gained, had] = [best.figures.criterion, untrained.criterion];
  const words = `${gained.toFixed(3)} trained for ${best.step} steps against ${had.toFixed(3)} untrained`;
  return {
    chosen: gained > had ? 'trained' : 'untrained',
    reason: gained > had ? `Training helps on validation styles: ${words}.` : `The untrained heads win: ${words}.`,
    heads: fold(gained > had ? best.heads : start, blocks),
    steps: best.step,
    validation: { trained: best.figures, untrained, step: best.step },
    curve,
  };
}

/** Trains on all given rows for the steps that validation chose: heads for the rows of the blocks. */
async function refit(
  training: QuickTraining,
  prepared: Prepared,
  rows: readonly number[],
  seeds: Seeds,
  steps: number,
  note: (point: TrainingMetrics['refitCurve'][number]) => void,
): Promise<TwoPartHeads> {
  const progress = new ProgressMeter(2, 'Fitting on training and validation styles', steps, training.onProgress);
  return trainHeads(training.backend, {
    ...trainingOf(prepared, rows),
    settings: training.settings,
    random: new Random(seeds.batches),
    lossRandom: new Random(seeds.loss),
    stopAfter: steps,
    ...(training.signal ? { signal: training.signal } : {}),
    onStep: (step, figures) => {
      note({ step, ...figures });
      if (step % VALIDATE_EVERY !== 0 && step !== steps) return;
      progress.report(step, figures, null);
    },
  });
}

/**
 * Blocks fitted on some rows of the shop, the heads that training begins with, and the second shop beside it.
 *
 * @param splits of the second shop that are trained on
 */
function prepare(
  { backend, snapshot, second }: QuickTraining,
  rows: readonly number[],
  seeds: Seeds,
  splits: readonly Split[],
): Prepared {
  const fitted = sampleStyles(snapshot, rows, PRINCIPAL_ROWS, new Random(seeds.sample));
  const columns = featureColumns(snapshot.layout);
  const block = (part: keyof typeof PARTS) =>
    prepareBlock(backend, snapshot.features, featureWidth(snapshot.layout), fitted, {
      ...PARTS[part],
      columns: columns[part],
    });
  const blocks = { shape: block('shape'), colour: block('colour') };
  const start = {
    shape: principalHead(blocks.shape, fitted, PARTS.shape.outputs),
    colour: principalHead(blocks.colour, fitted, PARTS.colour.outputs),
  };
  if (second === undefined) return { blocks, start, labels: labelPhotos(snapshot), joined: null };
  const rowsOfSecond = splits.flatMap((split) => rowsOfSplit(second, split)).sort((a, b) => a - b);
  const joined = joinShops(blocks, snapshot, second, rowsOfSecond);
  return { blocks: joined.blocks, start, labels: joined.labels, joined };
}

/** The same without the second shop: its rows are not drawn. */
function withoutSecond(prepared: Prepared, snapshot: Snapshot): Prepared {
  return { ...prepared, labels: labelPhotos(snapshot), joined: null };
}

function trainingOf({ blocks, start, labels, joined }: Prepared, rows: readonly number[]) {
  return { blocks, start, labels, rows, secondRows: joined?.rows ?? [] };
}

/** One number that is none makes principal components, and so every head, meaningless. */
function requireFinite({ features, photos, layout }: Snapshot): void {
  const at = features.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const width = featureWidth(layout);
  const photo = photos[Math.floor(at / width)];
  throw new WeftError('features-not-finite', `The features of photo ${photo?.imageId} are not finite.`, {
    value: { imageId: photo?.imageId, productId: photo?.productId, column: at % width },
    remedy: 'Start the training again: it gathers the features anew.',
  });
}

function fold(heads: TwoPartHeads, blocks: Blocks): TwoPartHeads {
  return { shape: foldBlock(heads.shape, blocks.shape), colour: foldBlock(heads.colour, blocks.colour) };
}
