import { standardErrorOf } from '../choose-step.js';

/** Measurements that are averaged before they are compared: 80 steps. */
const AVERAGED = 4;
/** How many standard errors of a single measurement count as a fall. */
const FALL = 2;

/**
 * Why nothing is to be gained by more steps, or null.
 *
 * Honest with noise, as `chooseStep` is: it stops only where the last four measurements are on average more than two
 * standard errors below four in a row before them. Of 200 runs whose 40 styles are found by chance alone, that ends fewer
 * than ten; to ask for a single standard error, as is enough to prefer a checkpoint, would have ended 59. A criterion that
 * merely stands still stops nothing: under a cosine rate the last steps often bring what the middle ones did not.
 *
 * And it stops where no triplet has cost anything for a whole window: then a step changes no more than the decay of the
 * weights.
 *
 * @param measured by ascending step, of the run as it now is
 * @param styles how many validation styles were asked about
 * @param losses of the last steps, newest last; null for a batch with nothing to learn from
 * @param window steps without a cost that end a training
 */
export function reasonToStop(
  measured: readonly { step: number; criterion: number }[],
  styles: number,
  losses: readonly (number | null)[],
  window: number,
): string | null {
  const last = losses.slice(-window);
  if (last.length === window && last.every((loss) => loss === null || loss === 0)) {
    return `no triplet has cost anything for ${window} steps`;
  }
  const averages = runningAverages(measured.map(({ criterion }) => criterion));
  const now = averages.at(-1);
  const earlier = averages.slice(0, -AVERAGED);
  if (now === undefined || earlier.length === 0) return null;
  const best = Math.max(...earlier);
  if (best - now <= FALL * standardErrorOf(now, styles)) return null;
  const { step } = measured[earlier.indexOf(best) + AVERAGED - 1] ?? { step: 0 };
  return `validation has fallen since step ${step}, from ${best.toFixed(3)} to ${now.toFixed(3)} as means of ${AVERAGED} measurements`;
}

/** Of each four in a row. */
function runningAverages(criteria: readonly number[]): number[] {
  return criteria
    .slice(AVERAGED - 1)
    .map((_, at) => criteria.slice(at, at + AVERAGED).reduce((sum, criterion) => sum + criterion / AVERAGED, 0));
}
