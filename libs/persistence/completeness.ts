import { COLOUR_SIZE, type GenerationId, type ProductId, SHAPE_SIZE } from '#foundation';
import type { Completeness } from '#generations';
import type { ClientBase, Pool } from 'pg';
import { partitionOf } from './partition.js';
import { rowOf } from './transaction.js';

/** How far the length of a part may be from 1; float32 arithmetic stays far inside it. */
const NORM_TOLERANCE = 1e-3;

/** Whether `embedding` has a part that is not of unit length; of a number that is none, too. */
export const HAS_BAD_NORM = `(NOT abs(vector_norm(subvector(embedding, 1, ${SHAPE_SIZE})) - 1) <= ${NORM_TOLERANCE}
  OR NOT abs(vector_norm(subvector(embedding, ${SHAPE_SIZE + 1}, ${COLOUR_SIZE})) - 1) <= ${NORM_TOLERANCE})`;

/** Holds a generation's vectors against the catalogue of now. Reads every vector: 0.2 s per 100,000. */
export async function completenessOf(client: ClientBase | Pool, generation: GenerationId): Promise<Completeness> {
  const [products, images] = [partitionOf('product_vector', generation), partitionOf('image_vector', generation)];
  const counts = await rowOf<Omit<Completeness, 'badNorms' | 'examples'>>(
    client,
    `WITH shown AS (SELECT product_id, image_id FROM product_image JOIN product USING (product_id) WHERE active)
     SELECT
       (SELECT count(DISTINCT product_id)::int FROM shown) AS "productsWithPhoto",
       (SELECT count(DISTINCT product_id)::int FROM shown JOIN ${products} USING (product_id)) AS "productVectors",
       (SELECT count(DISTINCT image_id)::int FROM shown) AS photos,
       (SELECT count(DISTINCT image_id)::int FROM shown JOIN ${images} USING (image_id)) AS "imageVectors"`,
  );
  const { badNorms } = await rowOf<{ badNorms: number }>(
    client,
    `SELECT count(*)::int AS "badNorms"
     FROM (SELECT embedding FROM ${products} UNION ALL SELECT embedding FROM ${images}) vectors
     WHERE ${HAS_BAD_NORM}`,
  );
  const { examples } = await rowOf<{ examples: ProductId[] }>(
    client,
    `SELECT coalesce(array_agg(product_id), '{}') AS examples FROM (
       SELECT product_id FROM product p
       WHERE active AND EXISTS (SELECT FROM product_image i WHERE i.product_id = p.product_id)
         AND NOT EXISTS (SELECT FROM ${products} v WHERE v.product_id = p.product_id)
       ORDER BY product_id LIMIT 5
     ) missing`,
  );
  return { ...counts, badNorms, examples };
}
