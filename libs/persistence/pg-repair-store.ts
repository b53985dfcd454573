import type { ImageRecord } from '#catalog';
import type { GenerationId } from '#foundation';
import type { PhotoVector } from '#generations';
import type { AmissTable, BrokenIndex, KnownFile, RepairStore, VectorDifferences, WornTable } from '#repair';
import pg, { type Pool, type PoolClient } from 'pg';
import { cancellable } from './cancellable.js';
import { compareGeneration } from './compare-generation.js';
import { HAS_BAD_NORM } from './completeness.js';
import { brokenIndexes, hasGraphs, mendIndex, rebuildGraphs } from './mend-indexes.js';
import { makePartition, partitionOf, VECTOR_TABLES, type VectorTable } from './partition.js';
import { clearAbandoned } from './pg-generation-build.js';
import { copyFresh, isTableMissing, lockRows } from './refresh-generation.js';
import { shownFiles, takePhoto } from './shown-files.js';
import { inShortLocks } from './short-locks.js';
import { inTransaction, rowOf, rowsOf } from './transaction.js';
import { weftRelations } from './weft-tables.js';

const TABLES = Object.keys(VECTOR_TABLES) as VectorTable[];
const KEPT = `state IN ('ready', 'active', 'retired')`;

/** Fewer rows than this are not worth a look: what they cost is lost in a page. */
const FEW_ROWS = 50;
/** Share of dead rows from which a table is cleaned. */
const WORN_SHARE = 0.1;
/** Share of rows that may change before statistics count as old, as in Postgres's own upkeep. */
const CHANGED_SHARE = 0.1;

/** What a nightly run compares and mends. */
export class PgRepairStore implements RepairStore {
  constructor(private readonly pool: Pool) {}

  clearAbandonedBuilds(): Promise<GenerationId[]> {
    return clearAbandoned(this.pool);
  }

  async unknownTables(): Promise<string[]> {
    // Names are compared in one snapshot: a table is committed together with the row of its generation.
    const rows = await rowsOf<{ name: string }>(
      this.pool,
      `SELECT relname::text AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname ~ $1
         AND NOT EXISTS (
           SELECT FROM generation g WHERE relname = ANY (ARRAY['product_vector_g' || g.id, 'image_vector_g' || g.id])
             AND state <> 'failed')
       ORDER BY 1`,
      [`^(${TABLES.join('|')})_g[0-9]+$`],
    );
    return rows.map(({ name }) => name);
  }

  async dropUnknownTable(table: string): Promise<boolean> {
    const isDropped = await inShortLocks(this.pool, async (client) => {
      await client.query(`DROP TABLE IF EXISTS ${pg.escapeIdentifier(table)}`);
      return true;
    });
    return isDropped ?? false;
  }

  amissTables(): Promise<AmissTable[]> {
    return rowsOf<AmissTable>(
      this.pool,
      `SELECT g.id AS generation, parent || '_g' || g.id AS table, c.oid IS NOT NULL AS "isThere"
       FROM generation g CROSS JOIN unnest($1::text[]) AS parent
       LEFT JOIN pg_class c ON c.relname = parent || '_g' || g.id AND c.relnamespace = current_schema()::regnamespace
       WHERE ${KEPT} AND NOT EXISTS (
         SELECT FROM pg_inherits WHERE inhrelid = c.oid AND inhparent = parent::regclass)
       ORDER BY 1, 2`,
      [TABLES],
    );
  }

  async attachTable({ generation, table, isThere }: AmissTable): Promise<void> {
    const parent = TABLES.find((name) => partitionOf(name, generation) === table);
    if (parent === undefined) throw new TypeError(`${table} is no table of generation ${generation}.`);
    const attach = async (client: PoolClient) => {
      await client.query(`ALTER TABLE ${parent} ATTACH PARTITION ${table} FOR VALUES IN (${generation})`);
    };
    const makeAnew = () =>
      this.whileKept(generation, async (client) => {
        await client.query(`DROP TABLE IF EXISTS ${table}`);
        await makePartition(client, parent, generation);
        await attach(client);
      });
    if (!isThere) return makeAnew();
    await this.whileKept(generation, attach).catch((error: unknown) => {
      if (!isUnfit(error)) throw error;
      return makeAnew();
    });
  }

