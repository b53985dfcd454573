import type { ComputeBackend } from '#compute';
import {
  holdoutSample,
  rowsOfSplit,
  sampleStyles,
  type MiningRecord,
  type Snapshot,
  type Split,
  type TrainerMessage,
  type TrainingMetrics,
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
import { holdoutFigures } from './holdout.js';
import { fitMatching, matchedPairs } from './matching.js';
import { countPhotos, labelPhotos, stylesWithPositive, type PhotoLabels } from './photo-labels.js';
import { linesOf, type MinedPhoto, recordOf } from './offline/mining-record.js';
import { ProgressMeter } from './progress-meter.js';
import { takeRows } from './rows.js';
import type { Verdict } from './run/checkpoint.js';
import { estimateSeconds, measureSteps, timed, type Trial } from './run/cost-estimate.js';
import { freshRun, type RunState, stepsThatCount } from './run/run-state.js';
import { supervisePass, type Pass, wordsOf } from './run/supervise-pass.js';
import { type Checkpoints, TrainingRun } from './run/training-run.js';
import type { TripletFiles } from './run/triplet-files.js';
import { givenUpWords, verdictWords } from './run/verdict-words.js';
import { addViews } from './shape-view-rows.js';
import { foldSecond, joinShops, type JoinedShops } from './second-shop.js';
import { secondShopFigures } from './second-shop-figures.js';
import { Stopwatch } from './stopwatch.js';
import { validationFigures } from './validation.js';

/** How each part's block of features is prepared, and the width of its embedding. */
const PARTS = {
  shape: { components: 256, whitening: 0.25, outputs: SHAPE_SIZE },
  colour: { components: 128, whitening: 0.25, outputs: COLOUR_SIZE },
} as const;

/** Fewer training styles with two photos than this teach nothing that carries over to other styles. */
const LEAST_STYLES = 5;
/** More rows hardly move the principal components, and take memory. */
const PRINCIPAL_ROWS = 20_000;
/** Ranking takes time by the square of the photos. */
const VALIDATION_PHOTOS = 1_500;
/** Hold-out photos that are ranked beforehand, to see how long that takes. */
const TRIED_PHOTOS = { few: 120, many: 480 };

export interface QuickTraining {
  backend: ComputeBackend;
  snapshot: Snapshot;
  /** Photos of another shop to train on, too; the bundle's heads stay those of the first shop. */
  second?: Snapshot;
  settings: TrainingSettings;
  onProgress: (progress: Omit<Extract<TrainerMessage, { type: 'progress' }>, 'type'>) => void;
  /** Ends the training between two steps. */
  signal?: AbortSignal;
  /** Where a training that is ended is taken up again. @default nowhere */
  checkpoints?: Checkpoints;
  /** Where the triplets of offline mining are written down. @default nowhere */
  triplets?: Pick<TripletFiles, 'clear' | 'keep'>;
  /** When the work began, in milliseconds of `performance.now()`. @default now */
  since?: number;
  /** What will be left to do with the model, in seconds; part of what is said beforehand. @default 0 */
  exportSeconds?: number;
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
  metrics: Omit<TrainingMetrics, 'audit'>;
  /** What was said beforehand that the whole would take, in seconds; null where nothing could be trained. */
  saidSeconds: number | null;
  /** What it has taken so far, in seconds, with the processes that were ended. */
  elapsed: () => number;
}

/**
 * The recipe `quick`: two linear heads on cached features, started from principal components and trained with the
 * losses of its settings on the training styles. Validation styles decide whether training helped and how many steps to take; then the
 * heads are fitted again on training and validation styles together, because a small shop cannot spare a fifth of its
 * styles. Hold-out styles are only measured.
 *
 * The same snapshot and settings give bit-equal heads, whether the training was ended and taken up again or not. A training
 * that collapses goes back and on at a lower rate, and ends with the untrained heads when that does not help.
 *
 * @throws WeftError `features-not-finite` before anything is trained; the signal's reason
 */
export async function trainQuick(given: QuickTraining): Promise<QuickModel> {
  const { snapshot, second, settings, backend } = given;
  requireFinite(snapshot);
  if (second) requireFinite(second);
  const run = await TrainingRun.open(given, given.checkpoints, given.since);
  if (run.resumed === null) await given.triplets?.clear();
  const training = { ...given, run };
  const stopwatch = new Stopwatch();
  const random = new Random(settings.seed);
  const seeds: Seeds = { sample: random.int(2 ** 32), batches: random.int(2 ** 32), loss: random.int(2 ** 32) };
  const rows = {
    train: rowsOfSplit(snapshot, 'train'),
    validation: rowsOfSplit(snapshot, 'validation'),
    holdout: rowsOfSplit(snapshot, 'holdout'),
  };

  const judged = run.resumed?.verdict ?? (await judgeTraining(training, rows, seeds));
  stopwatch.lap('train');
  const fitted = [...rows.train, ...rows.validation].sort((a, b) => a - b);
  const final = prepare(training, fitted, seeds, ['train', 'validation']);
  const untrained = fold(final.start, final.blocks);
  const { trained, verdict, curve: refitCurve, mining } = await refit(training, final, fitted, seeds, judged);
  const heads = trained === null ? untrained : fold(trained, final.blocks);
  stopwatch.lap('refit');
  const holdout = holdoutSample(snapshot);
  const figures = holdoutFigures({ trained: heads, untrained }, snapshot, holdout, settings.dial);
  const secondShop = await secondShopOf(training, final, fitted, seeds, verdict, trained ?? final.start, holdout);
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
      interventions: verdict.interventions,
      stoppedEarly: verdict.stoppedEarly,
      mining: settings.mining.name === 'offline' ? mining : null,
      validation: verdict.validation,
      ...figures,
      secondShop,
      matching,
      seconds: stopwatch.laps,
      time: { saidSeconds: run.saidSeconds, seconds: run.elapsed() },
      compute: backend.description,
    },
    saidSeconds: run.saidSeconds,
    elapsed: () => run.elapsed(),
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
  /** Rows of augmented views, behind those of all photos, each with the row of its photo. */
  views: readonly { row: number; photo: number }[];
}

