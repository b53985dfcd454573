import { normalQuantile, twoSided } from './normal.js';

/** Lower and upper end of an interval. */
export type Interval = [number, number];

/** How many of how many. */
export interface Share {
  hits: number;
  of: number;
}

/** Of a 95 % interval. */
const Z95 = normalQuantile(0.975);

/**
 * 95 % interval of a share (E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927). It
 * holds near 0 and 1, too, where the textbook's has no width.
 *
 * @param of above 0; need not be whole, see `clusteredRate`
 */
export function wilsonInterval({ hits, of }: Share): Interval {
  const share = hits / of;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * of)) / (1 + z2 / of);
  const half = (Z95 / (1 + z2 / of)) * Math.sqrt((share * (1 - share)) / of + z2 / (4 * of * of));
  return [Math.max(0, Math.min(share, centre - half)), Math.min(1, Math.max(share, centre + half))];
}

/**
 * 95 % interval of the difference of two independent shares, second less first: Wilson's of both, combined (R. G. Newcombe,
 * Interval Estimation for the Difference between Independent Proportions, 1998, method 10).
 */
export function differenceInterval(first: Share, second: Share): Interval {
  const [a, b] = [first.hits / first.of, second.hits / second.of];
  const [lowA, highA] = wilsonInterval(first);
  const [lowB, highB] = wilsonInterval(second);
  const difference = b - a;
  return [difference - Math.hypot(b - lowB, highA - a), difference + Math.hypot(highB - b, a - lowA)];
}

/**
 * Two-sided z-test that two independent shares are equal, with the variance of both together (J. L. Fleiss, Statistical
 * Methods for Rates and Proportions). Right when some ten and more of each kind are in each share.
 *
 * @returns the p-value; 1 where all or none hit
 */
export function differenceTest(first: Share, second: Share): number {
  const together = (first.hits + second.hits) / (first.of + second.of);
  const deviation = Math.sqrt(together * (1 - together) * (1 / first.of + 1 / second.of));
  return deviation === 0 ? 1 : twoSided((second.hits / second.of - first.hits / first.of) / deviation);
}
