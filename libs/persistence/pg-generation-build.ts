import { type GenerationId, type JobId, WeftError } from '#foundation';
import type { Completeness, GenerationBuild, PhotoVector } from '#generations';
import type { Pool, PoolClient } from 'pg';
import { BinaryCopy, int32 } from './binary-copy.js';
import { cancellable } from './cancellable.js';
import { completenessOf } from './completeness.js';
import {
  attachPartitions,
  indexPartitions,
  makePartition,
  partitionOf,
  VECTOR_TABLES,
  type VectorTable,
} from './partition.js';
import { inTransaction, rowOf, rowsOf } from './transaction.js';
import { encodeVector } from './vector-codec.js';

const TABLES = Object.keys(VECTOR_TABLES) as VectorTable[];
/** First key of the advisory lock that a builder holds for as long as it lives; the second is the generation. */
const BUILDER_LOCK = 1_464_161_876;

/**
 * Builds a generation in tables of its own. A connection kept for it holds an advisory lock, which Postgres lets go when
 * this process ends in whatever way: a generation that is `building` and not locked has no builder any more.
 */
export class PgGenerationBuild implements GenerationBuild {
  private constructor(
    readonly id: GenerationId,
    private readonly pool: Pool,
    private readonly keeper: PoolClient,
  ) {}

  static async begin(pool: Pool, modelVersion: string, run: JobId | null): Promise<PgGenerationBuild> {
    await clearAbandoned(pool);
    const keeper = await pool.connect();
    try {
      await keeper.query('BEGIN');
      const { id } = await rowOf<{ id: GenerationId }>(
        keeper,
        'INSERT INTO generation (model_version, job_id) VALUES ($1, $2) RETURNING id',
        [modelVersion, run],
      );
      await keeper.query('SELECT pg_advisory_lock($1, $2)', [BUILDER_LOCK, id]);
      for (const table of TABLES) await makePartition(keeper, table, id);
      await keeper.query('COMMIT');
      return new PgGenerationBuild(id, pool, keeper);
    } catch (error) {
      keeper.release(true);
      throw error;
    }
  }

  async copy(batches: AsyncIterable<PhotoVector[]>): Promise<void> {
    const generation = int32(this.id);
    await this.copyInto('image_vector', (images) =>
      this.copyInto('product_vector', async (products) => {
        for await (const vectors of batches) {
          for (const { imageId, embedding, mainOf } of vectors) {
            const bytes = encodeVector(embedding);
            images.add([generation, imageId, bytes]);
            for (const productId of mainOf) products.add([generation, productId, bytes]);
          }
          await Promise.all([images.room(), products.room()]);
        }
      }),
    );
  }

  index(signal = new AbortController().signal): Promise<void> {
    return cancellable(this.pool, signal, (client) => indexPartitions(client, this.id));
  }

  check(): Promise<Completeness> {
    return completenessOf(this.pool, this.id);
  }

  async complete(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await attachPartitions(client, this.id);
      const { rowCount } = await client.query(
        `UPDATE generation SET state = 'ready', ready_at = clock_timestamp(),
           products = (SELECT count(*) FROM ${partitionOf('product_vector', this.id)}),
           images = (SELECT count(*) FROM ${partitionOf('image_vector', this.id)})
         WHERE id = $1 AND state = 'building'`,
        [this.id],
      );
      if (rowCount === 0) throw new WeftError('build-ended', `Generation ${this.id} is no longer being built.`);
    });
    this.letGo();
  }

  async fail(reason: string): Promise<void> {
    try {
      await failBuild(this.pool, this.id, reason);
    } finally {
      this.letGo();
    }
  }

  /** Ends the connection and with it the lock. */
  private letGo(): void {
    this.keeper.release(true);
  }

  private async copyInto(table: VectorTable, fill: (copy: BinaryCopy) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    let copy: BinaryCopy | null = null;
    try {
      const columns = `generation_id, ${VECTOR_TABLES[table]}, embedding`;
      copy = new BinaryCopy(client, `${partitionOf(table, this.id)} (${columns})`);
      await fill(copy);
      await copy.end();
      client.release();
    } catch (error) {
      await copy?.abort();
      client.release(true);
      throw error;
    }
  }
}

/** Marks generations whose builder has died as failed and removes their tables. @returns these generations */
export async function clearAbandoned(pool: Pool): Promise<GenerationId[]> {
  const cleared: GenerationId[] = [];
  const building = await rowsOf<{ id: GenerationId }>(pool, `SELECT id FROM generation WHERE state = 'building'`);
  for (const { id } of building) {
    const client = await pool.connect();
    try {
      const { isFree } = await rowOf<{ isFree: boolean }>(client, 'SELECT pg_try_advisory_lock($1, $2) AS "isFree"', [
        BUILDER_LOCK,
        id,
      ]);
      if (isFree && (await failBuild(pool, id, 'The process that built it ended before it was whole.')))
        cleared.push(id);
    } finally {
      client.release(true);
    }
  }
  return cleared;
}

/** @returns false when it is no longer being built */
async function failBuild(pool: Pool, id: GenerationId, reason: string): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE generation SET state = 'failed', failure = $2 WHERE id = $1 AND state = 'building'`,
      [id, reason],
    );
    if (rowCount === 0) return false;
    for (const table of TABLES) await client.query(`DROP TABLE IF EXISTS ${partitionOf(table, id)}`);
    return true;
  });
}
