/**
 * Learning rate of one step under half a cosine, from `peak` at step 0 towards 0 at `steps`
 * (Loshchilov and Hutter, SGDR, arXiv 1608.03983, eq. 5 without restarts).
 */
export function cosineRate(peak: number, step: number, steps: number): number {
  return (peak / 2) * (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps));
}