  shownFiles(after: KnownFile | null, limit: number): Promise<KnownFile[]> {
    return shownFiles(this.pool, after, limit);
  }

  takePhoto(before: KnownFile, photo: ImageRecord, fingerprint: string): Promise<boolean> {
    return takePhoto(this.pool, before, photo, fingerprint);
  }

  async catalogueSize(): Promise<{ products: number; photos: number }> {
    return rowOf(
      this.pool,
      `SELECT (SELECT count(*)::int FROM product WHERE active) AS products,
              (SELECT count(DISTINCT image_id)::int FROM product_image JOIN product USING (product_id)
               WHERE active) AS photos`,
    );
  }

  compare(generation: GenerationId): Promise<VectorDifferences | null> {
    return compareGeneration(this.pool, generation);
  }

  async removeFaulty(generation: GenerationId): Promise<void> {
    await this.whileKept(generation, async (client) => {
      for (const table of TABLES)
        await client.query(`DELETE FROM ${partitionOf(table, generation)} WHERE ${HAS_BAD_NORM}`);
    });
  }

  async replacePhotoVectors(
    generation: GenerationId,
    vectors: Pick<PhotoVector, 'imageId' | 'embedding'>[],
  ): Promise<void> {
    await this.whileKept(generation, async (client) => {
      await copyFresh(client, vectors);
      await client.query(
        `UPDATE ${partitionOf('image_vector', generation)} v SET embedding = f.embedding
         FROM fresh_vector f WHERE f.image_id = v.image_id`,
      );
    });
  }

  brokenIndexes(): Promise<BrokenIndex[]> {
    return brokenIndexes(this.pool);
  }

  mendIndex(index: BrokenIndex, signal: AbortSignal): Promise<void> {
    return cancellable(this.pool, signal, (client) => mendIndex(client, index));
  }

  async tablesWithDeadRows(): Promise<WornTable[]> {
    return rowsOf<WornTable>(
      this.pool,
      `SELECT relname::text AS table, n_dead_tup::int AS dead FROM pg_stat_user_tables
       WHERE relid = ANY ($1) AND n_dead_tup > $2 AND n_dead_tup > $3::float8 * (n_dead_tup + n_live_tup) ORDER BY 1`,
      [await weftRelations(this.pool), FEW_ROWS, WORN_SHARE],
    );
  }

  cleanTable({ table }: WornTable, signal: AbortSignal): Promise<void> {
    return cancellable(this.pool, signal, async (client) => {
      // From a tenth of dead rows on, building graphs anew is faster than taking these out of them one by one.
      if (hasGraphs(table)) await rebuildGraphs(client, table);
      await client.query(`VACUUM (ANALYZE) ${pg.escapeIdentifier(table)}`);
    });
  }

  async tablesWithOldStatistics(): Promise<string[]> {
    const rows = await rowsOf<{ name: string }>(
      this.pool,
      `SELECT s.relname::text AS name FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
       WHERE s.relid = ANY ($1)
         AND ((reltuples < 0 AND n_live_tup > $2) OR n_mod_since_analyze > $2 + $3::float8 * greatest(reltuples, 0)) ORDER BY 1`,
      [await weftRelations(this.pool), FEW_ROWS, CHANGED_SHARE],
    );
    return rows.map(({ name }) => name);
  }

  async analyzeTable(table: string): Promise<void> {
    await this.pool.query(`ANALYZE ${pg.escapeIdentifier(table)}`);
  }

  /** Does nothing to a generation that is dropped meanwhile. */
  private async whileKept(generation: GenerationId, work: (client: PoolClient) => Promise<void>): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await lockRows(client, generation);
      const { rowCount } = await client.query(`SELECT FROM generation WHERE id = $1 AND ${KEPT} FOR KEY SHARE`, [
        generation,
      ]);
      if (rowCount !== 0) await work(client);
      await client.query('SELECT pg_stat_force_next_flush()');
    }).catch((error: unknown) => {
      if (!isTableMissing(error)) throw error;
    });
  }
}

/** The table cannot be a partition: other columns, rows of others, a row twice. */
function isUnfit(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  const { code } = error;
  return code === '42804' || code === '42P16' || code === '23514' || code === '23505' || code === '23502';
}
