import { describe, expect, it } from 'vitest';
import { backoffMs } from './job-rules.js';

describe('backoffMs', () => {
  it('waits three times as long each time, up to ten minutes', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(attempt, 5_000, 0))).toEqual([5_000, 15_000, 45_000, 135_000]);
    expect(backoffMs(50, 5_000, 0)).toBe(600_000);
  });

  it('takes up to half of it away by chance', () => {
    expect(backoffMs(2, 5_000, 0.5)).toBe(11_250);
    expect(backoffMs(1, 5_000, 0.999_999)).toBe(2_500);
  });
});
