import type { AuditedCatalogue, AuditStore, Look, SetAside } from '#audit';
import type { ImageId } from '#foundation';
import type { Pool } from 'pg';
import { saveLooks } from './save-looks.js';
import { rowsOf } from './transaction.js';

/** Entries of each code that an audit shows. */
const EXAMPLES = 24;

interface PhotoRow {
  imageId: ImageId;
  width: number;
  height: number;
  hash: Buffer | null;
  grid: Buffer | null;
  detail: number | null;
}

type ProductRow = Omit<AuditedCatalogue['products'][number], 'photos'> & { imageIds: ImageId[] };

/** What an audit reads of the active catalogue, and the looks that it adds. */
export class PgAuditStore implements AuditStore {
  constructor(private readonly pool: Pool) {}

  async auditedCatalogue(): Promise<AuditedCatalogue> {
    const photos = await rowsOf<PhotoRow>(
      this.pool,
      `SELECT i.image_id AS "imageId", width, height, hash, grid, detail
       FROM image i LEFT JOIN image_look USING (image_id)
       WHERE EXISTS (SELECT FROM product_image JOIN product USING (product_id)
                     WHERE product_image.image_id = i.image_id AND active)
       ORDER BY i.image_id`,
    );
    const products = await rowsOf<ProductRow>(
      this.pool,
      `SELECT product_id AS "productId", style_id AS "styleId", title, category, gender, colour,
              ARRAY(SELECT image_id FROM product_image i WHERE i.product_id = p.product_id ORDER BY position)
                AS "imageIds"
       FROM product p WHERE active ORDER BY product_id COLLATE "C"`,
    );
    const rowOfPhoto = new Map(photos.map(({ imageId }, row) => [imageId, row]));
    return {
      photos: photos.map(({ imageId, width, height, hash, grid, detail }) => ({
        ...{ imageId, width, height },
        look: hash === null || grid === null || detail === null ? null : { hash, grid, detail },
      })),
      products: products.map(({ imageIds, ...product }) => ({
        ...product,
        photos: imageIds.flatMap((imageId) => rowOfPhoto.get(imageId) ?? []),
      })),
      setAside: await this.setAside(),
    };
  }

  async photoSources(imageIds: ImageId[]): Promise<Map<ImageId, string>> {
    const rows = await rowsOf<{ imageId: ImageId; source: string }>(
      this.pool,
      'SELECT image_id AS "imageId", source FROM image WHERE image_id = ANY ($1)',
      [imageIds],
    );
    return new Map(rows.map(({ imageId, source }) => [imageId, source]));
  }

  saveLooks(photos: { imageId: ImageId; look: Look }[]): Promise<void> {
    return saveLooks(this.pool, photos);
  }

  /** What the import that made the catalogue did not take for want of a picture. */
  private setAside(): Promise<SetAside[]> {
    return rowsOf<SetAside>(
      this.pool,
      `WITH latest AS (
         SELECT id FROM job_run
         WHERE kind = 'import' AND state = 'succeeded' AND coalesce(input ->> 'dryRun', 'false') = 'false'
           AND coalesce(result ->> 'unchanged', 'false') = 'false'
         ORDER BY number DESC LIMIT 1
       ), entry AS (
         SELECT code, offer_id, value, message, row_number() OVER (PARTITION BY code ORDER BY row, q.id) AS place
         FROM quarantine q JOIN latest ON latest.id = import_id WHERE code LIKE '%image%'
       )
       SELECT code, count(*)::int AS count,
              jsonb_agg(jsonb_build_object('offerId', offer_id, 'value', value, 'message', message) ORDER BY place)
                FILTER (WHERE place <= $1) AS examples
       FROM entry GROUP BY code ORDER BY code`,
      [EXAMPLES],
    );
  }
}
