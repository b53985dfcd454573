import { smoothedCriteria, standardErrorOf } from '../choose-step.js';

/** Measurements that must all be worse before a training ends: 80 steps. */
const PATIENCE = 4;

/**
 * Why nothing is to be gained by more steps, or null.
 *
 * Honest with noise, as `chooseStep` is: it stops only where the checkpoint that would be chosen is already behind, that
 * is where an earlier one is better by more than a standard error than each of the last four, neighbours averaged. A
 * criterion that merely stands still stops nothing: under a cosine rate the last steps often bring what the middle
 * ones did not. And it stops where no triplet has cost anything for a whole window, because then no step changes
 * more than the decay of the weights.
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
  const criteria = smoothedCriteria(measured.map(({ criterion }) => criterion));
  const recent = criteria.slice(-PATIENCE);
  const earlier = criteria.slice(0, -PATIENCE);
  if (earlier.length === 0) return null;
  const best = Math.max(...earlier);
  if (!recent.every((criterion) => best - criterion > standardErrorOf(criterion, styles))) return null;
  const { step } = measured[earlier.indexOf(best)] ?? { step: 0 };
  return `validation has fallen since step ${step}, by more than a standard error at each of the last ${PATIENCE} measurements`;
}
