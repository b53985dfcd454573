/** Beyond it the series of the middle loses digits, and the fraction of the tail is quick. */
const TAIL = 3;
const TAIL_TERMS = 200;
/** Beyond it nothing is left of a tail that a double could hold. */
const FARTHEST = 40;
const HALVINGS = 100;

/** The chance that a standard normal number is above `z`, to 1e-14 of its size. */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) return NaN;
  if (z < 0) return 1 - normalTail(-z);
  if (z > FARTHEST) return 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > TAIL) {
    // Laplace's continued fraction: 1 / (z + 1 / (z + 2 / (z + 3 / ...))).
    let fraction = z;
    for (let term = TAIL_TERMS; term > 0; term -= 1) fraction = z + term / fraction;
    return density / fraction;
  }
  // z + z^3 / 3 + z^5 / (3 * 5) + ...: G. Marsaglia, Evaluating the Normal Distribution, J. Stat. Soft. 11 (2004).
  let sum = 0;
  for (let term = z, power = 1; sum + term !== sum; power += 2, term *= (z * z) / power) sum += term;
  return 0.5 - density * sum;
}

/**
 * The number that a standard normal one stays below with this chance.
 *
 * @param chance in (0, 1)
 */
export function normalQuantile(chance: number): number {
  if (!(chance > 0 && chance < 1)) throw new RangeError(`A chance between 0 and 1 is needed, not ${chance}.`);
  const tail = Math.min(chance, 1 - chance);
  let [low, high] = [0, FARTHEST];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return chance < 0.5 ? -low : low;
}

/** The p-value of a standard normal statistic against both sides. */
export function twoSided(z: number): number {
  return Math.min(1, 2 * normalTail(Math.abs(z)));
}
