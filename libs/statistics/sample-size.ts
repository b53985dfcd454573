import { normalQuantile, normalTail } from './normal.js';

/** What a test of two shares shall find, and how surely. */
export interface TestPlan {
  /** Share of the control that has the metric, in (0, 1). */
  baseline: number;
  /** Smallest difference of the shares worth finding, in (0, 1 - baseline). */
  smallestEffect: number;
  /** How often equal shares may be called different. */
  alpha: number;
  /** How often shares that differ by the smallest effect are to be called different. */
  power: number;
}

/** Units in each arm. */
export interface ArmSizes {
  control: number;
  treatment: number;
}

const HALVINGS = 60;

/**
 * Units that each arm needs for `differenceTest` to find what is planned (J. L. Fleiss, B. Levin, M. C. Paik, Statistical
 * Methods for Rates and Proportions, 2003, 4.2, unequal arms, without correction for continuity).
 *
 * @param treatmentShare of all units, in (0, 1)
 */
export function requiredSizes(plan: TestPlan, treatmentShare: number): ArmSizes {
  const ratio = (1 - treatmentShare) / treatmentShare;
  const { underEqual, underEffect } = deviations(plan.baseline, plan.smallestEffect, { control: ratio, treatment: 1 });
  const needed =
    (normalQuantile(1 - plan.alpha / 2) * underEqual + normalQuantile(plan.power) * underEffect) / plan.smallestEffect;
  const treatment = needed * needed;
  return { control: Math.ceil(ratio * treatment), treatment: Math.ceil(treatment) };
}

/** How often `differenceTest` finds shares of `baseline` and `baseline + effect` different. */
export function powerOf({ baseline, smallestEffect, alpha }: Omit<TestPlan, 'power'>, sizes: ArmSizes): number {
  const { underEqual, underEffect } = deviations(baseline, smallestEffect, sizes);
  const critical = normalQuantile(1 - alpha / 2) * underEqual;
  // The other tail: found different, and the wrong way round.
  return normalTail((critical - smallestEffect) / underEffect) + normalTail((critical + smallestEffect) / underEffect);
}

/**
 * The smallest effect above the baseline that arms of these sizes find with the power of the plan; null where not even the
 * largest is found.
 */
export function detectableEffect(
  { baseline, alpha, power }: Omit<TestPlan, 'smallestEffect'>,
  sizes: ArmSizes,
): number | null {
  let [low, high] = [0, 1 - baseline];
  const finds = (smallestEffect: number) => powerOf({ baseline, smallestEffect, alpha }, sizes) >= power;
  if (!finds(high)) return null;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (finds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Standard deviations of the difference of two shares: where both are alike, as the test takes them, and where not. */
function deviations(baseline: number, effect: number, { control, treatment }: ArmSizes) {
  const raised = baseline + effect;
  const together = (baseline * control + raised * treatment) / (control + treatment);
  return {
    underEqual: Math.sqrt(together * (1 - together) * (1 / control + 1 / treatment)),
    underEffect: Math.sqrt((baseline * (1 - baseline)) / control + (raised * (1 - raised)) / treatment),
  };
}
