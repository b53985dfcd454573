import type { ImageRecord } from '#catalog';
import { sha256 } from '#foundation';
import type { KnownFile } from '#repair';
import type { Pool } from 'pg';
import { saveLooks } from './save-looks.js';
import { inTransaction, rowsOf } from './transaction.js';

/** See `RepairStore.shownFiles`. */
export function shownFiles(pool: Pool, after: KnownFile | null, limit: number): Promise<KnownFile[]> {
  return rowsOf<KnownFile>(
    pool,
    `SELECT source, fingerprint, image_id AS "imageId" FROM image_source s
     WHERE source_hash > $1 AND source LIKE '/%' AND EXISTS (
       SELECT FROM product_image i JOIN product USING (product_id) WHERE i.image_id = s.image_id AND active)
     ORDER BY source_hash LIMIT $2`,
    [after === null ? Buffer.alloc(0) : hashOf(after.source), limit],
  );
}

/** See `RepairStore.takePhoto`. */
export function takePhoto(pool: Pool, before: KnownFile, photo: ImageRecord, fingerprint: string): Promise<boolean> {
  const { imageId: old, source } = before;
  return inTransaction(pool, async (client) => {
    const hash = hashOf(source);
    // Whoever takes the same picture from another file waits, and is then seen.
    await client.query('SELECT FROM image WHERE image_id = $1 FOR UPDATE', [old]);
    if (photo.imageId === old) {
      await client.query('UPDATE image_source SET fingerprint = $2 WHERE source_hash = $1', [hash, fingerprint]);
      return true;
    }
    const [other] = await rowsOf<{ source: string }>(
      client,
      'SELECT source FROM image_source WHERE image_id = $1 AND source_hash <> $2 ORDER BY 1 LIMIT 1',
      [old, hash],
    );
    if (other !== undefined) {
      // Where the old picture can be read still.
      await client.query('UPDATE image SET source = $3 WHERE image_id = $1 AND source = $2', [
        old,
        source,
        other.source,
      ]);
      return false;
    }
    await client.query(
      `INSERT INTO image (image_id, source, width, height) VALUES ($1, $2, $3, $4)
       ON CONFLICT (image_id) DO UPDATE SET source = excluded.source`,
      [photo.imageId, source, photo.width, photo.height],
    );
    await saveLooks(client, [photo]);
    const { rowCount: isStill } = await client.query(
      'UPDATE image_source SET fingerprint = $3, image_id = $4 WHERE source_hash = $1 AND image_id = $2',
      [hash, old, fingerprint, photo.imageId],
    );
    // An import has taken it meanwhile.
    if (isStill === 0) return true;
    await client.query(
      `DELETE FROM product_image p WHERE image_id = $1 AND EXISTS (
         SELECT FROM product_image q WHERE q.product_id = p.product_id AND q.image_id = $2)`,
      [old, photo.imageId],
    );
    await client.query('UPDATE product_image SET image_id = $2 WHERE image_id = $1', [old, photo.imageId]);
    return true;
  });
}

/** What a path is known by: it may be longer than an entry of an index. */
function hashOf(source: string): Buffer {
  return Buffer.from(sha256(source), 'hex');
}
