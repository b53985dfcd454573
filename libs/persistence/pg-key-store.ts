import type { ApiKey, KeyId, KeyStore, StoredKey } from '#access';
import type { ClientBase, Pool } from 'pg';
import { inTransaction, rowOf, rowsOf } from './transaction.js';

/** Everything but the hash, in the words of `ApiKey`. */
const KEY = `id, kind, name, scopes, origins,
  jsonb_build_object('perMinute', per_minute, 'perMinutePerAddress', per_minute_per_address) AS limits,
  created_at AS "createdAt", created_by AS "createdBy", expires_at AS "expiresAt",
  revoked_at AS "revokedAt", revoked_by AS "revokedBy", last_used_at AS "lastUsedAt", replaces`;
const IS_VALID = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)';

/** Keys of the API in the table `api_key`. */
export class PgKeyStore implements KeyStore {
  constructor(private readonly pool: Pool) {}

  async isAnyKey(): Promise<boolean> {
    // Named, because every request asks where there is none.
    const text = 'SELECT EXISTS (SELECT FROM api_key) AS any';
    const { rows } = await this.pool.query<{ any: boolean }>({ name: 'any-api-key', text });
    return rows[0]!.any;
  }

  async find(id: KeyId): Promise<StoredKey | null> {
    // Named, because every request asks.
    const text = `SELECT ${KEY}, hash FROM api_key WHERE id = $1`;
    const { rows } = await this.pool.query<StoredKey>({ name: 'find-api-key', text, values: [id] });
    return rows[0] ?? null;
  }

  list(): Promise<ApiKey[]> {
    return rowsOf<ApiKey>(this.pool, `SELECT ${KEY} FROM api_key ORDER BY created_at DESC, id`);
  }

  insert(key: StoredKey): Promise<void> {
    return insert(this.pool, key);
  }

  async revoke(id: KeyId, at: Date, by: string): Promise<ApiKey | null> {
    const text = `UPDATE api_key SET revoked_at = coalesce(revoked_at, $2), revoked_by = coalesce(revoked_by, $3)
      WHERE id = $1 RETURNING ${KEY}`;
    const [key] = await rowsOf<ApiKey>(this.pool, text, [id, at, by]);
    return key ?? null;
  }

  replace(successor: StoredKey, until: Date, now: Date): Promise<boolean> {
    return inTransaction(this.pool, async (client) => {
      const shorten = `UPDATE api_key SET expires_at = least(expires_at, $3) WHERE id = $1 AND ${IS_VALID}
        AND NOT EXISTS (SELECT FROM api_key AS other WHERE other.replaces = $1)`;
      // The row is locked from here on: a second rotation waits, and then finds the successor.
      await client.query('SELECT FROM api_key WHERE id = $1 FOR UPDATE', [successor.replaces]);
      const { rowCount } = await client.query(shorten, [successor.replaces, now, until]);
      if (rowCount === 0) return false;
      await insert(client, successor);
      return true;
    });
  }

  async markUsed(id: KeyId, hour: Date): Promise<void> {
    await this.pool.query(
      'UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)',
      [id, hour],
    );
  }

  async isOriginBound(origin: string, now: Date): Promise<boolean> {
    const text = `SELECT EXISTS (SELECT FROM api_key WHERE origins @> ARRAY[$1::text] AND ${IS_VALID}) AS any`;
    return (await rowOf<{ any: boolean }>(this.pool, text, [origin, now])).any;
  }
}

async function insert(client: Pick<ClientBase, 'query'> | Pool, key: StoredKey): Promise<void> {
  const { id, hash, kind, name, scopes, origins, limits, createdAt, createdBy, expiresAt, replaces } = key;
  await client.query(
    `INSERT INTO api_key (id, hash, kind, name, scopes, origins, per_minute, per_minute_per_address,
                          created_at, created_by, expires_at, replaces)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[id, Buffer.from(hash), kind, name, scopes, origins, limits.perMinute, limits.perMinutePerAddress],
      ...[createdAt, createdBy, expiresAt, replaces],
    ],
  );
}
