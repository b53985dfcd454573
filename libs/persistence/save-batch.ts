import type { CatalogBatch } from '#catalog';
import { type JobId, sha256 } from '#foundation';
import type { PoolClient } from 'pg';
import { recomputeAttributes } from './product-attributes.js';
import { recomputeStock } from './product-stock.js';
import { saveLooks } from './save-looks.js';
import { rowsOf } from './transaction.js';

/** Writes one batch of an import inside the caller's transaction. Writing it twice changes nothing. */
export async function saveBatch(client: PoolClient, importId: JobId, batch: CatalogBatch): Promise<void> {
  await saveImages(client, batch);
  await saveProducts(client, batch);
  await saveOffers(client, importId, batch);
  await saveQuarantine(client, importId, batch);
}

/** One parameter for any number of rows; Postgres gives them their types. */
const asJson = (rows: object[]) => JSON.stringify(rows);

async function saveImages(client: PoolClient, { images, sources }: CatalogBatch): Promise<void> {
  await client.query(
    `INSERT INTO image (image_id, source, width, height)
     SELECT DISTINCT ON ("imageId") "imageId", source, width, height
     FROM jsonb_to_recordset($1) AS r("imageId" text, source text, width int, height int)
     ON CONFLICT (image_id) DO UPDATE SET source = excluded.source`,
    [asJson(images.map(({ look: _, ...image }) => image))],
  );
  await saveLooks(client, images);
  await client.query(
    `INSERT INTO image_source (source_hash, source, fingerprint, image_id, rejection)
     SELECT decode(hash, 'hex'), source, fingerprint, "imageId", rejection
     FROM jsonb_to_recordset($1)
       AS r(hash text, source text, fingerprint text, "imageId" text, rejection jsonb)
     ON CONFLICT (source_hash) DO UPDATE
       SET fingerprint = excluded.fingerprint, image_id = excluded.image_id, rejection = excluded.rejection`,
    [asJson(sources.map((source) => ({ ...source, hash: sha256(source.source) })))],
  );
}

async function saveProducts(client: PoolClient, { products, morePhotos }: CatalogBatch): Promise<void> {
  await client.query(
    `INSERT INTO product (product_id, style_id, title, description, brand, category, gender, colour)
     SELECT "productId", "styleId", title, description, brand, category, gender, colour
     FROM jsonb_to_recordset($1) AS r("productId" text, "styleId" text, title text, description text, brand text,
       category text, gender text, colour text)
     ON CONFLICT (product_id) DO UPDATE SET
       style_id = excluded.style_id, title = excluded.title, description = excluded.description,
       brand = excluded.brand, category = excluded.category, gender = excluded.gender, colour = excluded.colour,
       active = true`,
    [asJson(products)],
  );
  const shown = [...products, ...morePhotos];
  const photos = shown.flatMap(({ productId, imageIds }) =>
    imageIds.map((imageId, position) => ({ productId, imageId, position })),
  );
  await client.query(
    `WITH wanted AS (
       SELECT * FROM jsonb_to_recordset($1) AS r("productId" text, "imageId" text, position int)
     ), gone AS (
       DELETE FROM product_image WHERE product_id = ANY ($2)
         AND NOT EXISTS (SELECT FROM wanted WHERE "productId" = product_id AND "imageId" = image_id)
     )
     INSERT INTO product_image (product_id, image_id, position)
     SELECT "productId", "imageId", position FROM wanted
     ON CONFLICT (product_id, image_id) DO UPDATE SET position = excluded.position
       WHERE product_image.position <> excluded.position`,
    [asJson(photos), shown.map(({ productId }) => productId)],
  );
}

async function saveOffers(client: PoolClient, importId: JobId, { offers }: CatalogBatch): Promise<void> {
  // An offer whose colour was corrected moves to another product; the one it leaves has a new price, too.
  const left = await rowsOf<{ productId: string }>(
    client,
    `SELECT DISTINCT product_id AS "productId" FROM offer WHERE offer_id = ANY ($1)`,
    [offers.map(({ offerId }) => offerId)],
  );
  await client.query(
    `INSERT INTO offer
       (offer_id, product_id, size, link, price, sale_price, currency, availability, attributes, last_import)
     SELECT "offerId", "productId", size, link, price, "salePrice", currency, availability, attributes, $2::uuid
     FROM jsonb_to_recordset($1) AS r("offerId" text, "productId" text, size text, link text, price numeric,
       "salePrice" numeric, currency text, availability text, attributes jsonb)
     ON CONFLICT (offer_id) DO UPDATE SET
       product_id = excluded.product_id, size = excluded.size, link = excluded.link, price = excluded.price,
       sale_price = excluded.sale_price, currency = excluded.currency, availability = excluded.availability,
       attributes = excluded.attributes, active = true, last_import = excluded.last_import`,
    [asJson(offers), importId],
  );
  const touched = new Set<string>([
    ...left.map(({ productId }) => productId),
    ...offers.map(({ productId }) => productId),
  ]);
  await recomputeStock(client, [...touched]);
  await recomputeAttributes(client, [...touched]);
}

async function saveQuarantine(client: PoolClient, importId: JobId, { quarantine }: CatalogBatch): Promise<void> {
  // All entries of a row come in one batch: a batch that is written again replaces what it wrote before.
  await client.query('DELETE FROM quarantine WHERE import_id = $1 AND row = ANY ($2)', [
    importId,
    quarantine.map(({ row }) => row),
  ]);
  await client.query(
    `INSERT INTO quarantine (import_id, row, offer_id, field, value, code, message)
     SELECT $2::uuid, row, "offerId", field, value, code, message
     FROM jsonb_to_recordset($1) AS r(row int, "offerId" text, field text, value text, code text, message text)`,
    [asJson(quarantine), importId],
  );
}
