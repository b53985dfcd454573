import { EMBEDDING_SIZE, type ProductId } from '#foundation';
import { normaliseParts, similarityByPart } from './parts.js';

/**
 * How much each kind of signal says about taste. A wish is the plainest word about looks; a cart and a purchase also
 * speak of need and price, and what was bought is no longer wanted; a view is a glance. A dislike pushes away.
 */
export const SIGNAL_WEIGHTS = { view: 1, cart: 2, purchase: 2, wishlist: 3, dislike: -2 } as const;

export type SignalType = keyof typeof SIGNAL_WEIGHTS;

/** Days until a signal counts half. */
const HALF_LIFE_DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What a shopper did with a product that has an embedding. */
export interface ProductSignal {
  productId: ProductId;
  type: SignalType;
  /** null: now. A time in the future counts as now. */
  at: Date | null;
  embedding: Float32Array; // [128]
}

/** All signals of one type about one product, with their weights added up. */
export interface WeighedSignal {
  productId: ProductId;
  type: SignalType;
  weight: number;
  embedding: Float32Array; // [128]
}

/** Weight of one signal: by type, halved for every seven days before `now`. */
export function signalWeight(type: SignalType, at: Date | null, now: Date): number {
  const ageDays = at === null ? 0 : Math.max(0, now.getTime() - at.getTime()) / DAY_MS;
  return SIGNAL_WEIGHTS[type] * 0.5 ** (ageDays / HALF_LIFE_DAYS);
}

/**
 * Weighs signals and joins those of one type about one product: five views of a coat are one reason, five times as
 * heavy, not five reasons of which none matters.
 *
 * Ages count from the newest signal. Only the weights' ratios shape a profile, and a shopper who comes back after a year
 * still has the taste of a year ago.
 */
export function weighSignals(signals: ProductSignal[], now: Date): WeighedSignal[] {
  const newest = new Date(Math.max(...signals.map(({ at }) => Math.min((at ?? now).getTime(), now.getTime()))));
  const weighed = new Map<string, WeighedSignal>();
  for (const { productId, type, at, embedding } of signals) {
    const key = `${type} ${productId}`;
    const known = weighed.get(key) ?? { productId, type, weight: 0, embedding };
    weighed.set(key, { ...known, weight: known.weight + signalWeight(type, at, newest) });
  }
  return [...weighed.values()];
}

function weightedSum(signals: WeighedSignal[]): Float64Array {
  const sum = new Float64Array(EMBEDDING_SIZE);
  for (const { weight, embedding } of signals) addTo(sum, embedding, weight);
  return sum;
}

function addTo(sum: Float64Array, embedding: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + weight * (embedding[i] as number);
}

/**
 * What the shopper likes, as an embedding: the weighted sum of the products' embeddings, each part brought back to unit
 * length. A part in which the signals cancel out is zero and similar to nothing.
 *
 * @returns `[128]`, unscaled; null when neither part has a direction, or nothing is liked: an opposite is no taste
 */
export function profileOf(signals: WeighedSignal[]): Float32Array | null {
  if (likedProducts(signals).size === 0) return null;
  const profile = normaliseParts(Float32Array.from(weightedSum(signals)));
  return hasDirection(profile) ? profile : null;
}

/** Products that the signals speak for more than against: what was viewed and then disliked is not liked. */
export function likedProducts(signals: WeighedSignal[]): Set<ProductId> {
  const net = new Map<ProductId, number>();
  for (const { productId, weight } of signals) net.set(productId, (net.get(productId) ?? 0) + weight);
  return new Set([...net].flatMap(([productId, weight]) => (weight > 0 ? productId : [])));
}

function hasDirection(profile: Float32Array): boolean {
  return profile.some((value) => value !== 0);
}

/**
 * For each result the signal that, if removed, would lower its similarity to the profile most; of equal ones the first.
 * Found by removing each in turn. Without its only like a profile is none, to which nothing is similar.
 *
 * @param signals at least one
 * @param results embeddings, `[128]` each
 */
export function responsibleSignals(signals: WeighedSignal[], results: Float32Array[], dial: number): WeighedSignal[] {
  const whole = weightedSum(signals);
  const profilesWithout = signals.map(({ embedding, weight }, at) => {
    if (likedProducts(signals.toSpliced(at, 1)).size === 0) return new Float32Array(EMBEDDING_SIZE);
    const rest = whole.slice();
    addTo(rest, embedding, -weight);
    return normaliseParts(Float32Array.from(rest));
  });
  return results.map((result) => {
    let lowest = Infinity;
    let responsible = signals[0] as WeighedSignal;
    profilesWithout.forEach((profile, i) => {
      const { total } = similarityByPart(profile, result, dial);
      if (total < lowest) [lowest, responsible] = [total, signals[i] as WeighedSignal];
    });
    return responsible;
  });
}
