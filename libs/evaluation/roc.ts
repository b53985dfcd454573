/** Pairs by how alike they are, whether they belong together, and how much each counts. All lists run in step. */
export interface ScoredPairs {
  /** Larger is more alike. */
  scores: ArrayLike<number>;
  /** 1: the pair shows the same; 0: it does not. */
  isSame: ArrayLike<number>;
  /** Not negative. */
  weights: ArrayLike<number>;
}

/** What a threshold does: pairs that score as high or higher are accepted. */
export interface OperatingPoint {
  threshold: number;
  /** Share of the different pairs that are accepted, by weight. */
  falseAcceptRate: number;
  /** Share of the same pairs that are accepted, by weight. */
  trueAcceptRate: number;
}

/**
 * The receiver operating characteristic: one point for each score that occurs, from the strictest to the laxest. Pairs of
 * equal scores are accepted together, so that their order never matters.
 *
 * @returns empty unless there are pairs of both kinds with any weight
 */
export function rocCurve({ scores, isSame, weights }: ScoredPairs): OperatingPoint[] {
  const order = Float64Array.from({ length: scores.length }, (_, pair) => pair);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const points: OperatingPoint[] = [];
  let [accepted, falsely] = [0, 0];
  order.forEach((pair, place) => {
    if (isSame[pair] === 1) accepted += weights[pair] as number;
    else falsely += weights[pair] as number;
    const threshold = scores[pair] as number;
    if (scores[order[place + 1] as number] === threshold) return;
    points.push({ threshold, falseAcceptRate: falsely, trueAcceptRate: accepted });
  });
  if (accepted === 0 || falsely === 0) return [];
  return points.map(({ threshold, falseAcceptRate, trueAcceptRate }) => ({
    threshold,
    falseAcceptRate: falseAcceptRate / falsely,
    trueAcceptRate: trueAcceptRate / accepted,
  }));
}

/**
 * Area under the curve: the probability that a same pair scores higher than a different one, ties counting half.
 *
 * @param curve of `rocCurve`
 * @returns null for an empty curve
 */
export function areaUnderCurve(curve: OperatingPoint[]): number | null {
  if (curve.length === 0) return null;
  let area = 0;
  let before = { falseAcceptRate: 0, trueAcceptRate: 0 };
  for (const point of curve) {
    const width = point.falseAcceptRate - before.falseAcceptRate;
    area += (width * (point.trueAcceptRate + before.trueAcceptRate)) / 2;
    before = point;
  }
  return area;
}

/**
 * The laxest point whose false accept rate does not exceed `rate`: the true accept rate there is TAR at FAR.
 *
 * @param curve of `rocCurve`
 * @param different the weights of the pairs that are not the same
 * @param least false accepts that the rate must stand for; of ten the 95 % interval spans about a factor of two to either
 *   side (Poisson). @default 10
 * @returns null where the pairs do not support the rate, that is where it stands for fewer, by Kish's effective count; or
 *   where the highest score alone exceeds it
 */
export function pointAtFalseAcceptRate(
  curve: OperatingPoint[],
  different: ArrayLike<number>,
  rate: number,
  least = 10,
): OperatingPoint | null {
  if (effectiveCount(different) * rate < least) return null;
  // A sum of equal weights may miss the rate that it should reach by rounding.
  return curve.filter(({ falseAcceptRate }) => falseAcceptRate <= rate * (1 + 1e-9)).at(-1) ?? null;
}

/** How many pairs of equal weight would tell as much: (sum w)^2 / sum w^2 (Kish, 1965). 0 without any. */
export function effectiveCount(weights: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let pair = 0; pair < weights.length; pair += 1) {
    sum += weights[pair] as number;
    squares += (weights[pair] as number) ** 2;
  }
  return squares === 0 ? 0 : sum ** 2 / squares;
}
