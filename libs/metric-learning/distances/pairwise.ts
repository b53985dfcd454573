/**
 * Fills the symmetric matrix of `between` over all pairs of rows.
 *
 * @param embeddings [n, dim]
 * @returns [n, n]
 */
export function pairwiseOf(
  embeddings: Float32Array,
  dim: number,
  between: (embeddings: Float32Array, atA: number, atB: number, dim: number) => number,
): Float32Array {
  const count = embeddings.length / dim;
  const matrix = new Float32Array(count * count);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      const value = between(embeddings, i * dim, j * dim, dim);
      matrix[i * count + j] = value;
      matrix[j * count + i] = value;
    }
  }
  return matrix;
}

/** Sum of squared differences of two rows, without the cancellation of |a|^2 + |b|^2 - 2ab. */
export function squaredDifference(embeddings: Float32Array, atA: number, atB: number, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k += 1) {
    const difference = (embeddings[atA + k] as number) - (embeddings[atB + k] as number);
    sum += difference * difference;
  }
  return sum;
}

/** Inner product of two rows. */
export function innerProduct(embeddings: Float32Array, atA: number, atB: number, dim: number): number {
  let sum = 0;
  for (let k = 0; k < dim; k += 1) sum += (embeddings[atA + k] as number) * (embeddings[atB + k] as number);
  return sum;
}
