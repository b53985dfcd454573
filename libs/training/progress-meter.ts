import type { TrainerMessage, ValidationFigures } from '#datasets';
import type { StepFigures } from './part-losses.js';

type ProgressMessage = Omit<Extract<TrainerMessage, { type: 'progress' }>, 'type'>;

/** Judging and fitting. */
const PASSES = 2;

/** Turns the steps of one pass into progress messages, with the time left of the pass at its pace so far. */
export class ProgressMeter {
  private readonly started: number;

  /**
   * @param pass which of `passes` begins now
   * @param doing for example `Training on the training styles`
   * @param steps of the pass
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly pass: number,
    private readonly doing: string,
    private readonly steps: number,
    private readonly send: (progress: ProgressMessage) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
  }

  /** @param step the steps taken, 1 and more */
  report(step: number, figures: StepFigures, validation: ValidationFigures | null): void {
    const secondsLeft = ((this.now() - this.started) / 1000 / step) * (this.steps - step);
    this.send({
      pass: this.pass,
      passes: PASSES,
      step,
      steps: this.steps,
      ...figures,
      validation,
      secondsLeft,
      message: [`${this.doing}, step ${step} of ${this.steps}`, ...wordsOf(figures, validation, secondsLeft)].join(
        ', ',
      ),
    });
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
    `${Math.ceil(secondsLeft)} s left`,
  ];
}
