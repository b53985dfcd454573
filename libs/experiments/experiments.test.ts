import fc from 'fast-check';
import { Random } from '#foundation';
import { ARMS, type Arm } from '#shoppers';
import { differenceTest, requiredSizes, sampleRatioTest } from '#statistics';
import { describe, expect, it } from 'vitest';
import { experimentOf as someExperiment } from '../../test/support/experiments.js';
import { drawTolerance } from '../../test/support/naive/two-shares.js';
import { armOf } from './assignment.js';
import type { ArmTally, Experiment, Tally } from './experiment.js';
import { ExperimentService } from './experiment-service.js';
import type { ExperimentStore } from './experiment-store.js';
import { judge } from './judgement.js';

const plan = { baseline: 0.3, smallestEffect: 0.12, alpha: 0.05, power: 0.8 };
const experimentOf = (more: Partial<Experiment> = {}): Experiment => ({
  ...someExperiment('one', { plan, needed: requiredSizes(plan, more.treatmentShare ?? 0.5), ...more }),
  id: 1,
});
const tallyOf = (exposed: number, observed: number, hits: number): ArmTally => ({ exposed, observed, hits });
const tally = (isFull: boolean, control: ArmTally, treatment: ArmTally): Tally => ({
  ...{ isFull, arms: { control, treatment }, strayed: 0 },
});

describe('the arm of a shopper', () => {
  const salt = fc.string({ minLength: 16, maxLength: 32 });
  const shoppers = Array.from({ length: 4_000 }, (_, i) => `shopper-${i}`);

  it('is the same each time, and as often the treatment as is asked', () => {
    fc.assert(
      fc.property(salt, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (ofSalt, treatmentShare) => {
        const experiment = { salt: ofSalt, treatmentShare };
        const arms = shoppers.map((shopper) => armOf(experiment, shopper));
        expect(shoppers.map((shopper) => armOf(experiment, shopper))).toEqual(arms);
        const treatment = arms.filter((arm) => arm === 'treatment').length;
        const sizes = { control: shoppers.length - treatment, treatment };
        expect(sampleRatioTest(sizes, treatmentShare)).toBeGreaterThan(1e-7);
      }),
      { numRuns: 20 },
    );
  });

  it('says nothing about the arm in another experiment', () => {
    fc.assert(
      fc.property(salt, salt, (one, other) => {
        fc.pre(one !== other);
        const treated = shoppers.filter(
          (shopper) => armOf({ salt: one, treatmentShare: 0.5 }, shopper) === 'treatment',
        );
        const both = treated.filter((shopper) => armOf({ salt: other, treatmentShare: 0.5 }, shopper) === 'treatment');
        const sizes = { control: treated.length - both.length, treatment: both.length };
        expect(sampleRatioTest(sizes, 0.5)).toBeGreaterThan(1e-7);
      }),
      { numRuns: 20 },
    );
  });

  it('stays the treatment when the share grows', () => {
    for (const shopper of shoppers.slice(0, 500)) {
      if (armOf({ salt: 'x', treatmentShare: 0.2 }, shopper) === 'control') continue;
      expect(armOf({ salt: 'x', treatmentShare: 0.3 }, shopper)).toBe('treatment');
    }
  });
});

describe('what came out', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  const stoppedAt = new Date('2026-11-20T12:00:00Z');
  const before = tally(true, tallyOf(9, 9, 9), tallyOf(9, 9, 9));
  const counted = (isFull: boolean) => tally(isFull, tallyOf(5, 4, 3), tallyOf(5, 4, 2));

  it('is counted until now or the stop, and kept once: when both arms are full, or it was stopped', async () => {
    const running = { ...experimentOf(), id: 1 };
    const full = { ...experimentOf(), id: 2 };
    const stopped = { ...experimentOf({ stoppedAt }), id: 3 };
    const settled = { ...experimentOf({ settled: before }), id: 4 };
    const asked: unknown[] = [];
    const kept: unknown[] = [];
    const store: Partial<ExperimentStore> = {
      list: async () => [running, full, stopped, settled],
      tally: async ({ id }, until) => {
        asked.push([id, until]);
        return counted(id === full.id);
      },
      settle: async (id, what) => {
        kept.push([id, what]);
        return what;
      },
    };
    const generations = { active: async () => null, find: async () => null };
    await new ExperimentService(store as ExperimentStore, generations, { now: () => now }).settle();
    expect(asked).toEqual([
      [running.id, now],
      [full.id, now],
      [stopped.id, stoppedAt],
    ]);
    expect(kept).toEqual([
      [full.id, counted(true)],
      [stopped.id, counted(false)],
    ]);
  });
});

