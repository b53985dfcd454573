import { trainingSettingsSchema } from '#foundation';
import { describe, expect, it } from 'vitest';
import { spreadOf } from './spread.js';
import { collapsedLoss, signOfCollapse, type WatchedStep, watchWindow } from './watchdog.js';

const WINDOW = 10;
const step = (over: Partial<WatchedStep> = {}): WatchedStep => ({
  loss: 1.2,
  activeShare: 0.5,
  spread: { shape: 0.9, colour: 0.95 },
  ...over,
});
const steps = (count: number, over: Partial<WatchedStep> = {}) => Array.from({ length: count }, () => step(over));
const AT_ONE_POINT = 2 * Math.LN2;
const signAfter = (run: WatchedStep[], first = step(), atOnePoint: number | null = AT_ONE_POINT) =>
  signOfCollapse(run, first, atOnePoint, WINDOW)?.sign ?? null;

describe('spreadOf', () => {
  it('is 0 for one vector, 1 for vectors that cancel, and the mean squared distance from the mean between', () => {
    expect(spreadOf(Float32Array.of(0.6, 0.8, 0.6, 0.8), 2)).toBeCloseTo(0, 6);
    expect(spreadOf(Float32Array.of(1, 0, -1, 0), 2)).toBe(1);
    // Mean (.5, .5); both are sqrt(.5) from it.
    expect(spreadOf(Float32Array.of(1, 0, 0, 1), 2)).toBeCloseTo(0.5, 6);
  });
});

describe('collapsedLoss', () => {
  const of = (settings: unknown) => collapsedLoss(trainingSettingsSchema.parse(settings));

  it('is ln 2 of a soft margin and the margin of a hinge, for each part by its weight', () => {
    expect(of({})).toBeCloseTo(2 * Math.log(2), 12);
    expect(of({ loss: { name: 'triplet-margin', margin: 0.3 } })).toBeCloseTo(0.6, 12);
    expect(of({ weights: { shape: 2, colour: 0, joined: 1 } })).toBeCloseTo(3 * Math.log(2), 12);
    const smooth = of({ loss: { name: 'triplet-margin', margin: 0.2, smooth: true } });
    expect(smooth).toBeCloseTo(2 * Math.log(1 + Math.exp(0.2)), 12);
  });
});

describe('signOfCollapse', () => {
  it('is silent about a training that goes well, and before its window is full', () => {
    expect(signAfter(steps(50))).toBeNull();
    const collapsed = { spread: { shape: 0.01, colour: 0.01 }, activeShare: 1, loss: AT_ONE_POINT };
    expect(signAfter(steps(WINDOW - 1, collapsed))).toBeNull();
    expect(signAfter(steps(WINDOW, collapsed))).toBe('variance');
  });

  it.each(['shape', 'colour'] as const)('sees that the %s part lost its variance, while it lasts', (part) => {
    const lost = { spread: { ...step().spread!, [part]: 0.1 } };
    expect(signAfter([...steps(20), ...steps(WINDOW, lost)])).toBe('variance');
    expect(signAfter([...steps(20), ...steps(WINDOW - 1, lost)])).toBeNull();
    // Photos draw together before they find their own: a low point that passes is none.
    expect(signAfter([...steps(WINDOW - 1, lost), ...steps(1), ...steps(WINDOW - 1, lost)])).toBeNull();
  });

  it('expects no variance of photos that are all alike', () => {
    const alike = { spread: { shape: 0, colour: 0.9 } };
    expect(signAfter(steps(WINDOW, alike), step(alike))).toBeNull();
  });

  it('sees a loss that is stuck at the margin with every triplet active, and needs both', () => {
    // Hard from the start, so that the share of active triplets alone says nothing.
    const first = step({ activeShare: 1 });
    expect(signAfter(steps(WINDOW, { loss: AT_ONE_POINT * 1.01, activeShare: 1 }), first)).toBe('margin');
    expect(signAfter(steps(WINDOW, { loss: AT_ONE_POINT * 1.2, activeShare: 1 }), first)).toBeNull();
    expect(signAfter(steps(WINDOW, { loss: AT_ONE_POINT, activeShare: 0.5 }), first)).toBeNull();
    expect(signAfter(steps(WINDOW, { loss: null, activeShare: null }), first)).toBeNull();
    expect(signAfter(steps(WINDOW, { loss: AT_ONE_POINT, activeShare: 1 }), first, null)).toBeNull();
  });

  it('sees that all triplets became active that were not', () => {
    expect(signAfter(steps(WINDOW, { activeShare: 1 }), step({ activeShare: 0.5 }))).toBe('active');
    expect(signAfter(steps(WINDOW, { activeShare: 1 }), step({ activeShare: 0.95 }))).toBeNull();
  });
});

describe('watchWindow', () => {
  it('is a tenth of the schedule, 10 to 100 steps', () => {
    expect([20, 300, 100_000].map(watchWindow)).toEqual([10, 30, 100]);
  });
});
