import type { Pool, PoolClient } from 'pg';

const AGAIN_MS = 250;

/**
 * Does work on a connection of its own whose statement Postgres is told to end when the signal aborts: building an index takes
 * minutes, and a signal alone would be looked at only when it is done.
 *
 * @throws the signal's reason when it aborted
 */
export async function cancellable<T>(
  pool: Pool,
  signal: AbortSignal,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = await pool.connect();
  const { processID } = client as PoolClient & { processID: number };
  let again: NodeJS.Timeout | undefined;
  const say = () => void pool.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => undefined);
  const cancel = () => {
    say();
    // Said between two statements it has no effect.
    again = setInterval(say, AGAIN_MS);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work(client);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
    clearInterval(again);
    // Not given to another one, whose statement a late word would end.
    client.release(signal.aborted);
  }
}
