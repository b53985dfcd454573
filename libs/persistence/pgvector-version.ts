import { WeftError } from '#foundation';
import type { ClientBase, Pool } from 'pg';
import { rowsOf } from './transaction.js';

/** Below it, concurrent inserts and vacuum can corrupt an HNSW index (pgvector's change log, 0.8.4). */
const OLDEST = [0, 8, 4] as const;
const OLDEST_TEXT = OLDEST.join('.');

/** @throws WeftError `pgvector-missing` or `pgvector-too-old` unless this server can make the extension at 0.8.4 or later. */
export async function assertPgvectorAvailable(client: ClientBase): Promise<void> {
  const [row] = await rowsOf<{ version: string }>(
    client,
    `SELECT coalesce(installed_version, default_version) AS version FROM pg_available_extensions WHERE name = 'vector'`,
  );
  assertNewEnough(row?.version ?? null);
}

/** @throws WeftError `pgvector-missing` or `pgvector-too-old` unless this database has the extension at 0.8.4 or later. */
export async function assertPgvectorInstalled(client: ClientBase | Pool): Promise<void> {
  const [row] = await rowsOf<{ version: string }>(
    client,
    `SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'`,
  );
  assertNewEnough(row?.version ?? null);
}

/** @param version of pgvector; null: there is none */
export function assertNewEnough(version: string | null): void {
  if (version === null) {
    throw new WeftError('pgvector-missing', 'This Postgres has no pgvector.', {
      remedy: `Install pgvector ${OLDEST_TEXT} or later on the server, or unset DATABASE_URL to use the embedded one.`,
    });
  }
  const parts = version.split('.').map(Number);
  const first = OLDEST.findIndex((wanted, i) => (parts[i] ?? 0) !== wanted);
  if (first === -1 || (parts[first] ?? 0) > (OLDEST[first] as number)) return;
  throw new WeftError(
    'pgvector-too-old',
    `This Postgres has pgvector ${version}; Weft needs ${OLDEST_TEXT} or later.`,
    {
      value: version,
      remedy: 'Install a newer pgvector on the server, then run in the database: ALTER EXTENSION vector UPDATE;',
    },
  );
}
