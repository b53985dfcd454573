import { type Interval, wilsonInterval } from './proportions.js';

/** Sums over clusters, here shoppers: n is a cluster's units, y those of them that hit. */
export interface ClusterSums {
  clusters: number;
  /** Sum of n. */
  units: number;
  /** Sum of y. */
  hits: number;
  /** Sum of n². */
  unitsSquared: number;
  /** Sum of y². */
  hitsSquared: number;
  /** Sum of n y. */
  product: number;
}

/** A share with its 95 % interval. */
export interface Rate {
  rate: number;
  /** null with fewer than two clusters: nothing says how they differ. */
  interval95: Interval | null;
}

/**
 * The share of units that hit, where units of one cluster are alike and do not count as independent: one shopper who
 * clicks all ten results is no ten shoppers.
 *
 * The variance is that of a ratio of means over clusters (W. G. Cochran, Sampling Techniques, 1977, 6.3; the delta method
 * of R. Kohavi, D. Tang, Y. Xu, Trustworthy Online Controlled Experiments, 2020, chapter 18). The interval is Wilson's at
 * as many independent units as have that variance (E. L. Korn, B. I. Graubard, 1998), never more than there are, and where none
 * or all hit, at as many as there are clusters.
 *
 * @returns null without a unit
 */
export function clusteredRate(sums: ClusterSums): Rate | null {
  const { clusters, units, hits, unitsSquared, hitsSquared, product } = sums;
  if (units === 0) return null;
  const rate = hits / units;
  if (clusters < 2) return { rate, interval95: null };
  if (hits === 0 || hits === units)
    return { rate, interval95: wilsonInterval({ hits: rate * clusters, of: clusters }) };
  const squares = hitsSquared - 2 * rate * product + rate * rate * unitsSquared;
  const variance = ((clusters / (clusters - 1)) * squares) / (units * units);
  const effective = Math.min(units, (rate * (1 - rate)) / variance);
  return { rate, interval95: wilsonInterval({ hits: rate * effective, of: effective }) };
}
