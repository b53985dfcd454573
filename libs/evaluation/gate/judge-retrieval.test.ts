import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { DISCORDANCE, type DrawnShop, drawnOutcomes, outcome, outcomes } from '../../../test/support/drawn-outcomes.js';
import type { RetrievalOutcomes } from '../retrieval.js';
import { CATEGORY_MARGIN, judgeOutcomes, MARGIN } from './judge-retrieval.js';

/** @param baseline what untrained heads found; null: baselines are not asked */
function judged(
  candidate: RetrievalOutcomes,
  active: RetrievalOutcomes,
  categoryOf: string[],
  baseline: RetrievalOutcomes | null = null,
) {
  const nothing = outcomes([]);
  const worst = outcomes(candidate.sameStyle.map((one) => ({ ...one, hitAt1: 0 })));
  const baselines =
    baseline === null
      ? { candidate: nothing, models: { untrained: nothing, backbone: nothing, histogram: nothing } }
      : { candidate, models: { untrained: baseline, backbone: worst, histogram: worst } };
  const judgement = judgeOutcomes(categoryOf, candidate, active, baselines);
  if (judgement === null) throw new Error('There was nothing to judge.');
  return judgement;
}

/** Share of drawn shops with each outcome. */
function shares(shop: DrawnShop, trials: number, seed: number) {
  const random = new Random(seed);
  const counts = { better: 0, 'no-worse': 0, undecided: 0, worse: 0 };
  for (let trial = 0; trial < trials; trial += 1) {
    const { candidate, active, categoryOf } = drawnOutcomes(shop, random);
    counts[judged(candidate, active, categoryOf).outcome] += 1 / trials;
  }
  return counts;
}

describe('the gate, over drawn shops', () => {
  // As many shops as keep this quick; `npm run bench:gate` draws thousands, and docs/decisions/promotion-gate.md has its table.
  const SIZES = [
    [10, 150],
    [40, 150],
    [200, 60],
    [600, 20],
  ] as const;

  it.each(SIZES)('refuses hardly any equal model, whatever the size: %i styles', (styles, trials) => {
    const { worse, better } = shares({ styles, effect: 0 }, trials, styles);
    expect(worse).toBeLessThanOrEqual(0.05);
    expect(better).toBeLessThanOrEqual(0.05);
  });

  it.each(SIZES)('lets hardly any pass that loses as much as the margin: %i styles', (styles, trials) => {
    const { better, 'no-worse': noWorse } = shares({ styles, effect: -MARGIN }, trials, styles + 1);
    expect(better + noWorse).toBeLessThanOrEqual(0.05);
  });

  it('says that a small hold-out cannot tell, and that a large one can', () => {
    expect(shares({ styles: 40, effect: 0 }, 50, 5).undecided).toBeGreaterThan(0.9);
    const large = shares({ styles: 2_500, effect: 0 }, 8, 6);
    expect(large.better + large['no-worse']).toBeGreaterThan(0.9);
  });

  it('finds large differences in small shops', () => {
    expect(shares({ styles: 150, effect: -0.1 }, 30, 7).worse).toBeGreaterThan(0.8);
    expect(shares({ styles: 150, effect: 0.1 }, 30, 8).better).toBeGreaterThan(0.8);
  });

  it('sees a category that is lost while the whole gains', () => {
    const random = new Random(9);
    const { candidate, active, categoryOf } = drawnOutcomes(
      { styles: 1_500, categories: 20, effect: 0.03, inFirstCategory: -DISCORDANCE },
      random,
    );
    // Every photo of the first category is lost that can be.
    const lost = outcomes(
      candidate.sameStyle.map((one, row) => (categoryOf[row] === 'category-0' ? { ...one, hitAt1: 0 } : one)),
    );
    const judgement = judged(lost, active, categoryOf);
    expect(judgement.outcome).toBe('worse');
    expect(judgement.categories[0]).toMatchObject({ category: 'category-0', isSureLoss: true });
    expect(judgement.categories[0]!.difference).toBeLessThan(-CATEGORY_MARGIN);
    expect(judgement.categories.filter(({ isSureLoss }) => isSureLoss)).toHaveLength(1);
    expect(judgement.reasons[0]).toMatch(/^It finds less in category-0: 0\.000 against 0\.\d{3}, a difference of -0\./);
  });

  it('refuses a model that untrained heads beat, though it beats the active one', () => {
    const { candidate, active, categoryOf } = drawnOutcomes({ styles: 400, effect: 0.1 }, new Random(10));
    const all = outcomes(candidate.sameStyle.map((one) => ({ ...one, hitAt1: 1 })));
    expect(judged(candidate, active, categoryOf).outcome).toBe('better');
    const beaten = judged(candidate, active, categoryOf, all);
    expect(beaten.outcome).toBe('worse');
    expect(beaten.reasons).toEqual([expect.stringMatching(/^It finds less than the untrained heads: /)]);
  });
});

describe('a judgement', () => {
  const photos = (hits: string) => outcomes([...hits].map((hit, at) => outcome(at, `s${at >> 1}`, Number(hit))));

  it('shows both rates, their difference and an interval around it', () => {
    const judgement = judged(photos('11110000'), photos('11001100'), Array<string>(8).fill('tops'));
    expect(judgement.overall).toMatchObject({ styles: 4, queries: 8, candidate: 0.5, other: 0.5, difference: 0 });
    const [low, high] = judgement.overall.interval95;
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(judgement.tasks).toHaveLength(1);
    // Four styles are too few to be told as a category.
    expect(judgement.categories).toEqual([]);
  });

  it('does not call agreement on a few styles certainty', () => {
    const same = photos('1111000011');
    const judgement = judged(same, same, Array<string>(10).fill('tops'));
    expect(judgement.outcome).toBe('undecided');
    expect(judgement.stylesNeeded).toBeGreaterThan(5);
    expect(judgement.reasons[0]).toContain('5 hold-out styles cannot tell it from the active model');
  });

  it('is the same for the same outcomes, and null where nothing was asked', () => {
    const [one, two] = [photos('1101'), photos('0111')];
    const again = () => judged(one, two, Array<string>(4).fill('tops'));
    expect(again()).toEqual(again());
    const nothing = outcomes([]);
    const models = { untrained: nothing, backbone: nothing, histogram: nothing };
    expect(judgeOutcomes([], nothing, nothing, { candidate: nothing, models })).toBeNull();
  });

  it('refuses outcomes of different queries', () => {
    expect(() => judged(photos('1101'), photos('01'), Array<string>(4).fill('tops'))).toThrow(RangeError);
  });
});
