import type { TrainingSettings } from '#foundation';
import type { Spread } from './spread.js';

/** What the watchdog looks at after each step. */
export interface WatchedStep {
  /** null: the batch held nothing to learn from. */
  loss: number | null;
  activeShare: number | null;
  spread: Spread | null;
}

/** Why a training is taken for collapsed. */
export interface CollapseSign {
  sign: 'collapsed' | 'diverged';
  /** Goes on after "The training collapsed at step 80: ". */
  words: string;
}

/** Parts that keep less than this share of the variance that they began with have hardly any order left to lose. */
const LEAST_VARIANCE = { measured: 0.05, unmeasured: 0.01 };
/** A loss this near to that of one single point is stuck there. */
const NEAR_MARGIN = 0.05;
/** In a collapsed model about all triplets are active. */
const ALL_ACTIVE = 0.95;

/** Steps that a sign must last: a tenth of the schedule. Well-behaved trainings pass low points that are shorter. */
export function watchWindow(steps: number): number {
  return Math.min(Math.max(Math.round(steps / 10), 10), 100);
}

/**
 * The loss of a model that maps every photo to one point, where all distances are 0: the margin of a hinge, ln 2 of a soft
 * margin, for each part with its weight. null for losses whose value at that point depends on the batch.
 */
export function collapsedLoss({ loss, weights }: Pick<TrainingSettings, 'loss' | 'weights'>): number | null {
  const ofPart =
    loss.name === 'soft-margin'
      ? Math.LN2
      : loss.name === 'triplet-margin'
        ? loss.smooth
          ? Math.log1p(Math.exp(loss.margin))
          : loss.margin
        : null;
  return ofPart === null ? null : ofPart * (weights.shape + weights.colour + weights.joined);
}

/**
 * Whether a training has collapsed, as far as its last steps show. FaceNet (arXiv 1503.03832, section 3.2) warns that the
 * hardest negatives can lead "to bad local minima early on in training, specifically it can result in a collapsed model
 * (i.e. f(x) = 0)"; with unit embeddings, a collapsed part gives every photo the same vector. Hermans, Beyer and Leibe
 * (arXiv 1703.07737, supplement, notes on network training) say what to watch: how far the embeddings are spread, the
 * share of active triplets, and whether the loss stays at the margin, or at ln 2 for the soft margin.
 *
 * None of them is enough alone. Well-behaved trainings first draw all photos together before these find their own, at a
 * twentieth of their variance for a hundred steps, and end well (docs/training.md has the figures); so all signs must hold
 * through a whole window, and the heads must not find more than the untrained ones do.
 *
 * @param last steps of the run since it began or was last restarted, as many as the window has; fewer show nothing
 * @param first step of the run, of the untrained heads
 * @param atOnePoint the loss of a model that maps all photos to one point; null when it is not known
 * @param gained whether validation says that the heads find more than the untrained ones; null where nothing is measured,
 *   and less variance must be left
 */
export function signOfCollapse(
  last: readonly WatchedStep[],
  first: WatchedStep,
  atOnePoint: number | null,
  window: number,
  gained: boolean | null,
): CollapseSign | null {
  if (last.length < window || gained === true || first.spread === null) return null;
  const least = gained === null ? LEAST_VARIANCE.unmeasured : LEAST_VARIANCE.measured;
  if (!last.every(({ spread }) => spread !== null && variancesKept(spread, first.spread as Spread) < least))
    return null;
  if (!last.every(({ activeShare }) => activeShare === null || activeShare >= ALL_ACTIVE)) return null;
  const isStuck = ({ loss }: WatchedStep) =>
    loss === null || atOnePoint === null || Math.abs(loss - atOnePoint) < NEAR_MARGIN * atOnePoint;
  if (!last.every(isStuck)) return null;
  const now = last.at(-1) as WatchedStep;
  const kept = variancesKept(now.spread as Spread, first.spread);
  const words = [
    `for ${window} steps the embeddings have kept ${percent(kept)} of their variance at most`,
    ...(now.activeShare === null ? [] : [`${percent(now.activeShare)} of the triplets are out of order`]),
    ...(now.loss === null || atOnePoint === null
      ? []
      : [`the loss is ${now.loss.toFixed(3)}, and ${atOnePoint.toFixed(3)} where all photos are one point`]),
  ];
  return { sign: 'collapsed', words: words.join(', ') };
}

/** The larger of the shares that the two parts keep. A part of photos that were all alike has none to lose. */
function variancesKept(now: Spread, first: Spread): number {
  const parts = (['shape', 'colour'] as const).filter((part) => first[part] > 1e-6);
  return parts.length === 0 ? 1 : Math.max(...parts.map((part) => now[part] / first[part]));
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
