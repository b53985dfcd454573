/** A function that never falls: linear between its knots, level beyond them. */
export interface IsotonicFit {
  /** Ascending. */
  scores: number[];
  /** Never falling, in step with the scores. */
  values: number[];
}

interface Block {
  from: number;
  to: number;
  sum: number;
  weight: number;
}

/**
 * Weighted isotonic regression by pooling adjacent violators (Ayer et al., 1955): the never falling values nearest to the
 * targets by squared error. Equal scores get one value.
 *
 * @param weights positive
 * @returns knots at both ends of every level stretch
 */
export function fitIsotonic(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): IsotonicFit {
  const order = Float64Array.from({ length: scores.length }, (_, row) => row);
  order.sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const blocks: Block[] = [];
  for (let at = 0; at < order.length;) {
    const score = scores[order[at] as number] as number;
    let block: Block = { from: score, to: score, sum: 0, weight: 0 };
    // Pooled before anything is compared: rows of one score come in no order.
    for (; at < order.length && scores[order[at] as number] === score; at += 1) {
      const row = order[at] as number;
      block.sum += (weights[row] as number) * (targets[row] as number);
      block.weight += weights[row] as number;
    }
    for (let last = blocks.at(-1); last !== undefined && meanOf(last) >= meanOf(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { from: last.from, to: block.to, sum: last.sum + block.sum, weight: last.weight + block.weight };
    }
    blocks.push(block);
  }
  const knots = blocks.flatMap(({ from, to, sum, weight }) =>
    (from === to ? [from] : [from, to]).map((score) => ({ score, value: sum / weight })),
  );
  return { scores: knots.map(({ score }) => score), values: knots.map(({ value }) => value) };
}

const meanOf = ({ sum, weight }: Block) => sum / weight;

/** The value of a fit at a score. */
export function isotonicValue({ scores, values }: IsotonicFit, score: number): number {
  let [low, high] = [0, scores.length - 1];
  if (score <= (scores[low] as number)) return values[low] as number;
  if (score >= (scores[high] as number)) return values[high] as number;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((scores[middle] as number) <= score) low = middle;
    else high = middle;
  }
  const [from, to] = [scores[low] as number, scores[high] as number];
  const [a, b] = [values[low] as number, values[high] as number];
  return a + ((b - a) * (score - from)) / (to - from);
}
