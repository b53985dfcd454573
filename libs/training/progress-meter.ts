import type { TrainerMessage, ValidationFigures } from '#datasets';
import type { StepFigures } from './part-losses.js';

/** What a pass says of itself; how long the whole training takes is known to the training only. */
type ProgressMessage = Omit<Extract<TrainerMessage, { type: 'progress' }>, 'type' | 'secondsExpected'>;

/** Judging and fitting. */
const PASSES = 2;

/** Turns the steps of one pass into progress messages, with the time left of the pass at its pace so far. */
export class ProgressMeter {
  private started: number;

  /**
   * @param pass which of `passes` begins now
   * @param doing for example `Training on the training styles`
   * @param steps of the pass
   * @param from steps that were taken before, by an earlier process
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly pass: number,
    private readonly doing: string,
    private readonly steps: number,
    private readonly send: (progress: ProgressMessage) => void,
    private from = 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
  }

  /** @param step the steps taken, 1 and more */
  report(step: number, figures: StepFigures, validation: ValidationFigures | null): void {
    const secondsLeft = ((this.now() - this.started) / 1000 / (step - this.from)) * (this.steps - step);
    const message = [`${this.doing}, step ${step} of ${this.steps}`, ...wordsOf(figures, validation, secondsLeft)].join(
      ', ',
    );
    const { loss, activeShare, realPositiveShare } = figures;
    this.tell({ step, loss, activeShare, realPositiveShare, validation, secondsLeft, message });
  }

  /** Tells where the pass is before its first step, or that it goes back: its pace is measured from here on. */
  begin(step: number, message: string): void {
    this.from = step;
    this.started = this.now();
    const nothing = { loss: null, activeShare: null, realPositiveShare: null, validation: null, secondsLeft: null };
    this.tell({ step, ...nothing, message });
  }

  private tell(progress: Omit<ProgressMessage, 'pass' | 'passes' | 'steps'>): void {
    this.send({ pass: this.pass, passes: PASSES, steps: this.steps, ...progress });
  }
}

function wordsOf(
  { loss, activeShare, realPositiveShare }: StepFigures,
  validation: ValidationFigures | null,
  secondsLeft: number,
): string[] {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const rate = (figure: number | null) => figure?.toFixed(2) ?? '-';
  return [
    ...(loss === null ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(activeShare === null ? [] : [`${percent(activeShare)} active`]),
    ...(realPositiveShare === null ? [] : [`${percent(realPositiveShare)} with a positive`]),
    ...(validation === null
      ? []
      : [
          `validation ${rate(validation.sameProduct)} product ${rate(validation.sameStyle)} style ${rate(validation.sameStyleOtherColour)} other colour`,
        ]),
    `${Math.ceil(secondsLeft)} s left of this part`,
  ];
}
