import { expect, it } from 'vitest';
import { pauseAfter } from './backoff.js';

const never = { next: () => 0 };
const most = { next: () => 1 };
const HOUR_S = 3_600;

it('tries ten times, ever more rarely, over hours', () => {
  const pauses = Array.from({ length: 10 }, (_, i) => pauseAfter(i + 1, undefined, never));
  expect(pauses.map((ms) => ms && ms / 1000)).toEqual([10, 30, 90, 270, 810, 2430, 7290, 21_600, 21_600, null]);
});

it('waits as long as the receiver asks, up to six hours, and never all at once', () => {
  expect(pauseAfter(1, 60_000, never)).toBe(60_000);
  expect(pauseAfter(1, 1_000, never)).toBe(10_000);
  expect(pauseAfter(1, 1e9, never)).toBe(6 * HOUR_S * 1000);
  expect(pauseAfter(1, undefined, most)).toBe(12_000);
});
