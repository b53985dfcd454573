import type { TrainingMetrics } from '#datasets';
import type { HeadState } from './head-state.js';
import type { RatePlan } from './rate-plan.js';

type Curve = TrainingMetrics['curve'];

/** How one pass over the steps has gone so far: with it, the pass goes on as though nothing had happened. */
export interface RunState {
  /** 1, and one more with every restart. */
  attempt: number;
  plan: RatePlan;
  interventions: TrainingMetrics['interventions'];
  /** Steps of all attempts, in the order in which they were taken. */
  curve: Curve;
  /** Where the heads are; null before the first step. */
  current: HeadState | null;
  /** The last state in which nothing was wrong, to go back to; null: the start. */
  good: HeadState | null;
}

/** The steps that led to where a run is now: what an attempt did after the step that the next went back to is left out. */
export function stepsThatCount(curve: Curve): Curve {
  const path: Curve = [];
  for (const entry of curve) {
    while ((path.at(-1)?.step ?? -1) >= entry.step) path.pop();
    path.push(entry);
  }
  return path;
}
