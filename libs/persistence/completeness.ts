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

/** Of `product p`: those that searches may find. */
const IS_SHOWN = `p.active AND EXISTS (SELECT FROM product_image i WHERE i.product_id = p.product_id)`;

/** Holds a generation's vectors against the catalogue of now. Reads every vector: 0.2 s per 100,000. */
export async function completenessOf(client: ClientBase | Pool, generation: GenerationId): Promise<Completeness> {
  const [products, images] = [partitionOf('product_vector', generation), partitionOf('image_vector', generation)];
  // One pass each: counting distinct ids of joined rows sorts them, and takes half as long again.
  const ofProducts = await rowOf<Pick<Completeness, 'productsWithPhoto' | 'productVectors'>>(
    client,
    `SELECT count(*)::int AS "productsWithPhoto", count(v.product_id)::int AS "productVectors"
     FROM product p LEFT JOIN ${products} v USING (product_id) WHERE ${IS_SHOWN}`,
  );
  const ofPhotos = await rowOf<Pick<Completeness, 'photos' | 'imageVectors'>>(
    client,
    `SELECT count(*)::int AS photos, count(v.image_id)::int AS "imageVectors"
     FROM image LEFT JOIN ${images} v USING (image_id)
     WHERE EXISTS (SELECT FROM product_image i JOIN product p USING (product_id) WHERE i.image_id = image.image_id AND p.active)`,
  );
  const { badNorms } = await rowOf<{ badNorms: number }>(
    client,
    `SELECT count(*)::int AS "badNorms"
     FROM (SELECT embedding FROM ${products} UNION ALL SELECT embedding FROM ${images}) vectors
     WHERE ${HAS_BAD_NORM}`,
  );
  const isWhole = ofProducts.productVectors === ofProducts.productsWithPhoto;
  const examples = isWhole ? [] : await someWithoutVector(client, products);
  return { ...ofProducts, ...ofPhotos, badNorms, examples };
}

async function someWithoutVector(client: ClientBase | Pool, products: string): Promise<ProductId[]> {
  const { examples } = await rowOf<{ examples: ProductId[] }>(
    client,
    `SELECT coalesce(array_agg(product_id), '{}') AS examples FROM (
       SELECT p.product_id FROM product p
       WHERE ${IS_SHOWN} AND NOT EXISTS (SELECT FROM ${products} v WHERE v.product_id = p.product_id)
       ORDER BY p.product_id LIMIT 5
     ) missing`,
  );
  return examples;
}
