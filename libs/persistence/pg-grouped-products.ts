import type { GenerationId } from '#foundation';
import type { GroupedProduct, GroupedProductStore } from '#visual-groups';
import type { Pool } from 'pg';
import { generationLiteral } from './neighbour-sql.js';
import { rowsOf } from './transaction.js';
import { decodeVector } from './vector-codec.js';

/** The products of a generation that are for sale, as they are grouped. */
export class PgGroupedProducts implements GroupedProductStore {
  constructor(private readonly pool: Pool) {}

  async groupedProducts(generation: GenerationId): Promise<GroupedProduct[]> {
    const rows = await rowsOf<Omit<GroupedProduct, 'embedding'> & { embedding: Buffer }>(
      this.pool,
      `SELECT v.product_id AS "productId", p.style_id AS "styleId", p.category, p.colour, p.brand,
              vector_send(v.embedding) AS embedding
       FROM product_vector v JOIN product p USING (product_id)
       WHERE v.generation_id = ${generationLiteral(generation)} AND p.active ORDER BY v.product_id COLLATE "C"`,
    );
    return rows.map(({ embedding, ...product }) => ({ ...product, embedding: decodeVector(embedding) }));
  }
}
