/** How far the embeddings of a batch lie apart, by part, in [0, 1]. */
export interface Spread {
  shape: number;
  colour: number;
}

/**
 * The variance of unit rows: their mean squared distance from their mean, which is 1 minus the squared length of the mean.
 * 0: all are one vector; near 1: they point everywhere.
 *
 * @param rows [n, width], of unit length
 */
export function spreadOf(rows: Float32Array, width: number): number {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  rows.forEach((value, at) => (mean[at % width] = (mean[at % width] as number) + value / count));
  const squares = mean.reduce((sum, value) => sum + value * value, 0);
  // Rounding may leave the mean of equal rows a little longer than they are.
  return Math.min(Math.max(1 - squares, 0), 1);
}
