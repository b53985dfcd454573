import { randomUUID } from 'node:crypto';
import type { BatchChoice, BatchOutcome, PhotoBatch, PhotoBatchStore } from '#catalog';
import type { ImageId, JobId } from '#foundation';
import type { Pool } from 'pg';
import { inTransaction, rowOf, rowsOf } from './transaction.js';

/** Longest that another process may take for a batch, in milliseconds: a hundred times what it usually takes. */
const HANGS_MS = 120_000;

/** How an outcome lies in its column: bytes in base64. */
interface StoredOutcome {
  read: {
    file: string;
    imageId: ImageId;
    width: number;
    height: number;
    look: { hash: string; grid: string; detail: number };
  }[];
  extracted: number;
}

/** Batches in the table `photo_batch`. Whoever reads one holds its row in an open transaction, which ends with its process. */
export class PgPhotoBatches implements PhotoBatchStore {
  /** Stands for this process. */
  private readonly me = randomUUID();

  constructor(private readonly pool: Pool) {}

  async post(job: JobId, batches: PhotoBatch[]): Promise<string[]> {
    await this.pool.query(
      `DELETE FROM photo_batch WHERE id IN (
         SELECT b.id FROM photo_batch b JOIN job_run j ON j.id = b.job_id
         WHERE j.state <> 'running' OR (b.job_id = $1 AND b.posted_by <> $2)
         FOR UPDATE OF b SKIP LOCKED)`,
      [job, this.me],
    );
    const rows = await rowsOf<{ id: string }>(
      this.pool,
      `INSERT INTO photo_batch (job_id, posted_by, extractor_id, root, files)
       SELECT $1, $2, batch->>'extractorId', batch->>'root', ARRAY(SELECT jsonb_array_elements_text(batch->'files'))
       FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS given (batch, place) ORDER BY place RETURNING id`,
      [job, this.me, JSON.stringify(batches)],
    );
    return rows.map(({ id }) => id);
  }

  take(choice: BatchChoice, read: (batch: PhotoBatch) => Promise<BatchOutcome | null>): Promise<boolean> {
    const [which, values] =
      'own' in choice
        ? ['posted_by = $1 AND job_id = $2', [this.me, choice.own]]
        : ['posted_by <> $1 AND extractor_id <> ALL ($2)', [this.me, choice.without]];
    return inTransaction(this.pool, async (client) => {
      // Whoever hangs loses the batch, so that the job does not wait for ever; who works on its own job is stopped with it.
      if ('without' in choice) await client.query(`SET LOCAL idle_in_transaction_session_timeout = '${HANGS_MS}'`);
      const [batch] = await rowsOf<PhotoBatch & { id: string }>(
        client,
        `SELECT id, extractor_id AS "extractorId", root, files FROM photo_batch
         WHERE outcome IS NULL AND ${which} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
        values,
      );
      if (batch === undefined) return false;
      const { id, ...asked } = batch;
      const outcome = await read(asked);
      if (outcome === null) return false;
      const stored = JSON.stringify(storedOf(outcome));
      await client.query('UPDATE photo_batch SET outcome = $2 WHERE id = $1', [id, stored]);
      return true;
    });
  }

  async left(ids: string[]): Promise<number> {
    const { left } = await rowOf<{ left: number }>(
      this.pool,
      'SELECT count(*)::int AS left FROM photo_batch WHERE outcome IS NULL AND id = ANY ($1)',
      [ids],
    );
    return left;
  }

  async remove(ids: string[]): Promise<BatchOutcome[]> {
    const rows = await rowsOf<{ outcome: StoredOutcome | null }>(
      this.pool,
      `DELETE FROM photo_batch WHERE id IN (SELECT id FROM photo_batch WHERE id = ANY ($1) FOR UPDATE SKIP LOCKED)
       RETURNING outcome`,
      [ids],
    );
    return rows.flatMap(({ outcome }) => (outcome === null ? [] : outcomeOf(outcome)));
  }
}

function storedOf({ read, extracted }: BatchOutcome): StoredOutcome {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    read: read.map(({ file, photo: { imageId, width, height, look } }) => {
      return { file, imageId, width, height, look: { ...look, hash: base64(look.hash), grid: base64(look.grid) } };
    }),
    extracted,
  };
}

function outcomeOf({ read, extracted }: StoredOutcome): BatchOutcome {
  const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
  return {
    read: read.map(({ file, look, ...photo }) => {
      return { file, photo: { ...photo, look: { ...look, hash: bytes(look.hash), grid: bytes(look.grid) } } };
    }),
    extracted,
  };
}
