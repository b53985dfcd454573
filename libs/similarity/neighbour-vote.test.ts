import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighbourVote } from './neighbour-vote.js';

const voter = (productId: string, probability: number) => ({ productId, probability, logOdds: 10 * probability });

describe('neighbourVote', () => {
  it('weighs each neighbour by its probability', () => {
    const votes = neighbourVote([voter('a', 0.9), voter('b', 0.6), voter('b', 0.5)]);
    expect(votes.map(({ productId, photos, weight }) => [productId, photos, weight])).toEqual([
      ['b', 2, 1.1],
      ['a', 1, 0.9],
    ]);
    expect(votes[0]?.logOdds).toBe(6);
  });

  it('gives equal weights to the nearer photo, then to who came first', () => {
    const tied = [
      { productId: 'late', probability: 0.5, logOdds: 1 },
      { productId: 'near', probability: 0.5, logOdds: 2 },
      { productId: 'later', probability: 0.5, logOdds: 1 },
    ];
    expect(neighbourVote(tied).map(({ productId }) => productId)).toEqual(['near', 'late', 'later']);
  });

  it('loses no voter and no weight', () => {
    const voters = fc.array(
      fc.record({
        productId: fc.constantFrom('a', 'b', 'c'),
        probability: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        logOdds: fc.double({ min: -5, max: 5, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(voters, (all) => {
        const votes = neighbourVote(all);
        expect(votes.reduce((sum, { photos }) => sum + photos, 0)).toBe(all.length);
        expect(votes.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(
          all.reduce((sum, { probability }) => sum + probability, 0),
          9,
        );
        expect(votes.every(({ weight }, at) => at === 0 || weight <= (votes[at - 1]?.weight ?? 0))).toBe(true);
      }),
    );
  });
});
