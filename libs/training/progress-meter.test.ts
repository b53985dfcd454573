import { describe, expect, it } from 'vitest';
import { ProgressMeter } from './progress-meter.js';

const figures = { loss: 0.5, activeShare: 0.25, realPositiveShare: 1 };
const spread = { shape: 1, colour: 1 };
const validation = { sameProduct: 1, sameStyle: 0.5, sameStyleOtherColour: null, criterion: 0.75 };

describe('ProgressMeter', () => {
  it('tells the time left at the pace so far, falling to 0 with the last step', () => {
    let now = 5_000;
    const left: (number | null)[] = [];
    const meter = new ProgressMeter(
      1,
      'Training',
      100,
      ({ secondsLeft }) => left.push(secondsLeft),
      0,
      () => now,
    );
    for (const step of [20, 40, 60, 80, 100]) {
      now += 2_000;
      meter.report(step, { ...figures, spread }, null);
    }
    expect(left).toEqual([8, 6, 4, 2, 0]);
  });

  it('counts a pass from its own beginning', () => {
    let now = 0;
    const left: (number | null)[] = [];
    const pass = (steps: number) =>
      new ProgressMeter(
        1,
        'Training',
        steps,
        ({ secondsLeft }) => left.push(secondsLeft),
        0,
        () => now,
      );
    const first = pass(20);
    now += 60_000;
    first.report(20, { ...figures, spread }, null);
    const second = pass(40);
    now += 1_000;
    second.report(20, { ...figures, spread }, null);
    expect(left).toEqual([0, 1]);
  });

  it('passes on what the step showed', () => {
    const said: unknown[] = [];
    new ProgressMeter(
      2,
      'Fitting',
      60,
      (progress) => said.push(progress),
      0,
      () => 0,
    ).report(20, { ...figures, spread }, validation);
    expect(said).toEqual([
      {
        pass: 2,
        passes: 2,
        step: 20,
        steps: 60,
        ...figures,
        validation,
        secondsLeft: 0,
        message:
          'Fitting, step 20 of 60, loss 0.500, 25 % active, 100 % with a positive, ' +
          'validation 1.00 product 0.50 style - other colour, 0 s left of this part',
      },
    ]);
  });
});
