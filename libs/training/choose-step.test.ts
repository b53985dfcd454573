import { describe, expect, it } from 'vitest';
import { chooseStep } from './choose-step.js';

/** Checkpoints at steps 20, 40, ... with these criteria. */
const candidates = (...criteria: number[]) =>
  criteria.map((criterion, at) => ({
    step: 20 * (at + 1),
    figures: { sameProduct: criterion, sameStyle: criterion, sameStyleOtherColour: null, criterion },
  }));

describe('chooseStep', () => {
  it('takes the last checkpoint when an earlier one is better by less than one standard error', () => {
    // .6 against .5 at 20 styles: the standard error is sqrt(.5 * .5 / 20) = .11.
    expect(chooseStep(candidates(0.6, 0.6, 0.6, 0.5, 0.5, 0.5), 20).step).toBe(120);
  });

  it('takes the best of those that are better by more', () => {
    // At 400 styles it is .025.
    expect(chooseStep(candidates(0.6, 0.6, 0.6, 0.5, 0.5, 0.5), 400).step).toBe(20);
    expect(chooseStep(candidates(0.5, 0.6, 0.8, 0.6, 0.5, 0.5, 0.5), 400).step).toBe(60);
  });

  it('is not deceived by one lucky measurement', () => {
    // One of .8 among .5 is .6 as a mean of three; beside .7, .7, .7 it is not the best.
    expect(chooseStep(candidates(0.5, 0.8, 0.5, 0.7, 0.7, 0.7, 0.5, 0.5, 0.5), 400).step).toBe(100);
  });

  it('takes the last when it is the best, is as good as the others, or is alone', () => {
    expect(chooseStep(candidates(0.2, 0.4, 0.6), 10).step).toBe(60);
    expect(chooseStep(candidates(0.4, 0.4, 0.4), 10).step).toBe(60);
    expect(chooseStep(candidates(1, 1, 1), 10).step).toBe(60);
    expect(chooseStep(candidates(0.4), 0).step).toBe(20);
  });

  it('refuses to choose from nothing', () => expect(() => chooseStep([], 5)).toThrow(RangeError));
});
