/** The middle of some numbers, and how far from it half of them lie, made comparable to a standard deviation. */
export interface Spread {
  median: number;
  /** 1.4826 times the median absolute deviation: the standard deviation, were the numbers normal. */
  deviation: number;
}

/**
 * Median and median absolute deviation (Hampel 1974). A third of the numbers may be wrong without moving them much, which
 * mean and standard deviation would not bear.
 *
 * @param values at least one
 */
export function spreadOf(values: ArrayLike<number>): Spread {
  const median = quantile(values, 0.5);
  const distances = Float64Array.from(values, (value) => Math.abs(value - median));
  return { median, deviation: 1.4826 * quantile(distances, 0.5) };
}

/**
 * The p-quantile, linear between neighbours.
 *
 * @param values at least one, in any order
 * @param p in [0, 1]
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  const ascending = Float64Array.from(values).sort();
  const position = p * (ascending.length - 1);
  const low = ascending[Math.floor(position)] as number;
  const high = ascending[Math.ceil(position)] as number;
  return low + (high - low) * (position - Math.floor(position));
}
