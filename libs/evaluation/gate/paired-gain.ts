import type { Random } from '#foundation';
import { type Interval, quantile } from '../bootstrap.js';
import type { StyleDifferences } from './style-differences.js';

const RESAMPLES = 1000;

/** How much better a candidate is than another model on the same queries. */
export interface Gain {
  /** Mean over the tasks of the difference of their hit rates. Above 0: the candidate is better. */
  difference: number;
  /** 95 % interval by paired bootstrap over styles. */
  interval95: Interval;
  /** Spread of the bootstrap: the standard error of the difference. */
  standardError: number;
}

/**
 * The difference of two models' hit rates, each task weighing the same, with what chance leaves open: whole styles are drawn again
 * and again, because photos of one style succeed and fail together.
 *
 * Two imagined styles are drawn from as well, one that only the candidate finds and one that only the other does: where few styles
 * were asked and all of them agree, plain resampling would give an interval of no width and call that certainty. It is what
 * A. Agresti and Y. Min (Statistics in Medicine 24, 2005) add to paired proportions, here a style each. They do not enter the
 * difference itself.
 *
 * @returns null without a query
 */
export function pairedGain({ styles, tasks }: StyleDifferences, random: Random): Gain | null {
  if (tasks.length === 0) return null;
  const draws = styles + 2;
  const gains = tasks.map(({ gains, queries }) => withImagined(gains, queries / styles, true));
  const counts = tasks.map(({ counts, queries }) => withImagined(counts, queries / styles, false));
  const resampled = new Float64Array(RESAMPLES);
  const drawn = new Int32Array(draws);
  for (let resample = 0; resample < RESAMPLES; resample += 1) {
    for (let draw = 0; draw < draws; draw += 1) drawn[draw] = random.int(draws);
    resampled[resample] = meanRate(gains, counts, drawn);
  }
  const mean = resampled.reduce((sum, value) => sum + value, 0) / RESAMPLES;
  const squares = resampled.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  resampled.sort();
  return {
    difference: tasks.reduce((sum, { candidate, other }) => sum + candidate - other, 0) / tasks.length,
    interval95: [quantile(resampled, 0.025), quantile(resampled, 0.975)],
    standardError: Math.sqrt(squares / (RESAMPLES - 1)),
  };
}

/** A style more that only the candidate finds, and one that only the other does, of as many queries as styles have. */
function withImagined(values: Float64Array, queriesOfStyle: number, isGain: boolean): Float64Array {
  const more = new Float64Array(values.length + 2);
  more.set(values);
  more[values.length] = queriesOfStyle;
  more[values.length + 1] = isGain ? -queriesOfStyle : queriesOfStyle;
  return more;
}

/** Mean over the tasks that have a query among the drawn styles. */
function meanRate(gains: Float64Array[], counts: Float64Array[], drawn: Int32Array): number {
  let [rates, tasks] = [0, 0];
  for (let task = 0; task < gains.length; task += 1) {
    const [gainsOfTask, countsOfTask] = [gains[task] as Float64Array, counts[task] as Float64Array];
    let [gain, count] = [0, 0];
    for (let draw = 0; draw < drawn.length; draw += 1) {
      const style = drawn[draw] as number;
      gain += gainsOfTask[style] as number;
      count += countsOfTask[style] as number;
    }
    if (count === 0) continue;
    rates += gain / count;
    tasks += 1;
  }
  return tasks === 0 ? 0 : rates / tasks;
}
