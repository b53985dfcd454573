import { expect, it } from 'vitest';
import { Kept } from './kept.js';

it('asks once for all who want to know within its time, also after a failure', async () => {
  let [now, asked] = [0, 0];
  const answers = [async () => 'a', async () => Promise.reject(new Error('away')), async () => 'c'];
  const kept = new Kept(() => answers[asked++]!(), 1_000, { now: () => new Date(now) });
  expect(await Promise.all([kept.get(), kept.get()])).toEqual(['a', 'a']);
  now = 999;
  expect(await kept.get()).toBe('a');
  now = 1_000;
  await expect(kept.get()).rejects.toThrow('away');
  await expect(kept.get()).rejects.toThrow('away');
  // Set back.
  now = -5_000;
  expect(await kept.get()).toBe('c');
  expect(asked).toBe(3);
});
