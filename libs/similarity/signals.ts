import type { ProductId } from '#foundation';
import { PROFILE_SETTINGS, type ProfileSettings, SIGNAL_WEIGHTS, type SignalType } from './profile-settings.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a shopper did with a product that has an embedding. */
export interface ProductSignal {
  productId: ProductId;
  type: SignalType;
  /** null: now. A time in the future counts as now. */
  at: Date | null;
  /** null where the catalogue says none. */
  category: string | null;
  embedding: Float32Array; // [128]
}

/** All signals of one type about one product, with their weights added up. */
export interface WeighedSignal {
  productId: ProductId;
  type: SignalType;
  weight: number;
  /** When the newest of them happened. */
  at: Date;
  category: string | null;
  embedding: Float32Array; // [128]
}

/** The share that is left of something after a time, when half is left after `halfLifeDays`. In [0, 1]. */
export function leftAfter(halfLifeDays: number, at: Date, now: Date): number {
  return 0.5 ** (Math.max(0, now.getTime() - at.getTime()) / DAY_MS / halfLifeDays);
}

/**
 * Weighs signals and joins those of one type about one product: five views of a coat are one reason, five times as
 * heavy, not five reasons of which none matters. A signal's weight is that of its type, halved for every `halfLifeDays`
 * of its age and, of a view, for every `halfLifeViews` views that came later.
 *
 * Ages count from the newest signal. Only the weights' ratios shape a profile, and a shopper who comes back after a year
 * still has the taste of a year ago.
 */
export function weighSignals(
  signals: readonly ProductSignal[],
  now: Date,
  { halfLifeDays, halfLifeViews }: ProfileSettings = PROFILE_SETTINGS,
): WeighedSignal[] {
  const timeOf = ({ at }: ProductSignal) => Math.min((at ?? now).getTime(), now.getTime());
  const newest = new Date(Math.max(...signals.map(timeOf)));
  const laterViews = countLater(signals.filter(({ type }) => type === 'view').map(timeOf));
  const weighed = new Map<string, WeighedSignal>();
  for (const signal of signals) {
    const { productId, type, category, embedding } = signal;
    const at = new Date(timeOf(signal));
    const fading = type === 'view' ? 0.5 ** ((laterViews.get(at.getTime()) ?? 0) / halfLifeViews) : 1;
    const weight = SIGNAL_WEIGHTS[type] * leftAfter(halfLifeDays, at, newest) * fading;
    const key = `${type} ${productId}`;
    const known = weighed.get(key) ?? { productId, type, weight: 0, at, category, embedding };
    weighed.set(key, { ...known, weight: known.weight + weight, at: at > known.at ? at : known.at });
  }
  return [...weighed.values()];
}

/** For each time, how many of the times are later. */
function countLater(times: number[]): Map<number, number> {
  const later = new Map<number, number>();
  times.sort((a, b) => b - a).forEach((time, i) => later.has(time) || later.set(time, i));
  return later;
}