describe('a judgement', () => {
  /** Shoppers come one by one and do it with their arm's chance; counted as the store counts. */
  function run(experiment: Experiment, chances: Record<Arm, number>, random: Random) {
    const seen: Record<Arm, boolean[]> = { control: [], treatment: [] };
    let isTempted = false;
    for (let shopper = 0; ARMS.some((arm) => seen[arm].length < experiment.needed[arm]); shopper += 1) {
      const arm = armOf(experiment, `shopper-${shopper}`);
      seen[arm].push(random.next() < chances[arm]);
      // A look at every tenth of the way, as who cannot wait takes one.
      if (shopper > 100 && shopper % 60 === 0) {
        const p = differenceTest(...(ARMS.map((one) => shareOf(seen[one])) as [Share, Share]));
        isTempted ||= p < experiment.plan.alpha;
      }
    }
    const [control, treatment] = ARMS.map((arm) => {
      const { of, hits } = shareOf(seen[arm]);
      return tallyOf(of, of, hits);
    }) as [ArmTally, ArmTally];
    return { judgement: judge(experiment, tally(true, control, treatment)), isTempted };
  }
  type Share = { hits: number; of: number };
  const shareOf = (done: boolean[]): Share => ({ hits: done.filter(Boolean).length, of: done.length });

  it('calls equal arms different about alpha of the time, and who looks early far more often', () => {
    const random = new Random(11);
    const runs = 1_000;
    let wrong = 0;
    let tempted = 0;
    for (let i = 0; i < runs; i += 1) {
      const { judgement, isTempted } = run(experimentOf({ salt: `aa-${i}` }), { control: 0.3, treatment: 0.3 }, random);
      wrong += Number(judgement.verdict === 'better' || judgement.verdict === 'worse');
      tempted += Number(isTempted);
    }
    expect(Math.abs(wrong / runs - plan.alpha)).toBeLessThan(drawTolerance(plan.alpha, runs));
    expect(tempted / runs).toBeGreaterThan(2 * plan.alpha);
  });

  it.each([0.5, 0.25])('finds the smallest effect as often as planned, with %d in the treatment', (treatmentShare) => {
    const random = new Random(12);
    const runs = 500;
    let found = 0;
    for (let i = 0; i < runs; i += 1) {
      const experiment = experimentOf({ salt: `ab-${i}`, treatmentShare });
      const { verdict } = run(experiment, { control: 0.3, treatment: 0.42 }, random).judgement;
      found += Number(verdict === 'better');
    }
    // The arm that fills first has a few shoppers more than planned.
    expect(Math.abs(found / runs - plan.power)).toBeLessThan(drawTolerance(plan.power, runs));
  });

  it('is none before both arms have their shoppers, however clear it looks', () => {
    const experiment = experimentOf({ needed: { control: 500, treatment: 500 } });
    const early = judge(experiment, tally(false, tallyOf(520, 499, 10), tallyOf(505, 500, 300)));
    expect(early).toMatchObject({
      verdict: 'not-yet',
      missing: { control: 1, treatment: 0 },
      pValue: null,
      detectableEffect: null,
    });
    expect(early.reason).toContain('1 shoppers of the control and 0 of the treatment');
    expect(early.effect?.interval95[0]).toBeGreaterThan(0.5);
    expect(early.arms.control).toMatchObject({ exposed: 520, waiting: 21, shoppers: 499, hits: 10 });
    const stopped = judge(
      { ...experiment, stoppedAt: new Date() },
      tally(false, tallyOf(520, 499, 10), tallyOf(505, 500, 300)),
    );
    expect(stopped).toMatchObject({ verdict: 'stopped-early', pValue: null });
  });

  it('says that impressions are missing where nobody was counted', () => {
    const { verdict, reason, effect } = judge(experimentOf(), tally(false, tallyOf(0, 0, 0), tallyOf(0, 0, 0)));
    expect([verdict, effect]).toEqual(['not-yet', null]);
    expect(reason).toContain('impression');
  });

  it('is none where the split is broken, at any size', () => {
    const experiment = experimentOf({ needed: { control: 500, treatment: 500 } });
    for (const isFull of [false, true]) {
      const broken = judge(experiment, tally(isFull, tallyOf(700, 700, 70), tallyOf(520, 520, 300)));
      expect(broken).toMatchObject({ verdict: 'broken-split', pValue: null });
      expect(broken.splitPValue).toBeLessThan(0.001);
      expect(broken.reason).toContain('42.6 % of the shoppers are of the treatment, and 50.0 %');
    }
  });

  it('is none where pages ask under one id and tell under another', () => {
    const experiment = experimentOf({ needed: { control: 500, treatment: 500 } });
    const arms = { control: tallyOf(600, 600, 70), treatment: tallyOf(600, 600, 300) };
    expect(judge(experiment, { isFull: true, arms, strayed: 100 }).verdict).toBe('better');
    const broken = judge(experiment, { isFull: true, arms, strayed: 1_190 });
    expect(broken).toMatchObject({ verdict: 'broken-split', strayed: 1_190, pValue: null });
    expect(broken.reason).toContain('1190 of 2390 shoppers');
  });

  it('at the planned size says what such a size finds', () => {
    const experiment = experimentOf({ needed: { control: 400, treatment: 400 } });
    const of = (hits: number) => judge(experiment, tally(true, tallyOf(410, 410, 100), tallyOf(400, 400, hits)));
    expect(of(150)).toMatchObject({ verdict: 'better', arms: { treatment: { shoppers: 400, hits: 150 } } });
    expect(of(150).pValue).toBe(differenceTest({ hits: 100, of: 410 }, { hits: 150, of: 400 }));
    expect(of(60).verdict).toBe('worse');
    expect(of(101).verdict).toBe('no-difference-found');
    expect(of(101).detectableEffect).toBeGreaterThan(0.08);
    expect(of(101).detectableEffect).toBeLessThan(0.1);
  });
});
