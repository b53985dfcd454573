import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { reasonToStop } from './early-stopping.js';

const measured = (...criteria: number[]) => criteria.map((criterion, at) => ({ step: 20 * (at + 1), criterion }));
const LOSSES = new Array<number>(30).fill(0.5);
const why = (criteria: number[], styles: number, losses: (number | null)[] = LOSSES) =>
  reasonToStop(measured(...criteria), styles, losses, 10);

describe('reasonToStop', () => {
  it('ends what has fallen by more than two standard errors, four measurements against four before', () => {
    // Standard error at .5 and 400 styles: .025; .65 on average, then .5.
    expect(why([0.6, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5], 400)).toBe(
      'validation has fallen since step 80, from 0.650 to 0.500 as means of 4 measurements',
    );
    expect(why([0.6, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5], 400)).toBeNull();
    expect(why([0.6, 0.7, 0.7, 0.6, 0.61, 0.61, 0.61, 0.61], 400)).toBeNull();
  });

  it('does not take for a fall what few styles cannot tell from chance', () => {
    // Standard error at .5 and 10 styles: .16.
    expect(why([0.6, 0.7, 0.7, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5], 10)).toBeNull();
  });

  it('lets a training stand still: the last steps of a cosine may bring what the middle ones do not', () => {
    expect(why(new Array<number>(30).fill(0.6), 400)).toBeNull();
    expect(why([1, 1, 1, 1, 1, 1, 1], 400)).toBeNull();
  });

  it('hardly ever ends a training whose criterion only jumps about', () => {
    const random = new Random(1);
    let ended = 0;
    for (let run = 0; run < 200; run += 1) {
      // As 40 styles of which each is found with probability .6.
      const criteria = Array.from(
        { length: 15 },
        () => Array.from({ length: 40 }, () => random.next()).filter((x) => x < 0.6).length / 40,
      );
      for (let count = 1; count <= criteria.length; count += 1) {
        if (why(criteria.slice(0, count), 40) === null) continue;
        ended += 1;
        break;
      }
    }
    expect(ended).toBeLessThan(10);
  });

  it('ends what has nothing left to learn', () => {
    const nothing = [0, 0, null, 0, 0, 0, null, 0, 0, 0];
    expect(why([0.6], 400, [...LOSSES, ...nothing])).toBe('no triplet has cost anything for 10 steps');
    expect(why([0.6], 400, [...LOSSES, ...nothing.slice(1)])).toBeNull();
    expect(why([0.6], 400, nothing.slice(1))).toBeNull();
  });
});
