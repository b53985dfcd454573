import type { Action } from '#attribution';
import type { GenerationId } from '#foundation';
import type { Arm } from '#shoppers';
import type { ScenarioSettings } from '#similarity';
import type { ArmSizes, TestPlan } from '#statistics';

/** How one side of an experiment answers, where it differs from an answer without one. */
export interface ArmSetup {
  /** null: the active one, whichever that is. */
  generation: GenerationId | null;
  /** Of scenarios; what is absent is as the scenario has it. */
  settings: ScenarioSettings;
}

/** Two ways to answer, compared on shoppers that chance divides. */
export interface Experiment {
  id: number;
  /** Never used twice. */
  name: string;
  /** Of the division: another experiment divides shoppers another way. */
  salt: string;
  /** Placements that take part; empty: every request of a known shopper. */
  scenarios: string[];
  arms: Record<Arm, ArmSetup>;
  /** Share of shoppers that go to the treatment, in (0, 1). */
  treatmentShare: number;
  /** What is hoped for: the share of shoppers who do it at least once. */
  metric: Action;
  /** How long after it first saw the experiment what a shopper does counts. */
  windowDays: number;
  plan: TestPlan;
  /** Shoppers that each arm needs by the plan. */
  needed: ArmSizes;
  startedAt: Date;
  startedBy: string;
  /** null: it runs. */
  stoppedAt: Date | null;
  stoppedBy: string | null;
  /** What it was counted to be when both arms were full, or when it was stopped; it is judged by that from then on. null: neither yet. */
  settled: Tally | null;
}

/** What is counted of an arm. */
export interface ArmTally {
  /** Shoppers to whom a result of the arm was shown. */
  exposed: number;
  /** Those of them whose window is over: what they do from now on does not count. */
  observed: number;
  /** Those of the observed who did it. */
  hits: number;
}

/**
 * What is counted of an experiment. When both arms are full, of shoppers who were first shown a result no later than the last of
 * those that both arms need: what comes later changes nothing, because the size was chosen beforehand.
 */
export interface Tally {
  /** Both arms have as many observed shoppers as they need. */
  isFull: boolean;
  arms: Record<Arm, ArmTally>;
  /** Shoppers to whom results of an arm that is not theirs were shown, as when a page asks and tells under two ids; in no arm. */
  strayed: number;
}
