import type { Queue } from 'bull';

/**
 * What a restart or a full memory makes Redis forget, as a sentence; null: nothing. Jobs are not lost with it, their rows are
 * looked for every two seconds; what is counted for callers is.
 */
export async function forgetfulness(client: Queue['client']): Promise<string | null> {
  await client.ping();
  // A server may forbid INFO; then nothing is known of it.
  const told = await client.info().catch(() => '');
  if (/^maxmemory:[1-9]/m.test(told) && !told.includes('maxmemory_policy:noeviction'))
    return 'Redis drops keys when its memory is full: wake-ups of jobs are lost. Mend: redis-cli CONFIG SET maxmemory-policy noeviction';
  if (told.includes('aof_enabled:0'))
    return 'Redis keeps no append-only file: a restart forgets which jobs wait. Mend: redis-cli CONFIG SET appendonly yes';
  return null;
}
