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
    const secondsAStep = (this.now() - this.started) / 1000 / step;
    this.send({
      pass: this.pass,
      passes: PASSES,
      step,
      steps: this.steps,
      ...figures,
      validation,
      secondsLeft: secondsAStep * (this.steps - step),
      message: `${this.doing}, step ${step} of ${this.steps}.`,
    });
  }
}
