import type { GenerationId, ImageId } from '#foundation';
import type { GenerationChanges, PhotoVector } from '#generations';
import type { Pool, PoolClient } from 'pg';
import { BinaryCopy } from './binary-copy.js';
import { partitionOf } from './partition.js';
import { inTransaction, rowOf, rowsOf } from './transaction.js';
import { encodeVector } from './vector-codec.js';

/** First key of the advisory lock of whoever changes a generation's rows; the second is the generation. */
const REFRESH_LOCK = 1_919_247_214;

/** Whether an active product shows the photo `v`. */
const IS_SHOWN = `EXISTS (
  SELECT FROM product_image i JOIN product USING (product_id) WHERE i.image_id = v.image_id AND active)`;

/** Others who change the generation's rows wait until the end of this transaction. */
export async function lockRows(client: PoolClient, generation: GenerationId): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1, $2)', [REFRESH_LOCK, generation]);
}

/** See `GenerationStore.photosLacking`. */
export async function photosLacking(pool: Pool, generation: GenerationId): Promise<ImageId[] | null> {
  const rows = await rowsOf<{ imageId: ImageId }>(
    pool,
    `SELECT DISTINCT image_id AS "imageId" FROM product_image i JOIN product USING (product_id)
     WHERE active
       AND NOT EXISTS (SELECT FROM ${partitionOf('image_vector', generation)} v WHERE v.image_id = i.image_id)
     ORDER BY 1`,
  ).catch((error: unknown) => {
    if (isTableMissing(error)) return null;
    throw error;
  });
  return rows?.map(({ imageId }) => imageId) ?? null;
}

/**
 * Brings a generation's rows in step with the catalogue in one transaction; see `GenerationStore.refresh`. Rows are written
 * to its own tables, so one that is being built, which searches do not see, is refreshed alike.
 *
 * Only what differs is written: each row of a product costs an entry in the graph, some .7 ms.
 */
export function refreshGeneration(
  pool: Pool,
  generation: GenerationId,
  vectors: Iterable<Pick<PhotoVector, 'imageId' | 'embedding'>>,
): Promise<GenerationChanges | null> {
  return inTransaction(pool, async (client) => {
    await lockRows(client, generation);
    // Held against whoever would drop it. A promotion changes no key and goes on.
    const { rowCount: isKept } = await client.query(
      `SELECT FROM generation WHERE id = $1 AND state <> 'failed' FOR KEY SHARE`,
      [generation],
    );
    if (isKept === 0) return null;
    const photos = await refreshPhotos(client, generation, vectors);
    const { lacking, ...products } = await refreshProducts(client, generation);
    await client.query(
      `UPDATE generation SET products = found.products, images = found.images FROM (
         SELECT (SELECT count(*)::int FROM ${partitionOf('product_vector', generation)}) AS products,
                (SELECT count(*)::int FROM ${partitionOf('image_vector', generation)}) AS images) found
       WHERE id = $1 AND state <> 'building'
         AND (generation.products, generation.images) IS DISTINCT FROM (found.products, found.images)`,
      [generation],
    );
    // Whoever looks after the tables next sees what was deleted here.
    await client.query('SELECT pg_stat_force_next_flush()');
    return { products, photos, productsLacking: lacking };
  });
}

async function refreshPhotos(
  client: PoolClient,
  generation: GenerationId,
  vectors: Iterable<Pick<PhotoVector, 'imageId' | 'embedding'>>,
): Promise<GenerationChanges['photos']> {
  const table = partitionOf('image_vector', generation);
  await copyFresh(client, vectors);
  const added = await client.query(
    `INSERT INTO ${table} (generation_id, image_id, embedding)
     SELECT $1::int, image_id, embedding FROM fresh_vector v WHERE ${IS_SHOWN}
     ON CONFLICT (generation_id, image_id) DO NOTHING`,
    [generation],
  );
  const removed = await client.query(`DELETE FROM ${table} v WHERE NOT ${IS_SHOWN}`);
  return { added: added.rowCount ?? 0, removed: removed.rowCount ?? 0 };
}

/** Puts vectors into the table `fresh_vector` of this transaction. */
export async function copyFresh(
  client: PoolClient,
  vectors: Iterable<Pick<PhotoVector, 'imageId' | 'embedding'>>,
): Promise<void> {
  await client.query(
    'CREATE TEMPORARY TABLE fresh_vector (image_id text NOT NULL, embedding vector NOT NULL) ON COMMIT DROP',
  );
  const copy = new BinaryCopy(client, 'fresh_vector (image_id, embedding)');
  for (const { imageId, embedding } of vectors) {
    copy.add([imageId, encodeVector(embedding)]);
    await copy.room();
  }
  await copy.end();
}

async function refreshProducts(
  client: PoolClient,
  generation: GenerationId,
): Promise<GenerationChanges['products'] & { lacking: number }> {
  const table = partitionOf('product_vector', generation);
  const removed = await client.query(
    `DELETE FROM ${table} v WHERE NOT EXISTS (
       SELECT FROM product JOIN product_image USING (product_id) WHERE product_id = v.product_id AND active)`,
  );
  await client.query(
    `CREATE TEMPORARY TABLE main_vector ON COMMIT DROP AS
       SELECT product_id, v.embedding, held.embedding AS held
       FROM (SELECT DISTINCT ON (product_id) product_id, image_id
             FROM product_image JOIN product USING (product_id) WHERE active ORDER BY product_id, position) main
       LEFT JOIN ${partitionOf('image_vector', generation)} v USING (image_id)
       LEFT JOIN ${table} held USING (product_id)
       WHERE held.embedding IS NULL OR v.embedding IS NULL OR held.embedding <> v.embedding`,
  );
  const changed = await client.query(
    `UPDATE ${table} p SET embedding = m.embedding FROM main_vector m
     WHERE m.product_id = p.product_id AND m.embedding IS NOT NULL AND m.held IS NOT NULL`,
  );
  const added = await client.query(
    `INSERT INTO ${table} (generation_id, product_id, embedding)
     SELECT $1::int, product_id, embedding FROM main_vector WHERE embedding IS NOT NULL AND held IS NULL`,
    [generation],
  );
  const { lacking } = await rowOf<{ lacking: number }>(
    client,
    'SELECT count(*)::int AS lacking FROM main_vector WHERE embedding IS NULL',
  );
  return { added: added.rowCount ?? 0, changed: changed.rowCount ?? 0, removed: removed.rowCount ?? 0, lacking };
}

/** Postgres's `undefined_table`. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
