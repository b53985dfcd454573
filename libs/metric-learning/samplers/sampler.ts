/** Makes batches for ever. */
export interface Sampler {
  /** Rows of the next batch: no row twice. */
  next: () => Int32Array;
}

/** The photos that batches are drawn from. Labels are indexed by row; equal numbers are equal labels. */
export interface SamplerPool {
  /** Rows that may be drawn. */
  rows: Iterable<number>;
  product: Int32Array;
  style: Int32Array;
  /** Kind of garment; -1 where it is not known. */
  category: Int32Array;
}
