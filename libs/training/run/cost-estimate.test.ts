import { describe, expect, it } from 'vitest';
import { estimateSeconds, type MeasuredCosts, type PlannedWork } from './cost-estimate.js';

const costs: MeasuredCosts = {
  elapsed: 5,
  prepare: { seconds: 4, fitted: 2_000 },
  validate: 0.5,
  step: 0.01,
  mine: 0.3,
  // .001 a photo and .00001 a pair.
  holdout: [
    { photos: 100, seconds: 0.2 },
    { photos: 400, seconds: 2 },
  ],
};
const nothing: PlannedWork = { steps: 0, epochs: 0, fitted: 0, holdoutPhotos: 0, matchedPairs: 0, exporting: 0 };
const CALIBRATION = 50 * 0.01;

describe('estimateSeconds', () => {
  it('adds both passes, the measurements of the first, and what was measured of the rest', () => {
    const estimate = (work: Partial<PlannedWork>) => estimateSeconds(costs, { ...nothing, ...work }) - 5 - CALIBRATION;
    expect(estimate({})).toBeCloseTo(0, 9);
    expect(estimate({ steps: 300 })).toBeCloseTo(2 * 300 * 0.01 + 15 * 0.5, 9);
    expect(estimate({ epochs: 6 })).toBeCloseTo(2 * 6 * 0.3, 9);
    expect(estimate({ holdoutPhotos: 1_000 })).toBeCloseTo(0.001 * 1_000 + 0.00001 * 1_000 ** 2, 9);
    expect(estimate({ matchedPairs: 1_000_000 })).toBeCloseTo(0.6 * 0.00001 * 1_000_000, 9);
    expect(estimate({ exporting: 3 })).toBeCloseTo(3, 9);
    expect(estimate({ fitted: 8_000 })).toBeCloseTo(4 * 2, 9);
  });

  it('takes the square where components come from as few photos as there are', () => {
    const small = { ...costs, prepare: { seconds: 1, fitted: 300 } };
    expect(estimateSeconds(small, { ...nothing, fitted: 600 })).toBeCloseTo(5 + CALIBRATION + 4, 9);
  });

  it('expects photos to take as long as those tried where there are no more', () => {
    const trial = { photos: 50, seconds: 0.1 };
    const few = { ...costs, holdout: [trial, trial] as const };
    expect(estimateSeconds(few, { ...nothing, holdoutPhotos: 50 })).toBeCloseTo(5 + CALIBRATION + 0.1, 9);
    const none = {
      ...costs,
      holdout: [
        { photos: 0, seconds: 0 },
        { photos: 0, seconds: 0 },
      ] as const,
    };
    expect(estimateSeconds(none, nothing)).toBeCloseTo(5 + CALIBRATION, 9);
  });
});
