import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * How far apart, or how alike, two embeddings are. Losses and miners never ask which one they hold: they ask
 * {@link Distance.nearer}.
 */
export interface Distance {
  readonly name: string;
  /** Whether the smaller or the larger number is the nearer pair. */
  readonly nearer: 'smaller' | 'larger';
  /** Row i of `a` against row i of `b`, with a gradient that is finite everywhere. */
  rows(a: Tensor2D /* [n, dim] */, b: Tensor2D /* [n, dim] */): Tensor1D /* [n] */;
  /** Every row of `a` against every row of `b`, with a gradient that is finite everywhere. */
  matrix(a: Tensor2D /* [n, dim] */, b: Tensor2D /* [m, dim] */): Tensor2D /* [n, m] */;
  /**
   * All pairs of one batch in plain numbers, for miners, which need no gradient. Symmetric to the last bit.
   *
   * @param embeddings [n, dim]
   * @returns [n, n]
   */
  pairwise(embeddings: Float32Array, dim: number): Float32Array;
}
