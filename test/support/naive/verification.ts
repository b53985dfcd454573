interface Pair {
  score: number;
  isSame: boolean;
  weight: number;
}

/** The probability that a same pair scores above a different one, ties counting half, by looking at all of them. */
export function naiveAuc(pairs: Pair[]): number {
  let [won, all] = [0, 0];
  for (const same of pairs.filter(({ isSame }) => isSame)) {
    for (const other of pairs.filter(({ isSame }) => !isSame)) {
      const weight = same.weight * other.weight;
      all += weight;
      if (same.score > other.score) won += weight;
      else if (same.score === other.score) won += weight / 2;
    }
  }
  return won / all;
}

/** True accept rate at the lowest threshold, of all scores there are, that keeps the false accept rate; 0 where none does. */
export function naiveTarAtFar(pairs: Pair[], rate: number): number {
  const shareAccepted = (isSame: boolean, threshold: number) => {
    const own = pairs.filter((pair) => pair.isSame === isSame);
    const sum = (list: Pair[]) => list.reduce((total, { weight }) => total + weight, 0);
    return sum(own.filter(({ score }) => score >= threshold)) / sum(own);
  };
  const rates = pairs
    .map(({ score }) => score)
    .filter((threshold) => shareAccepted(false, threshold) <= rate + 1e-12)
    .map((threshold) => shareAccepted(true, threshold));
  return Math.max(0, ...rates);
}

/**
 * Isotonic regression by its min-max formula: at each score the largest over all starts of the smallest over all ends of the
 * weighted mean between them.
 */
export function naiveIsotonic(scores: number[], targets: number[], weights: number[]): number[] {
  const levels = [...new Set(scores)].sort((a, b) => a - b);
  const meanOf = (from: number, to: number) => {
    let [sum, weight] = [0, 0];
    scores.forEach((score, row) => {
      if (score < levels[from]! || score > levels[to]!) return;
      sum += targets[row]! * weights[row]!;
      weight += weights[row]!;
    });
    return sum / weight;
  };
  return scores.map((score) => {
    const at = levels.indexOf(score);
    let best = -Infinity;
    for (let from = 0; from <= at; from += 1) {
      let least = Infinity;
      for (let to = at; to < levels.length; to += 1) least = Math.min(least, meanOf(from, to));
      best = Math.max(best, least);
    }
    return best;
  });
}
