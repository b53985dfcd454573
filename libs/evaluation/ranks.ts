/** Whether gallery row `a` comes before `b`: larger similarity first, equal ones in gallery order. */
export function isBefore(similarities: Float32Array, a: number, b: number): boolean {
  const difference = (similarities[a] as number) - (similarities[b] as number);
  return difference > 0 || (difference === 0 && a < b);
}

/**
 * Ranks, from 1, of the relevant rows among the relevant and the other candidates, best first.
 *
 * One pass: each other candidate is placed among the sorted relevant rows by bisection, and pushes back all that
 * come after it. Most candidates lie behind the worst relevant row and cost one comparison.
 *
 * @param similarities `[g]`
 * @param relevant gallery rows that answer the query
 * @param isOther whether a row is a candidate that does not answer the query
 */
export function ranksOfRelevant(
  similarities: Float32Array,
  relevant: number[],
  isOther: (row: number) => boolean,
): number[] {
  const sorted = [...relevant].sort((a, b) => (isBefore(similarities, a, b) ? -1 : 1));
  const worst = sorted[sorted.length - 1];
  if (worst === undefined) return [];
  const pushedBack = new Array<number>(sorted.length).fill(0);
  for (let row = 0; row < similarities.length; row += 1) {
    if (!isBefore(similarities, row, worst) || !isOther(row)) continue;
    let low = 0;
    let high = sorted.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(similarities, row, sorted[middle] as number)) high = middle;
      else low = middle + 1;
    }
    pushedBack[low] = (pushedBack[low] as number) + 1;
  }
  let before = 0;
  return pushedBack.map((count, position) => {
    before += count;
    return position + 1 + before;
  });
}

/** Whether any relevant row is among the first `k`. `ranks` ascend from 1. */
export function isHitAt(ranks: number[], k: number): boolean {
  return (ranks[0] ?? Infinity) <= k;
}

/**
 * Average precision over the first R places, R being the number of relevant rows: (1 / R) sum over i <= R of P(i)
 * where place i is relevant, else 0. Its mean over queries is MAP@R.
 *
 * Musgrave, Belongie, Lim: A Metric Learning Reality Check, 2020, arXiv 2003.08505, section 3.2.
 *
 * @param ranks of all relevant rows, ascending from 1; not empty
 */
export function averagePrecisionAtR(ranks: number[]): number {
  const inside = ranks.filter((rank) => rank <= ranks.length);
  return inside.reduce((sum, rank, position) => sum + (position + 1) / rank, 0) / ranks.length;
}

/**
 * R-precision: the share of relevant rows in the first R places, R being the number of relevant rows.
 *
 * @param ranks of all relevant rows, ascending from 1; not empty
 */
export function rPrecision(ranks: number[]): number {
  return ranks.filter((rank) => rank <= ranks.length).length / ranks.length;
}
