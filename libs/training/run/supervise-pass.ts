import type { ComputeBackend } from '#compute';
import type { MiningRecord, ValidationFigures } from '#datasets';
import { Random, WeftError } from '#foundation';
import type { TwoPartHeads } from '#networks';
import { standardErrorOf } from '../choose-step.js';
import { type HeadTraining, trainHeads } from '../head-trainer.js';
import type { MinedEpoch } from '../offline/epoch.js';
import type { ProgressMeter } from '../progress-meter.js';
import { reasonToStop } from './early-stopping.js';
import { lowered, rateFactor } from './rate-plan.js';
import { choosable, type RunState, stepsThatCount } from './run-state.js';
import type { Spread } from './spread.js';
import { type CollapseSign, collapsedLoss, signOfCollapse, watchWindow } from './watchdog.js';

/** Steps between two measurements on validation styles, and between two lines of progress. */
export const MEASURE_EVERY = 20;
/** A training that collapses as often as this is given up. */
const MOST_ATTEMPTS = 3;
/** A part that keeps less of its variance than this is not a state to go back to. */
const SOUND_VARIANCE = 0.5;

export interface Pass {
  name: 'judge' | 'refit';
  training: Omit<HeadTraining, 'random' | 'lossRandom' | 'from' | 'rateFactor' | 'onStep' | 'onEpoch'>;
  seeds: { batches: number; loss: number };
  /** Where to begin, or to go on. */
  run: RunState;
  /** Measures heads on validation styles; null where there is nothing to measure on. */
  validate: (heads: TwoPartHeads) => ValidationFigures | null;
  /** The criterion of the untrained heads, which a sound state does not fall below; 0 where nothing is measured. */
  untrained: number;
  /** Validation styles that are asked about. */
  styles: number;
  /** Told every twentieth step, the last, and what went wrong. */
  meter: ProgressMeter;
  /** Writes down what was mined offline, and gives what is to be remembered of it. */
  keepTriplets: (mined: MinedEpoch, attempt: number) => Promise<MiningRecord>;
  /** Keeps the state, so that the run can go on from it. */
  save: (run: RunState) => Promise<void>;
}

export interface PassOutcome {
  /** Heads after the last step; null: every attempt collapsed. */
  heads: TwoPartHeads | null;
  run: RunState;
  stoppedEarly: { step: number; words: string } | null;
}

/** Ends `trainHeads` from within. */
class Collapsed extends Error {
  constructor(
    readonly step: number,
    readonly sign: CollapseSign,
  ) {
    super(sign.words);
  }
}

/**
 * Takes the steps of a pass under the watchdog. A collapse goes back to the last sound state, or to the start, at a tenth of
 * the rate; the third ends the pass without heads. Ends early where validation says that nothing is to be gained.
 *
 * Deterministic: a pass that goes on from a saved state ends with bit-equal heads.
 *
 * @throws the reason of the training's signal
 */
export async function supervisePass(backend: ComputeBackend, pass: Pass): Promise<PassOutcome> {
  let { run } = pass;
  for (;;) {
    try {
      return await attempt(backend, { ...pass, run }, (current) => (run = current));
    } catch (error) {
      const { step, sign } = collapseOf(error, run);
      const isLast = run.attempt >= MOST_ATTEMPTS;
      const back = run.good?.step ?? 0;
      const plan = lowered(run.plan, back);
      const restart = isLast ? null : { step: back, factor: rateFactor(plan, back + 1) };
      const intervention = { pass: pass.name, attempt: run.attempt, step, ...sign, restart };
      run = { ...run, interventions: [...run.interventions, intervention] };
      if (restart === null) return { heads: null, run, stoppedEarly: null };
      const measured = run.measured.filter(({ step: at }) => at <= back);
      run = { ...run, attempt: run.attempt + 1, plan, current: run.good, measured };
      pass.meter.begin(back, wordsOf(intervention));
      await pass.save(run);
    }
  }
}

/** One sentence about a collapse and what was done. */
export function wordsOf({ step, words, restart }: RunState['interventions'][number]): string {
  const seen = `The training collapsed at step ${step}: ${words}`;
  if (restart === null) return `${seen}; it was given up.`;
  const from = restart.step === 0 ? 'the start' : `step ${restart.step}`;
  return `${seen}. It goes on from ${from} at ${restart.factor} of the learning rate.`;
}

