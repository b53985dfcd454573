import type { Arm } from '#shoppers';
import {
  type ArmSizes,
  detectableEffect,
  differenceInterval,
  differenceTest,
  type Interval,
  sampleRatioTest,
  type Share,
  wilsonInterval,
} from '#statistics';
import type { ArmTally, Experiment, Tally } from './experiment.js';

/** Below it chance does not explain how shoppers are divided (Fabijan et al., 2019). */
const BROKEN_SPLIT = 0.001;

/** More than this share of the shoppers in an arm that is not theirs is no accident. */
const MOST_STRAYED = 0.1;

/** `not-yet`, `stopped-early`, `broken-split`: nothing is decided. */
export const VERDICTS = [
  ...(['not-yet', 'stopped-early', 'broken-split'] as const),
  ...(['better', 'worse', 'no-difference-found'] as const),
] as const;
type Verdict = (typeof VERDICTS)[number];

/** One arm in figures. */
export interface ArmResult extends Pick<ArmTally, 'exposed'> {
  /** Exposed shoppers whose window is open. */
  waiting: number;
  /** Shoppers that the rate is of. */
  shoppers: number;
  /** Those of them who did it. */
  hits: number;
  /** null without a shopper. */
  rate: number | null;
  interval95: Interval | null;
}

/** What an experiment comes to. */
export interface Judgement {
  verdict: Verdict;
  /** A sentence for people. */
  reason: string;
  arms: Record<Arm, ArmResult>;
  /** Shoppers that each arm still lacks; both 0: the planned size is reached. */
  missing: ArmSizes;
  /** Rate of the treatment less that of the control; null while an arm has no shopper. */
  effect: { difference: number; interval95: Interval } | null;
  /** Two-sided; null until there is a verdict on the difference. */
  pValue: number | null;
  /** Smallest difference that arms of this size find with the planned power, at the control's rate; null as above. */
  detectableEffect: number | null;
  /** How likely so uneven arms are by chance. */
  splitPValue: number;
  strayed: number;
}

/**
 * Judges an experiment at its planned size and never before: who looks again and again until p is small finds a difference
 * where there is none far more often than alpha says.
 */
export function judge(experiment: Experiment, { isFull, arms, strayed }: Tally): Judgement {
  const { plan, needed, treatmentShare } = experiment;
  const shares = { control: shareOf(arms.control), treatment: shareOf(arms.treatment) };
  const missing = {
    control: Math.max(0, needed.control - arms.control.observed),
    treatment: Math.max(0, needed.treatment - arms.treatment.observed),
  };
  const hasBoth = shares.control.of > 0 && shares.treatment.of > 0;
  const splitPValue = sampleRatioTest(
    { control: arms.control.exposed, treatment: arms.treatment.exposed },
    treatmentShare,
  );
  const figures = {
    arms: { control: resultOf(arms.control, shares.control), treatment: resultOf(arms.treatment, shares.treatment) },
    missing,
    effect: hasBoth ? effectOf(shares.control, shares.treatment) : null,
    ...{ splitPValue, strayed },
  };
  const undecided = { ...figures, pValue: null, detectableEffect: null };
  const broken = howBroken(experiment, arms, strayed, splitPValue);
  if (broken !== null) return { verdict: 'broken-split', reason: broken, ...undecided };
  if (!isFull || figures.effect === null) {
    const verdict = experiment.stoppedAt === null ? 'not-yet' : 'stopped-early';
    return { verdict, reason: notYet(verdict, missing, arms), ...undecided };
  }
  const pValue = differenceTest(shares.control, shares.treatment);
  const baseline = shares.control.hits / shares.control.of;
  const { difference } = figures.effect;
  const verdict = pValue >= plan.alpha ? 'no-difference-found' : difference > 0 ? 'better' : 'worse';
  return {
    ...{ verdict, reason: REASONS[verdict], ...figures, pValue },
    detectableEffect: detectableEffect(
      { ...plan, baseline },
      { control: shares.control.of, treatment: shares.treatment.of },
    ),
  };
}

const REASONS = {
  better: 'At the planned size more shoppers of the treatment did it than chance explains.',
  worse: 'At the planned size fewer shoppers of the treatment did it than chance explains.',
  'no-difference-found':
    'At the planned size chance explains the difference. That is no proof of equality: effects below detectableEffect are ' +
    'often missed.',
};

function shareOf({ hits, observed }: ArmTally): Share {
  return { hits, of: observed };
}

function resultOf({ exposed, observed }: ArmTally, share: Share): ArmResult {
  return {
    ...{ exposed, waiting: exposed - observed, shoppers: share.of, hits: share.hits },
    rate: share.of === 0 ? null : share.hits / share.of,
    interval95: share.of === 0 ? null : wilsonInterval(share),
  };
}

function effectOf(control: Share, treatment: Share) {
  return {
    difference: treatment.hits / treatment.of - control.hits / control.of,
    interval95: differenceInterval(control, treatment),
  };
}

function howBroken(
  { treatmentShare }: Experiment,
  { control, treatment }: Tally['arms'],
  strayed: number,
  splitPValue: number,
): string | null {
  const placed = control.exposed + treatment.exposed;
  if (strayed > MOST_STRAYED * (placed + strayed)) {
    return (
      `${strayed} of ${placed + strayed} shoppers saw an arm that is not theirs: pages must tell events under the shopperId ` +
      'that they ask with. No figure can be trusted.'
    );
  }
  if (splitPValue >= BROKEN_SPLIT) return null;
  return (
    `${percent(treatment.exposed / placed)} of the shoppers are of the treatment, and ${percent(treatmentShare)} should be: ` +
    'something other than chance decides who is counted, such as a page that tells impressions for one arm alone. No figure ' +
    'can be trusted.'
  );
}

function notYet(
  verdict: 'not-yet' | 'stopped-early',
  missing: ArmSizes,
  { control, treatment }: Tally['arms'],
): string {
  if (control.exposed + treatment.exposed === 0) {
    return (
      'No shopper has been counted: a shopper is, when an event of type impression carries the recommendationId of an answer ' +
      'that was asked for with the shopperId.'
    );
  }
  const lacking = `${missing.control} shoppers of the control and ${missing.treatment} of the treatment are missing`;
  return verdict === 'stopped-early'
    ? `It was stopped while ${lacking}: the test was not planned for fewer.`
    : `${lacking}. Until then there is no verdict, because who decides as soon as a difference shows is misled by chance.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
