import type { GenerationId, ImageId, ModelVersion } from '#foundation';
import type { OldRows, RetentionStore } from '#retention';
import type { Pool } from 'pg';
import { partitionOf } from './partition.js';
import { clearAbandoned } from './pg-generation-build.js';
import { dropEventsBefore } from './pg-shopper-store.js';
import { inTransaction, rowOf, rowsOf } from './transaction.js';
import { takeUpkeepLock } from './upkeep-lock.js';
import { weftTables } from './weft-tables.js';

/** Kept whatever their age: the newest run of a kind, and the newest that succeeded, which later imports look at. */
const OLD_JOBS = `
  SELECT id FROM job_run WHERE finished_at < $1
    AND id NOT IN (SELECT DISTINCT ON (kind) id FROM job_run ORDER BY kind, number DESC)
    AND id NOT IN (
      SELECT DISTINCT ON (kind) id FROM job_run WHERE state = 'succeeded' ORDER BY kind, number DESC)`;

/** The offers of such a product have moved to others, when its colour was corrected, say. */
const EMPTY_PRODUCTS = `
  SELECT product_id FROM product p
  WHERE NOT active AND NOT EXISTS (SELECT FROM offer o WHERE o.product_id = p.product_id)`;

const UNUSED_IMAGES = `
  SELECT image_id FROM image i WHERE NOT EXISTS (
    SELECT FROM product_image u WHERE u.image_id = i.image_id AND u.product_id NOT IN (${EMPTY_PRODUCTS}))`;

const LOST_ENTRIES = `
  SELECT id FROM quarantine q WHERE NOT EXISTS (SELECT FROM job_run r WHERE r.id = q.import_id)`;

/** What need not be kept of the database. */
export class PgRetentionStore implements RetentionStore {
  constructor(private readonly pool: Pool) {}

  async holdUpkeep(): Promise<() => Promise<void>> {
    const client = await this.pool.connect();
    try {
      await takeUpkeepLock(client, 'alone');
    } catch (error) {
      client.release(true);
      throw error;
    }
    // The end of the connection lets go of the lock.
    return async () => client.release(true);
  }

  async clearAbandonedBuilds(): Promise<void> {
    await clearAbandoned(this.pool);
  }

  async bytesOfGeneration(generation: GenerationId): Promise<number> {
    const { bytes } = await rowOf<{ bytes: string }>(
      this.pool,
      `SELECT coalesce(sum(pg_total_relation_size(to_regclass(name))), 0)::text AS bytes FROM unnest($1::text[]) name`,
      [[partitionOf('product_vector', generation), partitionOf('image_vector', generation)]],
    );
    return Number(bytes);
  }

  async dropModel(version: ModelVersion): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'DELETE FROM model WHERE version = $1 AND NOT EXISTS (SELECT FROM generation WHERE model_version = version)',
      [version],
    );
    return rowCount !== 0;
  }

  oldJobs(before: Date): Promise<OldRows> {
    return this.sizeOf(
      `SELECT pg_column_size(r.*) AS bytes FROM job_run r WHERE id IN (${OLD_JOBS})
       UNION ALL SELECT pg_column_size(q.*) FROM quarantine q WHERE import_id IN (${OLD_JOBS})`,
      [before],
    );
  }

  async dropOldJobs(before: Date): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`DELETE FROM quarantine WHERE import_id IN (${OLD_JOBS})`, [before]);
      await client.query(`DELETE FROM job_run WHERE id IN (${OLD_JOBS})`, [before]);
    });
  }

  oldEvents(before: Date): Promise<OldRows> {
    return this.sizeOf('SELECT pg_column_size(e.*) AS bytes FROM shopper_event e WHERE at < $1', [before]);
  }

  async dropOldEvents(before: Date): Promise<void> {
    await dropEventsBefore(this.pool, before);
  }

  orphans(): Promise<OldRows> {
    return this.sizeOf(
      `SELECT pg_column_size(p.*) AS bytes FROM product p WHERE product_id IN (${EMPTY_PRODUCTS})
       UNION ALL SELECT pg_column_size(i.*) FROM image i WHERE image_id IN (${UNUSED_IMAGES})
       UNION ALL SELECT pg_column_size(q.*) FROM quarantine q WHERE id IN (${LOST_ENTRIES})`,
    );
  }

  async dropOrphans(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`DELETE FROM product WHERE product_id IN (${EMPTY_PRODUCTS})`);
      // Without its entry here a later import reads the file again.
      await client.query(`DELETE FROM image_source WHERE image_id IN (${UNUSED_IMAGES})`);
      await client.query(`DELETE FROM image WHERE image_id IN (${UNUSED_IMAGES})`);
      await client.query(`DELETE FROM quarantine WHERE id IN (${LOST_ENTRIES})`);
    });
  }

  async imagesInUse(): Promise<Set<ImageId>> {
    const rows = await rowsOf<{ imageId: ImageId }>(
      this.pool,
      `SELECT DISTINCT image_id AS "imageId" FROM product_image WHERE product_id NOT IN (${EMPTY_PRODUCTS})`,
    );
    return new Set(rows.map(({ imageId }) => imageId));
  }

  /** What each table takes on disk with all its generations, in bytes, largest first. */
  async tableSizes(): Promise<{ table: string; rows: number; indexes: number }[]> {
    const names = await weftTables();
    const sizes = await rowsOf<{ table: string; rows: string; indexes: string }>(
      this.pool,
      `SELECT name AS table, sum(pg_table_size(relid))::text AS rows, sum(pg_indexes_size(relid))::text AS indexes
       FROM unnest($1::text[]) name CROSS JOIN LATERAL (
         SELECT name::regclass AS relid UNION SELECT relid FROM pg_partition_tree(name::regclass)) parts
       GROUP BY name ORDER BY sum(pg_total_relation_size(relid)) DESC, name`,
      [names],
    );
    return sizes.map(({ table, rows, indexes }) => ({ table, rows: Number(rows), indexes: Number(indexes) }));
  }

  private async sizeOf(rows: string, values: unknown[] = []): Promise<OldRows> {
    const found = await rowOf<{ rows: number; bytes: string }>(
      this.pool,
      `SELECT count(*)::int AS rows, coalesce(sum(bytes), 0)::text AS bytes FROM (${rows}) old`,
      values,
    );
    return { rows: found.rows, bytes: Number(found.bytes) };
  }
}