async function attempt(backend: ComputeBackend, pass: Pass, keep: (run: RunState) => void): Promise<PassOutcome> {
  const { training, run } = pass;
  const { settings } = training;
  const curve = [...run.curve];
  const steps = training.stopAfter ?? settings.steps;
  const window = watchWindow(settings.steps);
  const atOnePoint = collapsedLoss(settings);
  const saveEvery = MEASURE_EVERY * Math.max(1, Math.round(settings.steps / 1000));
  let { current, good, measured, mining } = run;
  const newest = criteriaOf(curve).at(-1);
  let gained = pass.styles === 0 ? null : newest !== undefined && hasGained(newest.criterion, pass);
  let stoppedEarly = whyToStop(curve, pass, window);

  const heads = await trainHeads(backend, {
    ...training,
    stopAfter: stoppedEarly === null ? steps : (current?.step ?? 0),
    random: new Random(pass.seeds.batches),
    lossRandom: new Random(pass.seeds.loss),
    ...(current === null ? {} : { from: current }),
    rateFactor: (step) => rateFactor(run.plan, step),
    onEpoch: async (mined) => {
      const { epochs, hardest } = await pass.keepTriplets(mined, run.attempt);
      mining = { epochs: [...mining.epochs, ...epochs], hardest };
    },
    onStep: async (step, figures, now) => {
      const isMeasured = step % MEASURE_EVERY === 0 || step === steps;
      const heads = isMeasured ? now.heads() : null;
      const validation = heads && pass.validate(heads);
      curve.push({ step, ...figures, attempt: run.attempt, validation });
      if (heads !== null && validation !== null) {
        measured = choosable([...measured, { step, heads }], criteriaOf(curve));
      }
      keep({ ...run, curve, measured, mining, current, good });
      const own = curve.slice(-window).filter((entry) => entry.attempt === run.attempt && entry.step > 0);
      const first = curve.find((entry) => entry.step === 1);
      if (validation !== null) gained = hasGained(validation.criterion, pass);
      const sign = first === undefined ? null : signOfCollapse(own, first, atOnePoint, window, gained);
      if (sign !== null) throw new Collapsed(step, sign);
      if (!isMeasured) return 'continue';
      pass.meter.report(step, figures, validation);
      stoppedEarly = step === steps ? null : whyToStop(curve, pass, window);
      if (step % saveEvery === 0 || step === steps || stoppedEarly !== null) {
        current = now.state();
        const holds = (validation?.criterion ?? pass.untrained) >= pass.untrained;
        if (holds && isSound(figures.spread, first?.spread ?? null)) good = current;
        const saved = { ...run, curve, measured, mining, current, good };
        keep(saved);
        await pass.save(saved);
      }
      return stoppedEarly === null ? 'continue' : 'stop';
    },
  });
  return { heads, run: { ...run, curve, measured, mining, current, good }, stoppedEarly };
}

function whyToStop(curve: RunState['curve'], { name, styles }: Pass, window: number): PassOutcome['stoppedEarly'] {
  // Fitting takes the steps that judging chose.
  if (name === 'refit') return null;
  const path = stepsThatCount(curve);
  const losses = path.filter(({ step }) => step > 0).map(({ loss }) => loss);
  const words = reasonToStop(criteriaOf(curve), styles, losses, window);
  const step = path.at(-1)?.step ?? 0;
  return words === null ? null : { step, words };
}

/** What was measured at the steps that count, the untrained heads left out. */
function criteriaOf(curve: RunState['curve']): { step: number; criterion: number }[] {
  return stepsThatCount(curve).flatMap(({ step, validation }) =>
    validation === null || step === 0 ? [] : [{ step, criterion: validation.criterion }],
  );
}

/** By more than the chance of so many styles. */
function hasGained(criterion: number, { untrained, styles }: Pass): boolean {
  return criterion > untrained + standardErrorOf(untrained, styles);
}

function isSound(now: Spread | null, first: Spread | null): boolean {
  if (now === null || first === null) return true;
  return now.shape >= SOUND_VARIANCE * first.shape && now.colour >= SOUND_VARIANCE * first.colour;
}

/** @throws whatever is no collapse */
function collapseOf(error: unknown, { curve }: RunState): { step: number; sign: CollapseSign } {
  if (error instanceof Collapsed) return error;
  if (!(error instanceof WeftError) || error.code !== 'training-diverged') throw error;
  const step = (curve.at(-1)?.step ?? 0) + 1;
  return { step, sign: { sign: 'diverged', words: 'its numbers stopped being finite' } };
}
