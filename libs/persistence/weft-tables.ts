import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '#config';
import type { ClientBase, Pool } from 'pg';
import { rowsOf } from './transaction.js';

/**
 * The tables of this version of Weft, as prisma/schema.prisma names them. A database that is shared with something else
 * holds others; those are never read, copied or dropped.
 */
export async function weftTables(): Promise<string[]> {
  const schema = await readFile(join(repositoryRoot(import.meta.url), 'prisma', 'schema.prisma'), 'utf8');
  return [...schema.matchAll(/^ {2}@@map\("(\w+)"\)/gm)].map(([, name = '']) => name);
}

/** A table's columns as COPY names them; computed ones are left out. */
export interface TableColumns {
  name: string;
  columns: string[];
}

/** These tables with their columns, each after the tables that its foreign keys lead to. */
export async function tablesInLoadOrder(client: ClientBase | Pool, names: string[]): Promise<TableColumns[]> {
  const columns = await rowsOf<TableColumns>(
    client,
    `SELECT relname::text AS name, array_agg(attname::text ORDER BY attnum) AS columns
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1)
       AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     GROUP BY relname ORDER BY relname`,
    [names],
  );
  const references = await rowsOf<{ from: string; to: string }>(
    client,
    `SELECT f.relname::text AS "from", t.relname::text AS "to"
     FROM pg_constraint c JOIN pg_class f ON f.oid = conrelid JOIN pg_class t ON t.oid = confrelid
     WHERE contype = 'f' AND f.relnamespace = current_schema()::regnamespace AND conrelid <> confrelid`,
  );
  const ordered: TableColumns[] = [];
  const visit = (table: TableColumns) => {
    if (ordered.includes(table)) return;
    for (const { from, to } of references) {
      const needed = from === table.name ? columns.find(({ name }) => name === to) : undefined;
      if (needed !== undefined) visit(needed);
    }
    ordered.push(table);
  };
  for (const table of columns) visit(table);
  return ordered;
}

/** Oids of the tables of Weft that hold rows: those of partitioned ones are their partitions'. */
export async function weftRelations(client: ClientBase | Pool): Promise<string[]> {
  const rows = await rowsOf<{ oid: string }>(
    client,
    `SELECT DISTINCT part.relid::oid::text AS oid FROM unnest($1::text[]) name
     CROSS JOIN LATERAL (SELECT to_regclass(name) AS relid UNION SELECT relid FROM pg_partition_tree(to_regclass(name))) part
     JOIN pg_class c ON c.oid = part.relid AND c.relkind = 'r'`,
    [await weftTables()],
  );
  return rows.map(({ oid }) => oid);
}
