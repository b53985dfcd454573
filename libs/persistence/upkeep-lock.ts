import { WeftError } from '#foundation';
import type { ClientBase } from 'pg';
import { rowOf } from './transaction.js';

/** Key of the advisory lock between backup (shared), and gc and restore (alone). Ends with the connection. */
const UPKEEP_LOCK = 1_970_303_077;

/** @throws WeftError `upkeep-busy` */
export async function takeUpkeepLock(client: ClientBase, mode: 'shared' | 'alone'): Promise<void> {
  const suffix = mode === 'shared' ? '_shared' : '';
  const { isMine } = await rowOf<{ isMine: boolean }>(client, `SELECT pg_try_advisory_lock${suffix}($1) AS "isMine"`, [
    UPKEEP_LOCK,
  ]);
  if (isMine) return;
  throw new WeftError('upkeep-busy', 'Another weft backup, restore or gc is running on this database.', {
    remedy: 'Run the command again when it has ended.',
  });
}
