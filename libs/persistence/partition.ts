import { COLOUR_SIZE, type GenerationId, SHAPE_SIZE } from '#foundation';
import type { ClientBase, Pool } from 'pg';

/** The two partitioned tables and the id that each row of theirs carries. */
export const VECTOR_TABLES = { product_vector: 'product_id', image_vector: 'image_id' } as const;
export type VectorTable = keyof typeof VECTOR_TABLES;

/** The graphs of product_vector, and what each is built over. */
export const GRAPHS = {
  whole: 'embedding',
  shape: `subvector(embedding, 1, ${SHAPE_SIZE})::vector(${SHAPE_SIZE})`,
  colour: `subvector(embedding, ${SHAPE_SIZE + 1}, ${COLOUR_SIZE})::vector(${COLOUR_SIZE})`,
} as const;
export type Graph = keyof typeof GRAPHS;

/** Name of the table that holds one generation's rows. */
export function partitionOf(table: VectorTable, generation: GenerationId): string {
  // Becomes SQL text: only a number may pass, whatever the types promise.
  if (!Number.isSafeInteger(generation)) throw new TypeError(`${String(generation)} is no generation.`);
  return `${table}_g${generation}`;
}

/** Makes the table that will hold one generation's rows: empty, without keys, and not seen by searches. */
export async function makePartition(client: ClientBase, table: VectorTable, generation: GenerationId): Promise<void> {
  const partition = partitionOf(table, generation);
  await client.query(`CREATE TABLE ${partition} (LIKE ${table} INCLUDING DEFAULTS)`);
  // Spares ATTACH PARTITION from reading the table.
  await client.query(`ALTER TABLE ${partition} ADD CHECK (generation_id = ${generation})`);
}

/** Gives the filled tables of one generation their keys, and products their graph. */
export async function indexPartitions(client: ClientBase | Pool, generation: GenerationId): Promise<void> {
  for (const table of Object.keys(VECTOR_TABLES) as VectorTable[]) {
    const partition = partitionOf(table, generation);
    await client.query(`ALTER TABLE ${partition} ADD PRIMARY KEY (generation_id, ${VECTOR_TABLES[table]})`);
  }
  // pgvector's defaults, m = 16 and ef_construction = 64. Photos are compared one by one, see pg-photo-index.ts: their table needs no graph.
  for (const vector of Object.values(GRAPHS)) {
    await client.query(
      `CREATE INDEX ON ${partitionOf('product_vector', generation)} USING hnsw ((${vector}) vector_ip_ops)`,
    );
  }
  for (const table of Object.keys(VECTOR_TABLES) as VectorTable[])
    await client.query(`ANALYZE ${partitionOf(table, generation)}`);
}

/** Shows the tables of one generation to searches. */
export async function attachPartitions(client: ClientBase, generation: GenerationId): Promise<void> {
  for (const table of Object.keys(VECTOR_TABLES) as VectorTable[]) {
    const partition = partitionOf(table, generation);
    await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${partition} FOR VALUES IN (${generation})`);
  }
}
