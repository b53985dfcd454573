import { EMBEDDING_SIZE } from '#foundation';

/** Vectors as the rows of one array, `[n, 128]`. */
export function packed(vectors: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(EMBEDDING_SIZE * vectors.length);
  vectors.forEach((vector, row) => rows.set(vector, EMBEDDING_SIZE * row));
  return rows;
}