type RunningTraining = QuickTraining & { run: TrainingRun };

/** Trains on the training styles only and asks the validation styles whether, and how far, that helped. */
async function judgeTraining(
  training: RunningTraining,
  rows: Record<'train' | 'validation', readonly number[]>,
  seeds: Seeds,
): Promise<Verdict> {
  const { backend, snapshot, settings, run } = training;
  const notEnough = (why: string): Verdict => ({
    chosen: 'untrained',
    reason: `Not enough data: ${why}`,
    heads: null,
    steps: 0,
    plan: [],
    validation: null,
    curve: [],
    interventions: [],
    stoppedEarly: null,
    mining: { epochs: [], hardest: [] },
  });
  const trainable = stylesWithPositive(snapshot, rows.train);
  if (trainable < LEAST_STYLES) {
    return notEnough(`${trainable} training styles have two photos, ${LEAST_STYLES} are needed.`);
  }
  const { value: prepared, seconds: preparing } = timed(() => prepare(training, rows.train, seeds, ['train']));
  const { blocks, start } = prepared;
  const measured = sampleStyles(snapshot, rows.validation, VALIDATION_PHOTOS, new Random(seeds.sample));
  const measuredRows = {
    shape: takeRows(blocks.shape.values, blocks.shape.width, measured),
    colour: takeRows(blocks.colour.values, blocks.colour.width, measured),
  };
  const validate = (heads: TwoPartHeads) =>
    validationFigures(embedRows(heads, measuredRows), snapshot, measured, settings.dial);
  const { value: untrained, seconds: validating } = timed(() => validate(start));
  if (untrained === null) {
    return notEnough('no validation style has two photos, so nothing can tell whether training helps.');
  }

  const first = { step: 0, loss: null, activeShare: null, realPositiveShare: null, spread: null };
  const state = run.resumed?.run ?? freshRun([], [{ ...first, attempt: 1, validation: untrained }]);
  const judging: Pass = {
    ...passOf(training, 'judge', prepared, rows.train, seeds, state),
    validate,
    untrained: untrained.criterion,
    styles: stylesWithPositive(snapshot, measured),
    save: (saved) => run.save(saved, null),
  };
  await sayBeforehand(training, judging, rows, { prepared, preparing, validating });
  const outcome = await supervisePass(backend, judging);
  const { curve, interventions, plan, mining } = outcome.run;
  if (outcome.heads === null) {
    const reason = givenUpWords(outcome.run);
    const heads = fold(start, blocks);
    return { ...notEnough(''), reason, heads, curve, interventions, mining };
  }
  const candidates = stepsThatCount(curve).flatMap(({ step, validation }) =>
    step === 0 || validation === null ? [] : [{ step, figures: validation }],
  );
  const best = chooseStep(candidates, judging.styles);
  const validation = { trained: best.figures, untrained, step: best.step };
  const isBetter = best.figures.criterion > untrained.criterion;
  const heads = outcome.run.measured.find(({ step }) => step === best.step)?.heads ?? start;
  return {
    chosen: isBetter ? 'trained' : 'untrained',
    reason: verdictWords(validation, outcome.stoppedEarly, outcome.run),
    heads: fold(isBetter ? heads : start, blocks),
    steps: best.step,
    plan: [...plan],
    validation,
    curve,
    interventions,
    stoppedEarly: outcome.stoppedEarly,
    mining,
  };
}

