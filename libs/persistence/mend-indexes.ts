import { messageOf, WeftError } from '#foundation';
import type { BrokenIndex } from '#repair';
import pg, { type ClientBase, type Pool } from 'pg';
import { type Graph, GRAPHS, partitionOf } from './partition.js';
import { rowOf, rowsOf } from './transaction.js';
import { weftRelations } from './weft-tables.js';

/** What an index is, without its name. */
const DEFINITION = (index: string) => `regexp_replace(pg_get_indexdef(${index}), ' INDEX .* ON ', ' INDEX ON ')`;

/** How Postgres prints what each graph is over. */
const PRINTED: Record<Graph, string> = {
  whole: '%USING hnsw (embedding %',
  shape: '%USING hnsw (((subvector(embedding, 1, %',
  colour: '%USING hnsw (((subvector(embedding, 65, %',
};

/** See `RepairStore.brokenIndexes`. */
export async function brokenIndexes(pool: Pool): Promise<BrokenIndex[]> {
  const invalid = await rowsOf<{ table: string; name: string }>(
    pool,
    `SELECT c.relname::text AS table, i.relname::text AS name
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
     WHERE NOT x.indisvalid AND i.relkind = 'i' AND c.oid = ANY ($1)
       AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.oid)
     ORDER BY 1, 2`,
    [await weftRelations(pool)],
  );
  const missing = await rowsOf<{ table: string; graph: Graph }>(
    pool,
    `SELECT c.relname::text AS table, graph FROM generation g
     JOIN pg_inherits h ON h.inhparent = 'product_vector'::regclass
     JOIN pg_class c ON c.oid = h.inhrelid AND c.relname = 'product_vector_g' || g.id
     CROSS JOIN unnest($1::text[], $2::text[]) AS graphs (graph, printed)
     WHERE NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND pg_get_indexdef(x.indexrelid) LIKE printed)
     ORDER BY 1, 2`,
    [Object.keys(PRINTED), Object.values(PRINTED)],
  );
  return [
    ...invalid.map((index) => ({ ...index, graph: null })),
    ...missing.map(({ table, graph }) => ({ table, name: `graph of ${graph}`, graph })),
  ];
}

/** See `RepairStore.mendIndex`. @throws WeftError `index-broken` */
export async function mendIndex(client: ClientBase, { table, name, graph }: BrokenIndex): Promise<void> {
  if (graph !== null) {
    const vector = GRAPHS[graph as Graph];
    await client.query(
      `CREATE INDEX CONCURRENTLY ON ${pg.escapeIdentifier(table)} USING hnsw ((${vector}) vector_ip_ops)`,
    );
    return;
  }
  const { isCopy } = await rowOf<{ isCopy: boolean }>(
    client,
    `SELECT EXISTS (
       SELECT FROM pg_index x JOIN pg_index valid USING (indrelid) JOIN pg_class i ON i.oid = x.indexrelid
       WHERE i.relname = $1 AND i.relnamespace = current_schema()::regnamespace AND valid.indisvalid
         AND ${DEFINITION('x.indexrelid')} = ${DEFINITION('valid.indexrelid')}) AS "isCopy"`,
    [name],
  );
  if (isCopy) {
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(name)}`);
    return;
  }
  try {
    await client.query(`REINDEX INDEX CONCURRENTLY ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // What it leaves behind is invalid, too.
    await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${pg.escapeIdentifier(`${name}_ccnew`)}`);
    throw new WeftError('index-broken', `The index ${name} cannot be built: ${messageOf(error)}`, { value: name });
  }
}

/** Builds every graph of a generation's products anew, beside the one that is asked meanwhile. */
export async function rebuildGraphs(client: ClientBase, table: string): Promise<void> {
  const graphs = await rowsOf<{ name: string }>(
    client,
    `SELECT i.relname::text AS name FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am a ON a.oid = i.relam
     WHERE x.indrelid = $1::regclass AND amname = 'hnsw' ORDER BY 1`,
    [pg.escapeIdentifier(table)],
  );
  for (const { name } of graphs) await client.query(`REINDEX INDEX CONCURRENTLY ${pg.escapeIdentifier(name)}`);
}

/** Whether a table has graphs: those of products have. */
export function hasGraphs(table: string): boolean {
  return table.startsWith(partitionOf('product_vector', 0).slice(0, -1));
}
