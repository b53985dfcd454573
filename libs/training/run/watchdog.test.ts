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
const COLLAPSED = { spread: { shape: 0.01, colour: 0.02 }, activeShare: 1, loss: AT_ONE_POINT * 1.01 };
const signOf = (
  last: WatchedStep[],
  given: { first?: WatchedStep; atOnePoint?: number | null; gained?: boolean | null } = {},
) => {
  const { first, atOnePoint, gained } = { first: step(), atOnePoint: AT_ONE_POINT, gained: false, ...given };
  return signOfCollapse(last, first, atOnePoint, WINDOW, gained);
};

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
  it('sees photos that became one point, with every figure', () => {
    expect(signOf(steps(WINDOW, COLLAPSED))).toEqual({
      sign: 'collapsed',
      words:
        'for 10 steps the embeddings have kept 2 % of their variance at most, 100 % of the triplets are out of order, ' +
        'the loss is 1.400, and 1.386 where all photos are one point',
    });
  });

  it.each([
    ['the training goes well', {}],
    ['one part keeps its variance', { ...COLLAPSED, spread: { shape: 0.5, colour: 0.001 } }],
    // As in trainings that draw all photos together before these find their own, and end well.
    ['triplets come into order', { ...COLLAPSED, activeShare: 0.6 }],
    ['the loss is above that of one point', { ...COLLAPSED, loss: AT_ONE_POINT * 1.2 }],
    ['the loss is below that of one point', { ...COLLAPSED, loss: AT_ONE_POINT * 0.9 }],
  ])('is silent where %s', (_, over) => {
    expect(signOf(steps(WINDOW, over))).toBeNull();
  });

  it('is silent where it does not last, or where validation finds more than before', () => {
    expect(signOf(steps(WINDOW - 1, COLLAPSED))).toBeNull();
    expect(signOf([...steps(1), ...steps(WINDOW - 1, COLLAPSED)])).toBeNull();
    expect(signOf(steps(WINDOW, COLLAPSED), { gained: true })).toBeNull();
  });

  it('wants less variance to be left where nothing is measured', () => {
    expect(signOf(steps(WINDOW, COLLAPSED), { gained: null })).toBeNull();
    const point = { ...COLLAPSED, spread: { shape: 0.001, colour: 0.001 } };
    expect(signOf(steps(WINDOW, point), { gained: null })?.sign).toBe('collapsed');
  });

  it('goes by variance alone for losses that have neither triplets nor a value at one point', () => {
    const only = { ...COLLAPSED, activeShare: null, loss: 7 };
    expect(signOf(steps(WINDOW, only), { atOnePoint: null })?.words).toBe(
      'for 10 steps the embeddings have kept 2 % of their variance at most',
    );
  });

  it('expects no variance of a part whose photos are all alike', () => {
    const first = step({ spread: { shape: 0.9, colour: 0 } });
    const alike = { spread: { shape: 0.9, colour: 0 }, activeShare: 1, loss: AT_ONE_POINT };
    expect(signOf(steps(WINDOW, alike), { first })).toBeNull();
    expect(signOf(steps(WINDOW, { ...alike, spread: { shape: 0.01, colour: 0 } }), { first })?.sign).toBe('collapsed');
    const all = step({ spread: { shape: 0, colour: 0 } });
    expect(signOf(steps(WINDOW, { ...alike, spread: { shape: 0, colour: 0 } }), { first: all })).toBeNull();
  });
});

describe('watchWindow', () => {
  it('is a tenth of the schedule, 10 to 100 steps', () => {
    expect([20, 300, 100_000].map(watchWindow)).toEqual([10, 30, 100]);
  });
});
