import fc from 'fast-check';
import { type ProductId, Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { randomEmbedding } from '../../test/conformance/indexed-products.js';
import { dialSimilarity, similarityWithout, weightedSum } from '../../test/support/naive/similarity.js';
import { embeddingAt } from '../../test/support/products.js';
import { similarityByPart } from './parts.js';
import {
  profileOf,
  responsibleSignals,
  SIGNAL_WEIGHTS,
  type SignalType,
  signalWeight,
  type WeighedSignal,
  weighSignals,
} from './shopper-profile.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * 86_400_000);

const signal = (id: string, type: SignalType, embedding: Float32Array, at: Date | null = null) => ({
  productId: id as ProductId,
  type,
  at,
  embedding,
});

describe('signalWeight', () => {
  it('halves every seven days', () => {
    expect(signalWeight('wishlist', NOW, NOW)).toBe(SIGNAL_WEIGHTS.wishlist);
    expect(signalWeight('wishlist', daysAgo(7), NOW)).toBeCloseTo(SIGNAL_WEIGHTS.wishlist / 2, 12);
    expect(signalWeight('dislike', daysAgo(21), NOW)).toBeCloseTo(SIGNAL_WEIGHTS.dislike / 8, 12);
  });

  it('takes a signal without a time, or from a clock that runs ahead, as of now', () => {
    expect(signalWeight('view', null, NOW)).toBe(SIGNAL_WEIGHTS.view);
    expect(signalWeight('view', daysAgo(-3), NOW)).toBe(SIGNAL_WEIGHTS.view);
  });
});

describe('weighSignals', () => {
  it('joins signals of one type about one product and keeps types apart', () => {
    const coat = embeddingAt(0, 0);
    const joined = weighSignals(
      [signal('coat', 'view', coat), signal('coat', 'view', coat, daysAgo(7)), signal('coat', 'cart', coat)],
      NOW,
    );
    expect(joined.map(({ type, weight }) => [type, weight])).toEqual([
      ['view', 1.5],
      ['cart', 2],
    ]);
  });

  it('keeps the taste of a shopper who has long been away', () => {
    const [coat, dress] = [embeddingAt(0, 0), embeddingAt(90, 90)];
    const ofDaysAgo = (days: number) =>
      weighSignals([signal('a', 'view', coat, daysAgo(days)), signal('b', 'view', dress, daysAgo(days + 7))], NOW);
    expect(profileOf(ofDaysAgo(3650))).toEqual(profileOf(ofDaysAgo(0)));
    expect(ofDaysAgo(3650).map(({ weight }) => weight)).toEqual([1, 0.5]);
  });
});

describe('profileOf', () => {
  it('lies between what is liked, nearer to what weighs more', () => {
    const [a, b] = [embeddingAt(0, 0), embeddingAt(90, 90)];
    const profile = profileOf(weighSignals([signal('a', 'wishlist', a), signal('b', 'view', b)], NOW))!;
    // Each part is (3, 1) / sqrt(10).
    expect(similarityByPart(profile, a, 0.5).total).toBeCloseTo(3 / Math.sqrt(10), 6);
    expect(similarityByPart(profile, b, 0.5).total).toBeCloseTo(1 / Math.sqrt(10), 6);
  });

  it('turns away from what is disliked', () => {
    const [liked, disliked] = [embeddingAt(0, 0), embeddingAt(60, 60)];
    const without = profileOf(weighSignals([signal('a', 'view', liked)], NOW))!;
    const away = profileOf(weighSignals([signal('a', 'view', liked), signal('b', 'dislike', disliked)], NOW))!;
    expect(similarityByPart(away, disliked, 0.5).total).toBeLessThan(similarityByPart(without, disliked, 0.5).total);
  });

  it('is nothing when nothing is liked, or when likes and dislikes cancel out', () => {
    const coat = embeddingAt(0, 0);
    expect(profileOf([])).toBeNull();
    expect(profileOf(weighSignals([signal('a', 'dislike', coat)], NOW))).toBeNull();
    const [viewed, other] = [embeddingAt(0, 0), embeddingAt(90, 90)];
    const turnedDown = [signal('a', 'view', viewed), signal('a', 'dislike', viewed)];
    expect(profileOf(weighSignals(turnedDown, NOW))).toBeNull();
    expect(profileOf(weighSignals([...turnedDown, signal('b', 'view', other)], NOW))).not.toBeNull();
    const cancelled = [signal('a', 'cart', coat), signal('b', 'dislike', coat)];
    expect(profileOf(weighSignals(cancelled, NOW))).toBeNull();
  });

  it('has the cosines of the plain weighted sum', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const random = new Random(seed);
        const signals = weighedSignals(random, count);
        const profile = profileOf(signals);
        if (profile === null) return;
        const result = randomEmbedding(random);
        expect(similarityByPart(profile, result, 0.4).total).toBeCloseTo(
          dialSimilarity(weightedSum(asRows(signals)), [...result], 0.4),
          5,
        );
      }),
    );
  });
});

describe('responsibleSignals', () => {
  it('name the signal whose removal leaves the lowest similarity, as brute force finds it', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, count, dial) => {
          const random = new Random(seed);
          const signals = weighedSignals(random, count);
          const results = [randomEmbedding(random), randomEmbedding(random)];
          responsibleSignals(signals, results, dial).forEach((responsible, i) => {
            const left = signals.map((_, s) => similarityWithout(asRows(signals), s, [...results[i]!], dial));
            // Two signals may leave the same to within rounding; then either is right.
            expect(left[signals.indexOf(responsible)]).toBeLessThan(Math.min(...left) + 1e-5);
          });
        },
      ),
    );
  });

  it('name the product that a result resembles', () => {
    const [coat, dress] = [embeddingAt(0, 0), embeddingAt(120, 120)];
    const signals = weighSignals([signal('coat', 'view', coat), signal('dress', 'view', dress)], NOW);
    const named = responsibleSignals(signals, [embeddingAt(5, 5), embeddingAt(110, 110)], 0.5);
    expect(named.map(({ productId }) => productId)).toEqual(['coat', 'dress']);
  });

  it('never blames a dislike for what the only like brought', () => {
    const [coat, far] = [embeddingAt(0, 0), embeddingAt(170, 170)];
    const signals = weighSignals([signal('far', 'dislike', far), signal('coat', 'view', coat)], NOW);
    expect(responsibleSignals(signals, [coat], 0.5)[0]?.productId).toBe('coat');
  });

  it('name the first of equals, and a lone signal for everything', () => {
    const twin = embeddingAt(10, 10);
    const twins = weighSignals([signal('a', 'view', twin), signal('b', 'view', twin)], NOW);
    expect(responsibleSignals(twins, [twin], 0.5)[0]?.productId).toBe('a');
    expect(responsibleSignals(twins.slice(1), [embeddingAt(200, 200)], 0.5)[0]?.productId).toBe('b');
  });
});

function weighedSignals(random: Random, count: number): WeighedSignal[] {
  const types = Object.keys(SIGNAL_WEIGHTS) as SignalType[];
  return weighSignals(
    Array.from({ length: count }, (_, i) =>
      signal(`p${i}`, random.pick(types), randomEmbedding(random), daysAgo(random.between(0, 30))),
    ),
    NOW,
  );
}

function asRows(signals: WeighedSignal[]) {
  return signals.map(({ productId, weight, embedding }) => ({ productId, weight, embedding: [...embedding] }));
}
