/** The photos that batches are drawn from. */
export interface SamplerPool {
  /** Rows that may be drawn. */
  rows: Iterable<number>;
  /** Product label of every row, indexed by row. */
  product: Int32Array;
  /** Style label of every row, indexed by row. */
  style: Int32Array;
}

export interface Sampler {
  /** Rows of the next batch: no row twice. */
  next: () => Int32Array;
}
