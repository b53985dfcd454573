import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobId } from '#foundation';
import type { Ticked } from '#schedules';
import { tickSchedules } from './schedule-ticker.js';

const TICK_MS = 10_000;
const due = new Date('2026-11-24T02:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now: due });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('tickSchedules', () => {
  it('looks at once and every ten seconds, never two looks at a time, until it is stopped', async () => {
    let looking = 0;
    let looks = 0;
    const tick = async () => {
      looking += 1;
      expect(looking).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1.5 * TICK_MS));
      looking -= 1;
      looks += 1;
      return [];
    };
    const stop = tickSchedules({ tick }, { info: vi.fn(), warn: vi.fn(), error: vi.fn() });
    await vi.advanceTimersByTimeAsync(6 * TICK_MS);
    expect(looks).toBe(3);
    const stopped = stop();
    await vi.advanceTimersByTimeAsync(20 * TICK_MS);
    await stopped;
    // The one that was under way.
    expect(looks).toBe(4);
  });

  it('says what it started, what goes on, and what failed, the same failure once', async () => {
    const job = 'a job' as JobId;
    const failed = new Error('away');
    const answers: (Ticked[] | Error)[] = [
      [{ name: 'nightly', due, started: job }],
      [{ name: 'nightly', due, goesOn: job }],
      ...[failed, failed],
      [{ name: 'nightly', due, failed }],
      [{ name: 'nightly', due, failed }],
      [{ name: 'nightly', due, started: job }],
      [{ name: 'nightly', due, failed }],
    ];
    const tick = async () => {
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const [info, warn, error] = [vi.fn(), vi.fn(), vi.fn()];
    const stop = tickSchedules({ tick }, { info, warn, error });
    await vi.advanceTimersByTimeAsync(answers.length * TICK_MS);
    await stop();
    expect(info).toHaveBeenCalledTimes(2);
    expect(warn).toHaveBeenCalledExactlyOnceWith({ schedule: 'nightly', due, job }, expect.any(String));
    expect(error).toHaveBeenCalledTimes(3);
  });
});
