const BINS = 10;

/** Pairs whose stated probability lies in [from, to), the last bin in [from, to]. */
export interface ReliabilityBin {
  from: number;
  to: number;
  /** Pairs in the bin. */
  pairs: number;
  /** Their share of the weight of all pairs. */
  share: number;
  /** Mean of the stated probabilities; null in an empty bin. */
  stated: number | null;
  /** Share of the pairs that are the same, by weight; null in an empty bin. */
  observed: number | null;
}

/** How far stated probabilities can be believed. */
export interface Reliability {
  bins: ReliabilityBin[];
  /** Expected calibration error: mean distance of stated and observed, weighted by the bins' shares. */
  ece: number;
  /** Mean squared distance of probability and outcome; .25 for one who always says one half. */
  brier: number;
  /** Mean of -log of the probability given to what came true; .693 for one who always says one half. */
  logLoss: number;
}

/**
 * @param probabilities in (0, 1)
 * @param outcomes 1 or 0
 * @param weights not negative, not all 0; lists in step and not empty
 */
export function measureReliability(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  weights: ArrayLike<number>,
): Reliability {
  const sums = Array.from({ length: BINS }, () => ({ pairs: 0, weight: 0, stated: 0, observed: 0 }));
  let [total, brier, logLoss] = [0, 0, 0];
  for (let pair = 0; pair < probabilities.length; pair += 1) {
    const probability = probabilities[pair] as number;
    const outcome = outcomes[pair] as number;
    const weight = weights[pair] as number;
    const bin = sums[Math.min(BINS - 1, Math.floor(probability * BINS))] as (typeof sums)[number];
    bin.pairs += 1;
    bin.weight += weight;
    bin.stated += weight * probability;
    bin.observed += weight * outcome;
    total += weight;
    brier += weight * (probability - outcome) ** 2;
    logLoss -= weight * Math.log(outcome === 1 ? probability : 1 - probability);
  }
  const bins = sums.map(({ pairs, weight, stated, observed }, at) => ({
    from: at / BINS,
    to: (at + 1) / BINS,
    pairs,
    share: weight / total,
    stated: weight === 0 ? null : stated / weight,
    observed: weight === 0 ? null : observed / weight,
  }));
  const ece = bins.reduce(
    (sum, { share, stated, observed }) => sum + share * Math.abs((stated ?? 0) - (observed ?? 0)),
    0,
  );
  return { bins, ece, brier: brier / total, logLoss: logLoss / total };
}
