import type { GenerationId } from '#foundation';
import { VECTOR_DIFFERENCES, type VectorDifferences } from '#repair';
import type { Pool } from 'pg';
import { HAS_BAD_NORM } from './completeness.js';
import { partitionOf } from './partition.js';
import { isTableMissing } from './refresh-generation.js';
import { rowsOf } from './transaction.js';

/** Examples of each difference. */
const EXAMPLES = 5;

/** Holds a generation's rows against the catalogue of now; see `RepairStore.compare`. Reads every vector. */
export async function compareGeneration(pool: Pool, generation: GenerationId): Promise<VectorDifferences | null> {
  const [products, images] = [partitionOf('product_vector', generation), partitionOf('image_vector', generation)];
  const rows = await rowsOf<{ kind: keyof VectorDifferences; count: number; examples: string[] }>(
    pool,
    `WITH shown AS MATERIALIZED (
       SELECT product_id, image_id, position FROM product_image JOIN product USING (product_id) WHERE active),
     found (kind, what) AS (
       SELECT 'faulty-vectors', 'photo ' || image_id FROM ${images} WHERE ${HAS_BAD_NORM}
       UNION ALL
       SELECT 'faulty-vectors', 'product ' || product_id FROM ${products} WHERE ${HAS_BAD_NORM}
       UNION ALL
       SELECT DISTINCT 'photos-without-vector', image_id FROM shown s
       WHERE NOT EXISTS (SELECT FROM ${images} v WHERE v.image_id = s.image_id)
       UNION ALL
       SELECT DISTINCT 'products-without-vector', product_id FROM shown s
       WHERE NOT EXISTS (SELECT FROM ${products} v WHERE v.product_id = s.product_id)
       UNION ALL
       SELECT 'photos-that-left', image_id FROM ${images} v
       WHERE NOT EXISTS (SELECT FROM shown s WHERE s.image_id = v.image_id)
       UNION ALL
       SELECT 'products-that-left', product_id FROM ${products} v
       WHERE NOT EXISTS (SELECT FROM shown s WHERE s.product_id = v.product_id)
       UNION ALL
       SELECT 'products-not-of-main-photo', product_id
       FROM (SELECT DISTINCT ON (product_id) product_id, image_id FROM shown ORDER BY product_id, position) main
       JOIN ${products} p USING (product_id) LEFT JOIN ${images} v USING (image_id)
       WHERE v.embedding IS NULL OR p.embedding <> v.embedding
       UNION ALL
       SELECT 'miscounted-generations', id::text FROM generation
       WHERE id = $1 AND (products, images) IS DISTINCT FROM
         ((SELECT count(*)::int FROM ${products}), (SELECT count(*)::int FROM ${images})))
     SELECT kind, count(*)::int AS count, (array_agg(what ORDER BY what))[1:${EXAMPLES}] AS examples
     FROM found GROUP BY kind`,
    [generation],
  ).catch((error: unknown) => {
    if (isTableMissing(error)) return null;
    throw error;
  });
  if (rows === null) return null;
  const none = Object.fromEntries(VECTOR_DIFFERENCES.map((kind) => [kind, { count: 0, examples: [] }]));
  const found = Object.fromEntries(rows.map(({ kind, count, examples }) => [kind, { count, examples }]));
  return { ...none, ...found } as VectorDifferences;
}
