import type { ProfileSettings } from './profile-settings.js';
import { type Candidate, type Likeness, ShopperProfile } from './shopper-profile.js';
import { type ProductSignal, type WeighedSignal, weighSignals } from './signals.js';

/** Most signals that are removed to see what becomes of the results: the heaviest. */
const MOST_TRIED = 32;
/** Relevances that differ by less are the same: they are sums in another order. */
const ROUNDING = 1e-9;

/**
 * For each result the signal that, if removed, would lower its relevance most; of equal ones the first. Found by really
 * removing each, that is all signals of its type about its product, and making the whole profile anew. Without its only
 * like a profile is none, to which nothing is relevant at all.
 *
 * @returns null for a result that no removal lowers
 */
export function responsibleSignals(
  signals: readonly ProductSignal[],
  results: readonly Candidate[],
  likeness: Likeness,
  now: Date,
  settings: ProfileSettings,
): (WeighedSignal | null)[] {
  const weighed = weighSignals(signals, now, settings);
  const profileOf = (left: readonly ProductSignal[]) =>
    new ShopperProfile(left.length === 0 ? [] : weighSignals(left, now, settings), likeness, now, settings);
  const relevances = (profile: ShopperProfile) =>
    results.map((result) => profile.relevanceOf(result)?.total ?? -Infinity);
  const whole = relevances(profileOf(signals));
  const heaviest = new Set([...weighed].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, MOST_TRIED));
  const lowest = whole.map((relevance) => ({ left: relevance - ROUNDING, signal: null as WeighedSignal | null }));
  for (const signal of weighed.filter((known) => heaviest.has(known))) {
    const without = signals.filter(({ type, productId }) => type !== signal.type || productId !== signal.productId);
    relevances(profileOf(without)).forEach((left, i) => {
      const known = lowest[i] as (typeof lowest)[number];
      if (left < known.left - (known.signal ? ROUNDING : 0)) lowest[i] = { left, signal };
    });
  }
  return lowest.map(({ signal }) => signal);
}
