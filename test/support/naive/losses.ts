import { naiveCosine, type NaiveRelation, type Rows, type Triple } from './metric-learning.js';

/** Losses by loops over pairs, triples and proxies in double precision. Shares nothing with libs/metric-learning. */

type Between = (a: number[], b: number[]) => number;

/** What every loss below is given: rows, their labels, and a measure with its direction. */
export interface NaiveBatch {
  rows: Rows;
  relation: NaiveRelation;
  between: Between;
  isSimilarity: boolean;
}

/** The measure of the rows i and j as a distance: similarities turned round. */
function apart({ rows, between, isSimilarity }: NaiveBatch, i: number, j: number): number {
  return (isSimilarity ? -1 : 1) * between(rows[i]!, rows[j]!);
}

export function naiveTripletMargin(
  batch: NaiveBatch,
  triples: Triple[],
  { margin, swap, smooth, mean }: { margin: number; swap: boolean; smooth: boolean; mean: 'all' | 'active' },
): number {
  let [sum, count] = [0, 0];
  for (const [a, p, n] of triples) {
    const fromAnchor = apart(batch, a, n);
    const far = swap && apart(batch, p, n) < fromAnchor ? apart(batch, p, n) : fromAnchor;
    const violation = apart(batch, a, p) - far + margin;
    if (mean === 'active' && violation <= 0) continue;
    sum += smooth ? Math.log(1 + Math.exp(violation)) : Math.max(violation, 0);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

/** All pairs in both orders, as indices with what they are to each other. */
function kinds({ positive, negative, photo }: NaiveRelation): { i: number; j: number; isPositive: boolean }[] {
  const found: { i: number; j: number; isPositive: boolean }[] = [];
  for (let i = 0; i < photo.length; i += 1) {
    for (let j = 0; j < photo.length; j += 1) {
      if (photo[i] === photo[j]) continue;
      if (positive[i] === positive[j]) found.push({ i, j, isPositive: true });
      else if (negative[i] !== negative[j]) found.push({ i, j, isPositive: false });
    }
  }
  return found;
}

export function naiveContrastive(
  batch: NaiveBatch,
  { positiveMargin, negativeMargin }: { positiveMargin: number; negativeMargin: number },
): number {
  const sign = batch.isSimilarity ? -1 : 1;
  const costs = { positive: [] as number[], negative: [] as number[] };
  for (const { i, j, isPositive } of kinds(batch.relation)) {
    const cost = isPositive ? apart(batch, i, j) - sign * positiveMargin : sign * negativeMargin - apart(batch, i, j);
    // A unit row that was rounded to float32 is a little more or less than 1 away from a zero vector: no violation.
    if (cost > 2e-6) (isPositive ? costs.positive : costs.negative).push(cost);
  }
  return mean(costs.positive) + mean(costs.negative);
}

export function naiveMultiSimilarity(
  { rows, relation, between }: NaiveBatch,
  { alpha, beta, base }: { alpha: number; beta: number; base: number },
): number {
  return mean(
    rows.map((row, anchor) => {
      let [pull, push] = [1, 1];
      for (const { i, j, isPositive } of kinds(relation)) {
        if (i !== anchor) continue;
        const similarity = between(row, rows[j]!);
        if (isPositive) pull += Math.exp(-alpha * (similarity - base));
        else push += Math.exp(beta * (similarity - base));
      }
      return Math.log(pull) / alpha + Math.log(push) / beta;
    }),
  );
}

export function naiveSupervisedContrastive(
  { rows, relation, between }: NaiveBatch,
  { temperature }: { temperature: number },
): number {
  const pairs = kinds(relation);
  if (!pairs.some(({ isPositive }) => isPositive) || pairs.every(({ isPositive }) => isPositive)) return 0;
  const weight = (i: number, j: number) => Math.exp(between(rows[i]!, rows[j]!) / temperature);
  const costs: number[] = [];
  for (let anchor = 0; anchor < rows.length; anchor += 1) {
    const own = pairs.filter(({ i }) => i === anchor);
    const all = own.reduce((sum, { j }) => sum + weight(anchor, j), 0);
    const logs = own.filter(({ isPositive }) => isPositive).map(({ j }) => -Math.log(weight(anchor, j) / all));
    if (logs.length > 0) costs.push(mean(logs));
  }
  return mean(costs);
}

/** @param classes positive and negative label of each proxy */
export function naiveProxyAnchor(
  { rows, relation }: Pick<NaiveBatch, 'rows' | 'relation'>,
  proxies: Rows,
  classes: { positive: number[]; negative: number[] },
  { margin, alpha }: { margin: number; alpha: number },
): number {
  const pulls: number[] = [];
  const pushes: number[] = [];
  proxies.forEach((proxy, c) => {
    let [pull, push, isPresent] = [1, 1, false];
    rows.forEach((row, i) => {
      const similarity = naiveCosine(row, proxy);
      if (relation.positive[i] === classes.positive[c]) {
        pull += Math.exp(-alpha * (similarity - margin));
        isPresent = true;
      } else if (relation.negative[i] !== classes.negative[c]) push += Math.exp(alpha * (similarity + margin));
    });
    if (isPresent) pulls.push(Math.log(pull));
    pushes.push(Math.log(push));
  });
  return mean(pulls) + mean(pushes);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