/**
 * Trains on all given rows for the steps that validation chose, at the rates that judging ended with: heads for the
 * rows of the blocks. null for untrained heads: they were chosen, or every attempt collapsed.
 */
async function refit(
  training: RunningTraining,
  prepared: Prepared,
  rows: readonly number[],
  seeds: Seeds,
  judged: Verdict,
): Promise<{
  trained: TwoPartHeads | null;
  verdict: Verdict;
  curve: TrainingMetrics['refitCurve'];
  /** Of both passes. */
  mining: MiningRecord;
}> {
  if (judged.chosen === 'untrained') return { trained: null, verdict: judged, curve: [], mining: judged.mining };
  const { run } = training;
  const begun = run.resumed?.verdict ? run.resumed.run : freshRun(judged.plan);
  await run.save(begun, judged);
  const pass = passOf(training, 'refit', prepared, rows, seeds, begun, judged.steps);
  const outcome = await supervisePass(training.backend, { ...pass, save: (saved) => run.save(saved, judged) });
  const interventions = [...judged.interventions, ...outcome.run.interventions];
  const curve = outcome.run.curve.map(({ validation, ...point }) => point);
  const { epochs, hardest } = outcome.run.mining;
  const mining = { epochs: [...judged.mining.epochs, ...epochs], hardest };
  if (outcome.heads !== null) {
    const reason = [judged.reason, ...outcome.run.interventions.map(wordsOf)].join(' ');
    return { trained: outcome.heads, verdict: { ...judged, reason, interventions }, curve, mining };
  }
  const reason = givenUpWords(outcome.run);
  const verdict: Verdict = { ...judged, chosen: 'untrained', reason, heads: null, interventions };
  return { trained: null, verdict, curve, mining };
}

/** Both shops under the heads trained on both, and on the first alone for as many steps; null without a second shop. */
async function secondShopOf(
  training: RunningTraining,
  prepared: Prepared,
  rows: readonly number[],
  seeds: Seeds,
  verdict: Verdict,
  trained: TwoPartHeads,
  holdout: readonly number[],
): Promise<TrainingMetrics['secondShop']> {
  const { backend, snapshot, second, settings } = training;
  const { blocks, start, joined } = prepared;
  if (second === undefined || joined === null) return null;
  let before = start;
  if (verdict.chosen === 'trained') {
    const alone = { ...prepared, joined: null };
    const { triplets, ...rest } = training;
    const silent = { ...rest, onProgress: () => undefined };
    const pass = passOf(silent, 'refit', alone, rows, seeds, freshRun(verdict.plan), verdict.steps);
    before = (await supervisePass(backend, pass)).heads ?? start;
  }
  return secondShopFigures(
    {
      before: fold(before, blocks),
      recentred: foldSecond(before, joined),
      afterForFirst: fold(trained, blocks),
      after: foldSecond(trained, joined),
    },
    { snapshot, rows: holdout },
    { snapshot: second, rows: holdoutSample(second) },
    settings.dial,
  );
}

