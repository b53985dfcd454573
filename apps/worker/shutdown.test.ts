import { describe, expect, it } from 'vitest';
import { shutdown } from './shutdown.js';

const SOON = 10;
const NEVER = 2 ** 31 - 1;

describe('shutdown', () => {
  /** @returns the code that the process ended with, and what was logged as an error */
  const ended = async (close: () => Promise<void>, deadlineMs: number) => {
    const errors: string[] = [];
    const log = {
      info: () => undefined,
      error: (first: unknown, second?: string) => errors.push(second ?? String(first)),
    } as unknown as Parameters<typeof shutdown>[0];
    const code = await new Promise<number>((exit) => {
      const end = shutdown(log, { close, deadlineMs, exit });
      end('SIGTERM');
      end('SIGINT');
    });
    return { code, errors };
  };

  it('ends once all is closed, and closes once', async () => {
    let closed = 0;
    const close = async () => {
      closed += 1;
    };
    expect(await ended(close, NEVER)).toEqual({ code: 0, errors: [] });
    expect(closed).toBe(1);
  });

  it('ends with a failure, and its reason, when something cannot be closed', async () => {
    const close = () => Promise.reject(new Error('broken'));
    expect(await ended(close, NEVER)).toEqual({ code: 1, errors: ['the worker did not end cleanly'] });
  });

  it('ends with a failure at the deadline, whatever hangs', async () => {
    // A timer that nothing waits for does not keep a process alive; the runner's own does here.
    const close = () => new Promise<void>(() => undefined);
    expect(await ended(close, SOON)).toEqual({ code: 1, errors: ['the worker did not end in time'] });
  });
});
