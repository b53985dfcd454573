import { pairedBootstrap, type QueryOutcome, type RetrievalOutcomes, type RetrievalReport } from '#evaluation';
import { Random } from '#foundation';

const TASKS = ['sameProduct', 'sameStyle', 'sameStyleOtherColour'] as const;

/** Mean hitRateAt1 of several trainings, by task. */
export function meanRates(reports: readonly RetrievalReport[]): string {
  return TASKS.map((task) => rate(mean(reports.flatMap((report) => report[task]?.hitRateAt1 ?? [])))).join(' / ');
}

/** Mean difference of hitRateAt1 of several splits, with its standard error, by task. */
export function meanGains(ones: readonly RetrievalReport[], others: readonly RetrievalReport[]): string {
  return TASKS.map((task) => {
    const gains = ones.map((one, at) => (one[task]?.hitRateAt1 ?? NaN) - (others[at]?.[task]?.hitRateAt1 ?? NaN));
    const average = mean(gains);
    const variance = mean(gains.map((gain) => (gain - average) ** 2));
    return `${signed(average)} ± ${rate(Math.sqrt(variance / (gains.length - 1)))}`;
  }).join(' / ');
}

/** hitRateAt1 by task over all queries of several trainings, which ask the same photos or others. */
export function rates(answers: readonly RetrievalOutcomes[]): string {
  return TASKS.map((task) => rate(mean(hitsOf(pooled(answers, task))))).join(' / ');
}

/** As {@link rates}, with 95 % intervals by bootstrap over styles. */
export function ratesWithIntervals(answers: readonly RetrievalOutcomes[]): string {
  return TASKS.map((task) => {
    const outcomes = pooled(answers, task);
    const none = outcomes.map(() => 0);
    const { difference, interval95 } = pairedBootstrap(hitsOf(outcomes), none, stylesOf(outcomes), new Random(1));
    return `${rate(difference)} (${interval95.map(rate).join(' to ')})`;
  }).join(' / ');
}

/** How much one set of answers is ahead of another on the same queries, with 95 % intervals by bootstrap over styles. */
export function gains(ones: readonly RetrievalOutcomes[], others: readonly RetrievalOutcomes[]): string {
  return TASKS.map((task) => {
    const [one, other] = [pooled(ones, task), pooled(others, task)];
    const { difference, interval95 } = pairedBootstrap(hitsOf(one), hitsOf(other), stylesOf(one), new Random(1));
    return `${signed(difference)} (${interval95.map(signed).join(' to ')})`;
  }).join(' / ');
}

const pooled = (answers: readonly RetrievalOutcomes[], task: (typeof TASKS)[number]) =>
  answers.flatMap((answer) => answer[task]);
const hitsOf = (outcomes: readonly QueryOutcome[]) => outcomes.map(({ hitAt1 }) => hitAt1);
const stylesOf = (outcomes: readonly QueryOutcome[]) => outcomes.map(({ style }) => style);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const rate = (value: number) => value.toFixed(3).replace(/^0/, '');
const signed = (value: number) => `${value < 0 ? '-' : '+'}${rate(Math.abs(value))}`;
