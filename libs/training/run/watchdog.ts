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
  sign: 'variance' | 'margin' | 'active' | 'diverged';
  /** Goes on after "The training collapsed: ". */
  words: string;
}

/** A part that keeps less than this share of the variance that it began with has collapsed. */
const LEAST_VARIANCE_KEPT = 0.2;
/** A loss this near to that of one single point is stuck there. */
const NEAR_MARGIN = 0.05;
/** In a collapsed model all triplets are active; a batch may hold one or two that are not. */
const ALL_ACTIVE = 0.98;
/** A training that began with more active triplets than this had hard data, and no fault of its own. */
const FEWER_ACTIVE = 0.9;

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
 * hardest negatives "can in practice lead to bad local minima early on in training, specifically it can result in a
 * collapsed model (i.e. f(x) = 0)"; here, with unit embeddings, a collapsed part gives every photo the same vector. Hermans,
 * Beyer and Leibe (arXiv 1703.07737, supplement "Notes on Network Training") watch what this watches: the spread of
 * the embeddings, the share of active triplets, and a loss that stays at the margin, or at ln 2 for the soft margin.
 *
 * A sign counts only when it lasts through a whole window, because well-behaved trainings pass through low points.
 *
 * @param steps of the run since it began or was last restarted, in order
 * @param first step of the run, of the untrained heads
 * @param atOnePoint the loss of a model that maps all photos to one point; null when it is not known
 */
export function signOfCollapse(
  steps: readonly WatchedStep[],
  first: WatchedStep,
  atOnePoint: number | null,
  window: number,
): CollapseSign | null {
  if (steps.length < window) return null;
  const last = steps.slice(-window);
  return (
    lostVariance(last, first.spread) ??
    stuckAtMargin(last, atOnePoint) ??
    (isAllActive(last) && first.activeShare !== null && first.activeShare < FEWER_ACTIVE
      ? {
          sign: 'active',
          words: `${percent(ALL_ACTIVE)} of the triplets and more were out of order for ${window} steps, ${percent(first.activeShare)} at the start`,
        }
      : null)
  );
}

function lostVariance(steps: readonly WatchedStep[], first: Spread | null): CollapseSign | null {
  if (first === null) return null;
  for (const part of ['shape', 'colour'] as const) {
    const kept = steps.map(({ spread }) => (spread === null ? Infinity : spread[part] / first[part]));
    // Photos that are all alike to begin with have no variance to lose.
    if (first[part] > 1e-6 && kept.every((share) => share < LEAST_VARIANCE_KEPT)) {
      const now = percent(kept.at(-1) ?? 0);
      return { sign: 'variance', words: `the embeddings of the ${part} part kept ${now} of their variance` };
    }
  }
  return null;
}

function stuckAtMargin(steps: readonly WatchedStep[], atOnePoint: number | null): CollapseSign | null {
  if (atOnePoint === null || !isAllActive(steps)) return null;
  const isNear = ({ loss }: WatchedStep) => loss !== null && Math.abs(loss - atOnePoint) < NEAR_MARGIN * atOnePoint;
  if (!steps.every(isNear)) return null;
  return {
    sign: 'margin',
    words: `the loss stood at ${atOnePoint.toFixed(3)} for ${steps.length} steps, as where all photos are one point`,
  };
}

function isAllActive(steps: readonly WatchedStep[]): boolean {
  return steps.every(({ activeShare }) => activeShare !== null && activeShare >= ALL_ACTIVE);
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
