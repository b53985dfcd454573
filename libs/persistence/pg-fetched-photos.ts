import type { FetchedCopy, FetchLog } from '#catalog';
import { type JobId, sha256 } from '#foundation';
import type { Pool } from 'pg';
import { rowsOf } from './transaction.js';

/** What addresses of photos gave when they were last asked. */
export class PgFetchedPhotos implements FetchLog {
  constructor(private readonly pool: Pool) {}

  async copiesOf(urls: string[]): Promise<Map<string, FetchedCopy>> {
    const rows = await rowsOf<FetchedCopy & { url: string }>(
      this.pool,
      `SELECT url, content_hash AS "contentHash", bytes::float8 AS bytes, etag, last_modified AS "lastModified",
              last_import AS "lastImport"
       FROM fetched_photo WHERE url_hash = ANY ($1::bytea[])`,
      [urls.map(hashOf)],
    );
    return new Map(rows.map(({ url, ...copy }) => [url, copy]));
  }

  async keep(url: string, { contentHash, bytes, etag, lastModified, lastImport }: FetchedCopy): Promise<void> {
    await this.pool.query(
      `INSERT INTO fetched_photo (url_hash, url, content_hash, bytes, etag, last_modified, last_import)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (url_hash) DO UPDATE SET content_hash = excluded.content_hash, bytes = excluded.bytes,
         etag = excluded.etag, last_modified = excluded.last_modified, last_import = excluded.last_import`,
      [hashOf(url), url, contentHash, bytes, etag, lastModified, lastImport],
    );
  }

  async confirm(url: string, importId: JobId): Promise<void> {
    await this.pool.query('UPDATE fetched_photo SET last_import = $2 WHERE url_hash = $1', [hashOf(url), importId]);
  }
}

function hashOf(url: string): Buffer {
  return Buffer.from(sha256(url), 'hex');
}
