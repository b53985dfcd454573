/** By how much a lowered rate is lower. */
const LOWERED = 0.1;

/** Factors on the learning rate, by ascending step: each holds for the steps after `after`. Empty: 1 throughout. */
export type RatePlan = readonly { after: number; factor: number }[];

/** Factor on the scheduled rate at a step, 1 and more. */
export function rateFactor(plan: RatePlan, step: number): number {
  return plan.findLast(({ after }) => after < step)?.factor ?? 1;
}

/** The plan with a rate ten times lower after `step`, for a run that goes back there. */
export function lowered(plan: RatePlan, step: number): RatePlan {
  // What was lowered before and did not help is lowered again.
  const lowest = Math.min(1, ...plan.map((entry) => entry.factor));
  const factor = Number((lowest * LOWERED).toPrecision(6));
  return [...plan.filter(({ after }) => after < step), { after: step, factor }];
}
