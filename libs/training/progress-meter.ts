import type { TrainerMessage, ValidationFigures } from '#datasets';
import type { StepFigures } from './part-losses.js';

type ProgressMessage = Omit<Extract<TrainerMessage, { type: 'progress' }>, 'type'>;

/** Turns steps into progress messages, with the time left of the pass at its pace so far. */
export class ProgressMeter {
  private started = performance.now();
  private firstStep = 0;

  constructor(
    private readonly steps: number,
    private readonly send: (progress: ProgressMessage) => void,
  ) {}

  /** @param doing for example `Training on the training styles` */
  report(step: number, figures: StepFigures, validation: ValidationFigures | null, doing: string): void {
    if (step <= this.firstStep) this.started = performance.now();
    const elapsed = (performance.now() - this.started) / 1000;
    const perStep = step > this.firstStep ? elapsed / (step - this.firstStep) : null;
    this.firstStep = step <= this.firstStep || perStep === null ? step : this.firstStep;
    this.send({
      step,
      steps: this.steps,
      ...figures,
      validation,
      secondsLeft: perStep === null ? null : perStep * (this.steps - step),
      message: `${doing}, step ${step} of ${this.steps}.`,
    });
  }
}
