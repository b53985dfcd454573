import type { MiningRecord, TrainingMetrics } from '#datasets';
import type { TwoPartHeads } from '#networks';
import { smoothedCriteria } from '../choose-step.js';
import type { HeadState } from './head-state.js';
import type { RatePlan } from './rate-plan.js';

type Curve = TrainingMetrics['curve'];

export interface MeasuredHeads {
  step: number;
  heads: TwoPartHeads;
}

/** How one pass over the steps has gone so far: with it, the pass goes on as though nothing had happened. */
export interface RunState {
  /** 1, and one more with every restart. */
  attempt: number;
  plan: RatePlan;
  interventions: TrainingMetrics['interventions'];
  /** Steps of all attempts, in the order in which they were taken. */
  curve: Curve;
  /** Heads of measured steps that may yet be chosen, by ascending step. */
  measured: MeasuredHeads[];
  /** What was mined offline, in all attempts. */
  mining: MiningRecord;
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

const NOTHING_MINED: MiningRecord = { epochs: [], hardest: [] };

/** Before the first step. */
export function freshRun(plan: RatePlan, curve: Curve = []): RunState {
  return { attempt: 1, plan, interventions: [], curve, measured: [], mining: NOTHING_MINED, current: null, good: null };
}

/**
 * Those measured heads that `chooseStep` may yet choose: the last; the best by the criterion averaged with its
 * neighbours'; and the last but one, whose average is known only now.
 *
 * @param criteria of all measured steps that count, in order
 */
export function choosable(
  measured: readonly MeasuredHeads[],
  criteria: readonly { step: number; criterion: number }[],
): MeasuredHeads[] {
  const known = smoothedCriteria(criteria.map(({ criterion }) => criterion)).slice(0, -1);
  const best = known.length === 0 ? -1 : known.indexOf(Math.max(...known));
  const kept = [best, criteria.length - 2, criteria.length - 1].map((at) => criteria[at]?.step);
  return measured.filter(({ step }) => kept.includes(step));
}
