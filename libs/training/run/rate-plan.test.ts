import { describe, expect, it } from 'vitest';
import { lowered, rateFactor } from './rate-plan.js';

describe('a rate plan', () => {
  it('is a tenth after each step that a run went back to', () => {
    const once = lowered([], 40);
    expect([1, 40, 41, 300].map((step) => rateFactor(once, step))).toEqual([1, 1, 0.1, 0.1]);
    const twice = lowered(once, 100);
    expect([40, 41, 100, 101].map((step) => rateFactor(twice, step))).toEqual([1, 0.1, 0.1, 0.01]);
  });

  it('lowers again what was lowered before and did not help, also from further back', () => {
    const fromStart = lowered(lowered([], 40), 0);
    expect([1, 41].map((step) => rateFactor(fromStart, step))).toEqual([0.01, 0.01]);
    expect(lowered(lowered([], 40), 40)).toEqual([{ after: 40, factor: 0.01 }]);
  });
});
