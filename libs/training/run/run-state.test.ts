import type { TrainingMetrics } from '#datasets';
import type { TwoPartHeads } from '#networks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseStep } from '../choose-step.js';
import { choosable, type MeasuredHeads, stepsThatCount } from './run-state.js';

const entry = (step: number, attempt: number): TrainingMetrics['curve'][number] => ({
  step,
  attempt,
  loss: 1,
  activeShare: 0.5,
  realPositiveShare: 1,
  spread: null,
  validation: null,
});

describe('stepsThatCount', () => {
  it('leaves out what an attempt did after the step that the next went back to', () => {
    const curve = [
      ...[0, 1, 2, 3, 4, 5].map((step) => entry(step, 1)),
      ...[3, 4].map((step) => entry(step, 2)),
      ...[1, 2].map((step) => entry(step, 3)),
    ];
    expect(stepsThatCount(curve).map(({ step, attempt }) => [step, attempt])).toEqual([
      [0, 1],
      [1, 3],
      [2, 3],
    ]);
    expect(stepsThatCount(curve.slice(0, 8)).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('choosable', () => {
  it('keeps three heads at most, and always those that are chosen in the end', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 2000 }),
        (criteria, styles) => {
          const all = criteria.map((hits, at) => ({ step: 20 * (at + 1), criterion: hits / 20 }));
          let kept: MeasuredHeads[] = [];
          all.forEach(({ step }, at) => {
            const heads = {} as TwoPartHeads;
            kept = choosable([...kept, { step, heads }], all.slice(0, at + 1));
            expect(kept.length).toBeLessThanOrEqual(3);
          });
          const candidates = all.map(({ step, criterion }) => ({
            step,
            figures: { sameProduct: null, sameStyle: criterion, sameStyleOtherColour: null, criterion },
          }));
          expect(kept.map(({ step }) => step)).toContain(chooseStep(candidates, styles).step);
        },
      ),
    );
  });
});
