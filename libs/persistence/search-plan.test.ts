import { describe, expect, it } from 'vitest';
import { choosePlan, rowsBeforeFilter, type SearchSize } from './search-plan.js';

const sizeOf = (size: Partial<SearchSize>): SearchSize => ({
  ...{ vectors: 100_000, share: 1, rows: 56, excluded: 1, graphs: 1, boosts: 0 },
  ...size,
});

describe('choosePlan', () => {
  it.each<[string, Partial<SearchSize>, string]>([
    ['a small shop', { vectors: 10_000 }, 'nearest-first'],
    ['a small shop, a tenth of it', { vectors: 10_000, share: 0.1 }, 'nearest-first'],
    ['a small shop, a hundredth of it', { vectors: 10_000, share: 0.01 }, 'filter-first'],
    ['a small shop with boosts', { vectors: 3_000, boosts: 1 }, 'filter-first'],
    ['a big shop', {}, 'graph'],
    ['a big shop with a boost', { boosts: 1 }, 'graph'],
    ['a shop of some size with many boosts', { vectors: 10_000, boosts: 15 }, 'filter-first'],
    ['a big shop, a tenth of it', { share: 0.1 }, 'graph'],
    ['a big shop, a hundredth of it', { share: 0.01 }, 'filter-first'],
    ['a huge shop, a hundredth of it', { vectors: 5e6, share: 0.01 }, 'graph'],
    ['more rows than there are', { vectors: 40, rows: 56 }, 'filter-first'],
  ])('%s', (_, size, plan) => {
    expect(choosePlan(sizeOf(size))).toBe(plan);
  });

  it('never takes the near ones alone where boosts may bring others to the top', () => {
    for (let vectors = 10; vectors < 1e7; vectors *= 3) {
      for (let share = 1; share > 1e-6; share /= 3) {
        expect(choosePlan(sizeOf({ vectors, share, boosts: 1 }))).not.toBe('nearest-first');
      }
    }
  });
});

describe('rowsBeforeFilter', () => {
  it('leaves as many as are wanted where the near ones pass as often as all do', () => {
    for (const share of [1, 0.5, 0.1, 0.01]) {
      expect((rowsBeforeFilter(sizeOf({ share })) - 1) * share).toBeGreaterThan(56);
    }
  });
});
