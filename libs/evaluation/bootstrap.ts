import { Random } from '#foundation';

const RESAMPLES = 1000;

/** Lower and upper end of a 95 % interval. */
export type Interval = [number, number];

/** Sum and count of each group's values, groups in the order of their names, so that input order does not matter. */
function totalsByGroup(values: ArrayLike<number>, groups: string[]): { sum: number; count: number }[] {
  const totals = new Map<string, { sum: number; count: number }>();
  groups.forEach((group, i) => {
    const total = totals.get(group) ?? { sum: 0, count: 0 };
    total.sum += values[i] as number;
    total.count += 1;
    totals.set(group, total);
  });
  return [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}

/** The p-quantile of ascending numbers, linear between neighbours. */
export function quantile(ascending: Float64Array, p: number): number {
  const position = p * (ascending.length - 1);
  const low = ascending[Math.floor(position)] as number;
  const high = ascending[Math.ceil(position)] as number;
  return low + (high - low) * (position - Math.floor(position));
}

/**
 * 95 % interval of the mean of `values` by the percentile bootstrap: 1,000 resamples of whole groups (styles), because
 * photos of one style succeed and fail together and would feign certainty if drawn one by one.
 *
 * @param groups the group of each value; one group gives an interval of no width
 */
export function bootstrapInterval(values: ArrayLike<number>, groups: string[], random: Random): Interval {
  const totals = totalsByGroup(values, groups);
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < totals.length; draw += 1) {
      const total = random.pick(totals);
      sum += total.sum;
      count += total.count;
    }
    means[resample] = sum / count;
  }
  means.sort();
  return [quantile(means, 0.025), quantile(means, 0.975)];
}

/** How much better A is than B on the same queries. */
export interface PairedDifference {
  /** Mean of A less mean of B. */
  difference: number;
  /** Of the difference, by bootstrap over groups. Above zero throughout: A is better. */
  interval95: Interval;
}

/**
 * Compares two models on the same queries. Pairing removes what makes a query hard for both.
 *
 * @param hitsA per query, 1 or 0 (or any figure whose mean is meant)
 * @param hitsB the same queries in the same order
 * @param groups style of each query
 * @throws RangeError when the lists are empty or not in step
 */
export function pairedBootstrap(
  hitsA: ArrayLike<number>,
  hitsB: ArrayLike<number>,
  groups: string[],
  random: Random,
): PairedDifference {
  if (groups.length === 0 || hitsA.length !== groups.length || hitsB.length !== groups.length) {
    throw new RangeError(`Paired lists differ: ${hitsA.length}, ${hitsB.length} and ${groups.length} entries.`);
  }
  const differences = Float64Array.from(hitsA, (hit, i) => hit - (hitsB[i] as number));
  return {
    difference: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    interval95: bootstrapInterval(differences, groups, random),
  };
}
