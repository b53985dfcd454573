/** One union of two clusters. Clusters 0 to n - 1 are the points; the i-th union makes cluster n + i. */
export interface Union {
  left: number;
  right: number;
  /** By how much it raises the sum of squared distances to the clusters' means. Never less than that of its parts. */
  height: number;
}

/**
 * Clusters weighted points by Ward's method (J. Am. Stat. Assoc. 58, 1963): of all pairs, the two whose union raises the
 * sum of squared distances to the means least are joined, down to one. Found by chains of nearest neighbours (Murtagh,
 * Comput. J. 26, 1983), costs of unions by Lance and Williams (Comput. J. 9, 1967), in O(n^2) time and memory.
 *
 * Deterministic: of neighbours that are equally near, the first is taken.
 *
 * @param weights `[n]`, each above 0
 * @param squaredDistance Euclidean, of two points; asked for once for each pair, the lower one first
 * @returns the n - 1 unions, by height; equal ones in the order in which they were found
 */
export function wardUnions(
  weights: ArrayLike<number>,
  squaredDistance: (lower: number, higher: number) => number,
): Union[] {
  const count = weights.length;
  const costs = new Costs(Float64Array.from(weights), squaredDistance);
  /** What each cluster is called by now: a union is kept in the place of its first part. */
  const names = Array.from(weights, (_, at) => at);
  const alive = new Set(names);
  /** In the order in which they are found: a union comes after its parts. */
  const found: Union[] = [];
  const chain: number[] = [];
  while (alive.size > 1) {
    if (chain.length === 0) chain.push(alive.values().next().value as number);
    const end = chain.at(-1) as number;
    const before = chain.at(-2);
    // Where the one before is as near as any, the two are each other's nearest: a tie must not send the chain on.
    let nearest = before ?? -1;
    let least = before === undefined ? Infinity : costs.of(end, before);
    for (const other of alive) {
      if (other === end || other === before) continue;
      const cost = costs.of(end, other);
      if (cost < least) [least, nearest] = [cost, other];
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [one, two] = [Math.min(end, nearest), Math.max(end, nearest)];
    alive.delete(two);
    const [left, right] = [names[one] as number, names[two] as number];
    const heights = [left, right].map((name) => (name < count ? 0 : (found[name - count]?.height ?? 0)));
    // Rounding must not put a union below its parts.
    found.push({ left, right, height: Math.max(least, ...heights) });
    costs.join(one, two, alive);
    names[one] = count + found.length - 1;
  }
  return inOrder(found, count);
}

/** What the union of each two clusters would cost. */
class Costs {
  /** Of each pair, as the lower triangle of a square has it. */
  private readonly pairs: Float64Array; // [n (n - 1) / 2]

  constructor(
    private readonly weights: Float64Array,
    squaredDistance: (lower: number, higher: number) => number,
  ) {
    this.pairs = new Float64Array((weights.length * (weights.length - 1)) / 2);
    for (let b = 1, at = 0; b < weights.length; b += 1) {
      for (let a = 0; a < b; a += 1, at += 1) {
        const [of, and] = [this.weightOf(a), this.weightOf(b)];
        this.pairs[at] = ((of * and) / (of + and)) * squaredDistance(a, b);
      }
    }
  }

  of(a: number, b: number): number {
    return this.pairs[this.place(a, b)] as number;
  }

  /** The first takes in the second. @param others clusters that there are beside the second */
  join(one: number, two: number, others: Iterable<number>): void {
    const [ofOne, ofTwo, between] = [this.weightOf(one), this.weightOf(two), this.of(one, two)];
    for (const other of others) {
      if (other === one) continue;
      const weight = this.weightOf(other);
      this.pairs[this.place(one, other)] =
        ((ofOne + weight) * this.of(one, other) + (ofTwo + weight) * this.of(two, other) - weight * between) /
        (ofOne + ofTwo + weight);
    }
    this.weights[one] = ofOne + ofTwo;
  }

  private weightOf(cluster: number): number {
    return this.weights[cluster] as number;
  }

  private place(a: number, b: number): number {
    return a < b ? (b * (b - 1)) / 2 + a : (a * (a - 1)) / 2 + b;
  }
}

/** Unions by height, with numbers that fit their new places. */
function inOrder(found: Union[], points: number): Union[] {
  const order = found.map((_, at) => at).sort((a, b) => (found[a]?.height ?? 0) - (found[b]?.height ?? 0) || a - b);
  const places = new Map(order.map((at, place) => [points + at, points + place]));
  const renamed = (cluster: number) => places.get(cluster) ?? cluster;
  return order.map((at) => {
    const { left, right, height } = found[at] as Union;
    return { left: renamed(left), right: renamed(right), height };
  });
}
