import { describe, expect, it } from 'vitest';
import { WeftError } from '#foundation';
import { Turnstile } from './turnstile.js';

const busy = () => new WeftError('images-busy', 'Full.');

describe('Turnstile', () => {
  it('lets so many in, lets so many wait, and turns the others away', async () => {
    const turnstile = new Turnstile(2, 3, busy);
    let inside = 0;
    let most = 0;
    const leave: (() => void)[] = [];
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await new Promise<void>((resolve) => leave.push(resolve));
      inside -= 1;
    };
    const passes = Array.from({ length: 9 }, () => turnstile.pass(work));
    const outcomes = Promise.allSettled(passes);
    while (leave.length > 0) {
      leave.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const done = await outcomes;
    expect(done.map(({ status }) => status)).toEqual([
      ...Array<string>(5).fill('fulfilled'),
      ...Array<string>(4).fill('rejected'),
    ]);
    expect(done[8]).toMatchObject({ reason: { code: 'images-busy' } });
    expect(most).toBe(2);
    await expect(turnstile.pass(() => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('gives the place of work that fails to the next', async () => {
    const turnstile = new Turnstile(1, 1, busy);
    const failing = turnstile.pass(() => Promise.reject(new Error('no')));
    const next = turnstile.pass(() => Promise.resolve('in'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('in');
  });
});