/** What both passes have in common: a pass that measures nothing and keeps nothing. */
function passOf(
  { settings, signal, onProgress, run, triplets, snapshot, second }: RunningTraining,
  name: Pass['name'],
  prepared: Prepared,
  rows: readonly number[],
  seeds: Seeds,
  state: RunState,
  steps = settings.steps,
): Pass {
  const doing = name === 'judge' ? 'Training on the training styles' : 'Fitting on training and validation styles';
  const meter = new ProgressMeter(
    name === 'judge' ? 1 : 2,
    doing,
    steps,
    (progress) => onProgress({ ...progress, secondsExpected: run.saidSeconds }),
    state.current?.step,
  );
  const training = { ...trainingOf(prepared, rows), settings, stopAfter: steps };
  return {
    name,
    training: { ...training, ...(signal ? { signal } : {}) },
    seeds,
    run: state,
    validate: () => null,
    untrained: 0,
    styles: 0,
    meter,
    keepTriplets: async (mined, attempt) => {
      const photoOf = (row: number) => {
        const photo = prepared.views[row - (prepared.views[0]?.row ?? Infinity)]?.photo ?? row;
        return (snapshot.photos[photo] ?? second?.photos[photo - snapshot.photos.length]) as MinedPhoto;
      };
      const lines = linesOf(mined, photoOf, settings);
      await triplets?.keep({ pass: name, attempt, step: mined.begun }, lines);
      return recordOf(lines, mined, { pass: name, attempt });
    },
    save: async () => undefined,
  };
}

/** Says what the training will take, or where it is taken up again. */
async function sayBeforehand(
  { backend, snapshot, second, settings, run, exportSeconds = 0 }: RunningTraining,
  { training, meter, run: { current } }: Pass,
  rows: Record<'train' | 'validation', readonly number[]>,
  { prepared, preparing, validating }: { prepared: Prepared; preparing: number; validating: number },
): Promise<void> {
  if (run.resumed !== null) {
    return meter.begin(current?.step ?? 0, `Going on from step ${current?.step ?? 0} of ${settings.steps}`);
  }
  const holdout = holdoutSample(snapshot);
  const untrained = fold(prepared.start, prepared.blocks);
  const trial = (limit: number): Trial => {
    const tried = sampleStyles(snapshot, holdout, limit, new Random(0));
    const { seconds } = timed(() => holdoutFigures({ trained: untrained, untrained }, snapshot, tried, settings.dial));
    return { seconds, photos: tried.length };
  };
  // The first is slower, whatever its size.
  trial(TRIED_PHOTOS.few);
  const { step, mine } = await measureSteps(backend, training);
  const { mining, steps } = settings;
  const epochs = mining.name === 'offline' ? Math.ceil(steps / mining.every) : 0;
  run.saidSeconds = estimateSeconds(
    {
      elapsed: run.elapsed(),
      prepare: { seconds: preparing, fitted: Math.min(rows.train.length, PRINCIPAL_ROWS) },
      validate: validating,
      step,
      mine,
      holdout: [trial(TRIED_PHOTOS.few), trial(TRIED_PHOTOS.many)],
    },
    {
      steps,
      epochs,
      fitted: Math.min(rows.train.length + rows.validation.length, PRINCIPAL_ROWS),
      holdoutPhotos: holdout.length,
      matchedPairs: matchedPairs(snapshot),
      // The first shop is trained on alone once more, to be held against.
      exporting: exportSeconds + (second ? steps * step + epochs * mine : 0),
    },
  );
  meter.begin(0, `Training takes about ${Math.ceil(run.saidSeconds)} s in all`);
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
  const joined = second === undefined ? null : joinSecond(blocks, snapshot, second, splits);
  const photos = { blocks: joined?.blocks ?? blocks, labels: joined?.labels ?? labelPhotos(snapshot) };
  if (snapshot.views === null) return { ...photos, start, joined, views: [] };
  const { photoOfView, ...all } = addViews(photos, snapshot, snapshot.views);
  const first = photos.labels.photo.length;
  return { ...all, start, joined, views: photoOfView.map((photo, at) => ({ row: first + at, photo })) };
}

function joinSecond(blocks: Blocks, first: Snapshot, second: Snapshot, splits: readonly Split[]): JoinedShops {
  const rows = splits.flatMap((split) => rowsOfSplit(second, split)).sort((a, b) => a - b);
  return joinShops(blocks, first, second, rows);
}

/** @param rows of photos; their augmented views are trained on, too */
function trainingOf({ blocks, start, labels, joined, views }: Prepared, rows: readonly number[]) {
  const taken = new Set(rows);
  const ofViews = views.flatMap(({ row, photo }) => (taken.has(photo) ? [row] : []));
  return { blocks, start, labels, rows: [...rows, ...ofViews], secondRows: joined?.rows ?? [] };
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
