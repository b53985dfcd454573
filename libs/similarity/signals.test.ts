import type { ProductId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { embeddingAt } from '../../test/support/products.js';
import { PROFILE_SETTINGS, SIGNAL_WEIGHTS, type SignalType } from './profile-settings.js';
import { leftAfter, weighSignals } from './signals.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const daysAgo = (days: number) => minutesAgo(1440 * days);
const signal = (id: string, type: SignalType, at: Date | null = null) => ({
  ...{ productId: id as ProductId, type, at, category: null, embedding: embeddingAt(0, 0) },
});
const weights = (...signals: ReturnType<typeof signal>[]) => weighSignals(signals, NOW).map(({ weight }) => weight);

describe('leftAfter', () => {
  it('halves with every half-life, and takes the future as now', () => {
    expect(leftAfter(7, daysAgo(7), NOW)).toBeCloseTo(0.5, 12);
    expect(leftAfter(7, daysAgo(21), NOW)).toBeCloseTo(1 / 8, 12);
    expect(leftAfter(7, daysAgo(-3), NOW)).toBe(1);
  });
});

describe('weighSignals', () => {
  it('weighs by type, and halves what is a week older than the newest', () => {
    const [wish = NaN, cart = NaN] = weights(signal('a', 'wishlist', daysAgo(7)), signal('b', 'cart'));
    expect(wish).toBeCloseTo(SIGNAL_WEIGHTS.wishlist / 2, 12);
    expect(cart).toBe(SIGNAL_WEIGHTS.cart);
  });

  it('halves a view with every later view, and nothing else', () => {
    const signals = [
      signal('a', 'view', minutesAgo(3)),
      signal('b', 'wishlist', minutesAgo(3)),
      signal('c', 'view', minutesAgo(2)),
      signal('d', 'view', minutesAgo(1)),
    ];
    const [first = NaN, wish = NaN, second = NaN, last = NaN] = weights(...signals);
    expect([first, wish, second, last].map((weight) => Math.round(weight * 100) / 100)).toEqual([0.25, 3, 0.5, 1]);
    const slower = weighSignals(signals, NOW, { ...PROFILE_SETTINGS, halfLifeViews: 2 });
    expect(slower[0]?.weight).toBeCloseTo(0.5, 3);
  });

  it('fades no view for those of the same moment: without times nothing is known of the order', () => {
    expect(weights(signal('a', 'view'), signal('b', 'view'), signal('c', 'view'))).toEqual([1, 1, 1]);
  });

  it('joins signals of one type about one product, as new as the newest, and keeps types apart', () => {
    const joined = weighSignals(
      [signal('coat', 'cart', daysAgo(7)), signal('coat', 'cart'), signal('coat', 'view'), signal('coat', 'view')],
      NOW,
    );
    expect(joined.map(({ type, weight, at }) => [type, weight, at])).toEqual([
      ['cart', 3, NOW],
      ['view', 2, NOW],
    ]);
  });

  it('keeps the taste of a shopper who has long been away', () => {
    const ofDaysAgo = (days: number) =>
      weights(signal('a', 'cart', daysAgo(days)), signal('b', 'cart', daysAgo(days + 7)));
    expect(ofDaysAgo(3650)).toEqual([2, 1]);
    expect(ofDaysAgo(0)).toEqual([2, 1]);
  });
});
