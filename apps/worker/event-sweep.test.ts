import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sweepEvents } from './event-sweep.js';

const DAY_MS = 86_400_000;
const START = new Date('2026-11-24T12:00:00Z');
const HOUR_MS = 3_600_000;
const noMessages = { dropBefore: async () => 0 };
const clock = { now: () => new Date() };

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('sweepEvents', () => {
  it('removes what is past its time at once and every hour, when what it shows is kept, until it is stopped', async () => {
    const asked: (Date | string)[] = [];
    const dropBefore = async (before: Date) => asked.push(before);
    const settle = async () => void asked.push('experiments');
    const stop = sweepEvents({ dropBefore }, { settle }, noMessages, 30, clock, { info: vi.fn(), error: vi.fn() });
    await vi.advanceTimersByTimeAsync(2 * HOUR_MS);
    await stop();
    await vi.advanceTimersByTimeAsync(5 * HOUR_MS);
    const times = [0, 1, 2].map((hours) => new Date(START.getTime() + hours * HOUR_MS - 30 * DAY_MS));
    expect(asked).toEqual(times.flatMap((time) => ['experiments', time]));
  });

  it('goes on after a database that was away, and says so', async () => {
    let asked = 0;
    const dropBefore = async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return 7;
    };
    const settle = async () => {};
    const [info, error] = [vi.fn(), vi.fn()];
    const stop = sweepEvents({ dropBefore }, { settle }, noMessages, 30, clock, { info, error });
    await vi.advanceTimersByTimeAsync(HOUR_MS);
    await stop();
    expect(error).toHaveBeenCalledTimes(1);
    expect(info).toHaveBeenCalledWith({ events: 7 }, expect.any(String));
  });
});
