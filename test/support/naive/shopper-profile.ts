import { dialSimilarity } from './similarity.js';

/** A signal as plain values. */
export interface NaiveSignal {
  productId: string;
  type: 'view' | 'cart' | 'purchase' | 'wishlist' | 'dislike';
  /** Milliseconds. */
  at: number;
  category: string | null;
  embedding: number[];
}

const WEIGHTS = { view: 1, cart: 2, purchase: 2, wishlist: 3, dislike: -2 };
const DAY = 86_400_000;

/** Groups by the growth of the sum of squared distances to the means, each time computed from the coordinates. */
export function naiveWard(points: number[][], limit: number): number[][] {
  const spread = (group: number[]) => {
    const mean = points[0]!.map((_, d) => group.reduce((sum, i) => sum + points[i]![d]!, 0) / group.length);
    return group.reduce((sum, i) => sum + points[i]!.reduce((s, x, d) => s + (x - mean[d]!) ** 2, 0), 0);
  };
  let groups = points.map((_, i) => [i]);
  for (;;) {
    let best: { growth: number; pair: [number[], number[]] } | null = null;
    for (const a of groups) {
      for (const b of groups) {
        if (a === b) continue;
        const growth = spread([...a, ...b]) - spread(a) - spread(b);
        if (best === null || growth < best.growth - 1e-12) best = { growth, pair: [a, b] };
      }
    }
    if (best === null || best.growth > limit) {
      return groups.map((group) => group.sort((x, y) => x - y)).sort((x, y) => x[0]! - y[0]!);
    }
    const { pair } = best;
    groups = [...groups.filter((group) => !pair.includes(group)), [...pair[0], ...pair[1]]];
  }
}

/** What each product's signals come to, the interests and the relevance of results, all from their definitions. */
export function naiveProfile(signals: NaiveSignal[], dial: number, now: number, mostInterests: number) {
  const newest = Math.max(...signals.map(({ at }) => at));
  const purchases = signals.filter(({ type }) => type === 'purchase');
  const purchaseTakes = (category: string | null, from: number) =>
    Math.max(
      0,
      ...purchases
        .filter((bought) => category !== null && bought.category === category)
        .filter(
          ({ productId }) => from <= Math.max(...purchases.filter((b) => b.productId === productId).map((b) => b.at)),
        )
        .map(({ productId }) => Math.max(...purchases.filter((b) => b.productId === productId).map((b) => b.at)))
        .map((at) => 0.3 * 0.5 ** ((now - at) / DAY / 30)),
    );
  const products = new Map<string, { weight: number; embedding: number[] }>();
  for (const signal of signals) {
    const { productId, type, at, category, embedding } = signal;
    const laterViews = signals.filter((other) => other.type === 'view' && other.at > at).length;
    let weight = WEIGHTS[type] * 0.5 ** ((newest - at) / DAY / 7);
    if (type === 'view') weight *= 0.5 ** laterViews;
    // Signals of one type about one product are as new as the newest of them.
    const alike = signals.filter((other) => other.type === type && other.productId === productId);
    const from = Math.max(...alike.map((other) => other.at));
    if (type !== 'dislike') weight *= 1 - purchaseTakes(category, from);
    products.set(productId, { weight: (products.get(productId)?.weight ?? 0) + weight, embedding });
  }
  const liked = [...products].filter(([, { weight }]) => weight > 0);
  liked.sort(([idA, a], [idB, b]) => b.weight - a.weight || (idA < idB ? -1 : 1));
  const disliked = [...products.values()].filter(({ weight }) => weight < 0);
  const similarity = (a: number[], b: number[]) => dialSimilarity(a, b, dial);
  const points = liked.map(([, { embedding }]) => embedding.map((x, d) => x * Math.sqrt(d < 64 ? 1 - dial : dial)));
  const groups = points.length === 0 ? [] : naiveWard(points, 0.5);
  const interests = groups
    .map((group) => {
      const closeness = (i: number) =>
        group.reduce(
          (sum, j) => sum + liked[j]![1].weight * similarity(liked[i]![1].embedding, liked[j]![1].embedding),
          0,
        );
      const medoid = group.reduce((best, i) => (closeness(i) > closeness(best) + 1e-12 ? i : best));
      const weight = group.reduce((sum, i) => sum + liked[i]![1].weight, 0);
      return { productId: liked[medoid]![0], embedding: liked[medoid]![1].embedding, weight };
    })
    .sort((a, b) => b.weight - a.weight)
    .slice(0, mostInterests);
  const relevance = (embedding: number[], category: string | null): number => {
    if (interests.length === 0) return -Infinity;
    const nearest = Math.max(...interests.map((interest) => similarity(interest.embedding, embedding)));
    let taken = Math.max(0, nearest) * purchaseTakes(category, -Infinity);
    for (const one of disliked) {
      taken += 0.5 * Math.min(1, one.weight / -2) * Math.max(0, similarity(one.embedding, embedding)) ** 2;
    }
    return nearest - taken;
  };
  return { interests, relevance };
}
