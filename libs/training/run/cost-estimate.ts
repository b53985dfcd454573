import type { ComputeBackend } from '#compute';
import { Random } from '#foundation';
import { type HeadTraining, trainHeads } from '../head-trainer.js';
import { MEASURE_EVERY } from './supervise-pass.js';

/** Steps that are taken to see how long one takes, and how many of them come first and are slower. */
const TRIAL_STEPS = 40;
const WARMING_STEPS = 25;
/** Columns from which principal components come from the covariance, whose eigenvectors cost the same for any photos. */
const MOST_GRAM_ROWS = 2048;

/**
 * Calibration, in what else is measured: what it takes for any photos, in steps; and for a pair of photos, in pairs of the
 * hold-out, which are ranked at several dials. Its own trial would take as long as it does in a small shop.
 */
const CALIBRATION = { steps: 50, pairs: 0.6 };

/** How long something took with so many photos. */
export interface Trial {
  photos: number;
  seconds: number;
}

/** What has been measured of a training on this machine, in seconds, before its first step. */
export interface MeasuredCosts {
  /** Everything until now: reading, the blocks of judging, the trials. */
  elapsed: number;
  /** Preparing the blocks of judging, fitted on so many rows of so many. */
  prepare: { seconds: number; fitted: number };
  /** One measurement on validation styles. */
  validate: number;
  /** One step of a pass. */
  step: number;
  /** Mining one epoch; 0 where nothing is mined offline. */
  mine: number;
  /** The figures of two parts of the hold-out, the smaller first. */
  holdout: readonly [Trial, Trial];
}

/** What is still to come. */
export interface PlannedWork {
  steps: number;
  /** Of offline mining, in one pass. */
  epochs: number;
  /** Rows that the blocks of the second pass are fitted on. */
  fitted: number;
  holdoutPhotos: number;
  /** Pairs of photos that calibration compares. */
  matchedPairs: number;
  /** Writing and checking the bundle, in seconds. */
  exporting: number;
}

/**
 * Seconds that a whole training takes, both passes over all steps. A training that ends early, or that keeps the untrained
 * heads, takes less; one that collapses takes more.
 */
export function estimateSeconds(costs: MeasuredCosts, work: PlannedWork): number {
  const { prepare, holdout } = costs;
  const growth = work.fitted / Math.max(prepare.fitted, 1);
  // The eigenvectors of a Gram matrix of n photos take n^3, everything else n; together about n^2.
  const preparing = prepare.seconds * (work.fitted < MOST_GRAM_ROWS ? growth ** 2 : Math.sqrt(growth));
  const fitting = work.steps * costs.step + work.epochs * costs.mine;
  const judging = fitting + (work.steps / MEASURE_EVERY) * costs.validate;
  const { photo, pair } = costOfRanking(holdout);
  const evaluating = photo * work.holdoutPhotos + pair * work.holdoutPhotos ** 2;
  const calibrating = CALIBRATION.steps * costs.step + CALIBRATION.pairs * pair * work.matchedPairs;
  return costs.elapsed + judging + preparing + fitting + evaluating + calibrating + work.exporting;
}

/** Seconds a photo, and seconds a pair of photos: every photo is ranked against every other. */
function costOfRanking([few, many]: MeasuredCosts['holdout']): { photo: number; pair: number } {
  const each = ({ seconds, photos }: Trial) => seconds / Math.max(photos, 1);
  if (many.photos <= few.photos) return { photo: each(few), pair: 0 };
  const pair = Math.max((each(many) - each(few)) / (many.photos - few.photos), 0);
  return { photo: Math.max(each(few) - pair * few.photos, 0), pair };
}

/** Seconds of one step, the median of a few that are taken and thrown away; and of mining, where that is done offline. */
export async function measureSteps(
  backend: ComputeBackend,
  training: Omit<HeadTraining, 'random' | 'lossRandom'>,
): Promise<{ step: number; mine: number }> {
  const times: number[] = [];
  let mine = 0;
  let since = performance.now();
  const lap = () => {
    const before = since;
    since = performance.now();
    return (since - before) / 1000;
  };
  await trainHeads(backend, {
    ...training,
    random: new Random(1),
    lossRandom: new Random(1),
    stopAfter: Math.min(TRIAL_STEPS, training.settings.steps),
    onEpoch: async () => {
      mine = lap();
    },
    onStep: async () => {
      times.push(lap());
      return 'continue';
    },
  });
  return { step: median(times.length > WARMING_STEPS ? times.slice(WARMING_STEPS) : times), mine };
}

/** What some work gives, and how many seconds it takes. */
export function timed<T>(work: () => T): { value: T; seconds: number } {
  const start = performance.now();
  return { value: work(), seconds: (performance.now() - start) / 1000 };
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
