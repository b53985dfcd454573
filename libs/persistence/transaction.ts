import type { ClientBase, Pool, PoolClient } from 'pg';

/** Runs `work` on one connection inside a transaction: committed when it resolves, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The first error is the one to tell; a connection that cannot roll back is not used again.
    await client.query('ROLLBACK').catch(() => (isBroken = true));
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** The rows of a query. */
export async function rowsOf<Row extends object>(
  client: Pick<ClientBase, 'query'> | Pool,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(text, values)).rows;
}

/** The only row of a query that gives exactly one. */
export async function rowOf<Row extends object>(
  client: Pick<ClientBase, 'query'> | Pool,
  text: string,
  values: unknown[] = [],
): Promise<Row> {
  const [row] = await rowsOf<Row>(client, text, values);
  if (row === undefined) throw new Error(`The query gave no row: ${text}`);
  return row;
}
