import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

const signal = new AbortController().signal;

describe('Turns', () => {
  it('never gives more than it may, per host and in all, and gives each its turn', async () => {
    const hosts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        hosts,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        async (names, each, all) => {
          const turns = new Turns(each, all);
          const running = new Map<string, number>();
          let total = 0;
          let done = 0;
          await Promise.all(
            names.map(async (host) => {
              const giveBack = await turns.take(host, signal);
              running.set(host, (running.get(host) ?? 0) + 1);
              total += 1;
              expect(running.get(host)).toBeLessThanOrEqual(each);
              expect(total).toBeLessThanOrEqual(all);
              await setImmediate();
              running.set(host, (running.get(host) ?? 0) - 1);
              total -= 1;
              giveBack();
              giveBack();
              done += 1;
            }),
          );
          expect(done).toBe(names.length);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('does not let a busy host hold up another', async () => {
    const turns = new Turns(1, 2);
    await turns.take('slow', signal);
    const second = turns.take('slow', signal);
    expect(await turns.take('quick', signal)).toBeTypeOf('function');
    let isTaken = false;
    void second.then(() => (isTaken = true));
    await setImmediate();
    expect(isTaken).toBe(false);
  });

  it('forgets whoever stops waiting', async () => {
    const turns = new Turns(1, 1);
    const giveBack = await turns.take('a', signal);
    const leaving = new AbortController();
    const left = turns.take('a', leaving.signal);
    const next = turns.take('a', signal);
    leaving.abort(new Error('no longer'));
    await expect(left).rejects.toThrow('no longer');
    giveBack();
    expect(await next).toBeTypeOf('function');
  });
});
