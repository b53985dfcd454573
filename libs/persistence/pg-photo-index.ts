import type { GenerationId, ImageId, ProductId } from '#foundation';
import { innerProduct, type PhotoIndex, type PhotoNeighbour } from '#similarity';
import type { Pool } from 'pg';
import { generationLiteral, type SqlQuery } from './neighbour-sql.js';
import { decodeVector, encodeVector } from './vector-codec.js';

/** Rows fetched beyond those asked for: float32 sums may order near ties otherwise than the exact similarity does. */
const MARGIN = 16;

/**
 * The nearest photos, each once for every active product that shows it, or once without a product. Every photo of the
 * generation is compared: the table has no graph, and the distance plus 0 is an expression that none could order by. Products
 * are joined to the nearest only: joined to all, they take ten times as long as the comparison.
 */
export function nearestPhotosSql(generation: GenerationId, query: Float32Array, photos: number): SqlQuery {
  const text = `WITH nearest AS (
      SELECT image_id, embedding FROM image_vector WHERE generation_id = ${generationLiteral(generation)}
      ORDER BY (embedding <#> $1::vector) + 0, image_id COLLATE "C" LIMIT $2)
    SELECT n.image_id AS "imageId", p.product_id AS "productId", vector_send(n.embedding) AS embedding
    FROM nearest n LEFT JOIN (product_image i JOIN product p ON p.product_id = i.product_id AND p.active) USING (image_id)`;
  return { text, values: [encodeVector(query), photos] };
}

interface Row {
  imageId: ImageId;
  /** null: no active product shows the photo. */
  productId: ProductId | null;
  embedding: Buffer;
}

/** Photos by pgvector, exactly. */
export class PgPhotoIndex implements PhotoIndex {
  constructor(private readonly pool: Pool) {}

  /** Takes more photos until enough of them are of active products, or none is left. */
  async nearestPhotos(generation: GenerationId, query: Float32Array, count: number): Promise<PhotoNeighbour[]> {
    for (let photos = count + MARGIN; ; photos *= 4) {
      const { text, values } = nearestPhotosSql(generation, query, photos);
      const { rows } = await this.pool.query<Row>({ name: `photos-${generation}`, text, values });
      const isAll = new Set(rows.map(({ imageId }) => imageId)).size < photos;
      const found = rows.flatMap(({ imageId, productId, embedding: bytes }): PhotoNeighbour[] => {
        if (productId === null) return [];
        const embedding = decodeVector(bytes);
        return [{ imageId, productId, embedding, similarity: innerProduct(query, embedding) }];
      });
      if (isAll || found.length >= count + MARGIN) return found.sort(byNearness).slice(0, count);
    }
  }

  async photoEmbeddings(generation: GenerationId, images: ImageId[]): Promise<Map<ImageId, Float32Array>> {
    const { rows } = await this.pool.query<{ imageId: ImageId; embedding: Buffer }>({
      name: `photo-embeddings-${generation}`,
      text: `SELECT image_id AS "imageId", vector_send(embedding) AS embedding
             FROM image_vector WHERE generation_id = ${generationLiteral(generation)} AND image_id = ANY ($1)`,
      values: [images],
    });
    return new Map(rows.map(({ imageId, embedding }) => [imageId, decodeVector(embedding)]));
  }
}

function byNearness(a: PhotoNeighbour, b: PhotoNeighbour): number {
  return b.similarity - a.similarity || compare(a.imageId, b.imageId) || compare(a.productId, b.productId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
