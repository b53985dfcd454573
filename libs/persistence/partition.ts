import type { GenerationId } from '#foundation';

/** The two partitioned tables and the id that each row of theirs carries. */
export const VECTOR_TABLES = { product_vector: 'product_id', image_vector: 'image_id' } as const;
export type VectorTable = keyof typeof VECTOR_TABLES;

/** Name of the table that holds one generation's rows. */
export function partitionOf(table: VectorTable, generation: GenerationId): string {
  // Becomes SQL text: only a number may pass, whatever the types promise.
  if (!Number.isSafeInteger(generation)) throw new TypeError(`${String(generation)} is no generation.`);
  return `${table}_g${generation}`;
}
