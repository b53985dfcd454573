import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.js';

describe('Random', () => {
  it('gives the same stream for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const one = new Random(seed);
        const two = new Random(seed);
        expect(Array.from({ length: 20 }, () => one.next())).toEqual(Array.from({ length: 20 }, () => two.next()));
      }),
    );
  });

  it('goes on from its state where another left off', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(50), (seed, drawn) => {
        const one = new Random(seed);
        for (let at = 0; at < drawn; at += 1) one.next();
        const two = new Random(one.state);
        expect(Array.from({ length: 20 }, () => one.next())).toEqual(Array.from({ length: 20 }, () => two.next()));
      }),
    );
  });

  it('stays inside its bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, bound) => {
        const value = new Random(seed).int(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
  });

  it('shuffles without losing or inventing elements', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        expect([...new Random(seed).shuffled(items)].sort()).toEqual([...items].sort());
      }),
    );
  });
});
