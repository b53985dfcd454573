import { sha256 as sha256Of } from '#foundation';
import { z } from 'zod';

/** First entry of a backup: what it is of, and how its tables are to be read. */
export const HEADER_NAME = 'weft-backup.json';

/** Last entry of a backup: a file without it was cut short. Nothing else tells whether it is whole, so its name does. */
export function manifestName(content: Uint8Array): string {
  return `manifest-${sha256Of(content)}.json`;
}

export function isManifestName(name: string): boolean {
  return /^manifest-[0-9a-f]{64}\.json$/.test(name);
}

/** Becomes SQL text: a plain lower-case name, nothing else. */
const sqlName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);
const count = z.int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const copiedTableSchema = z.strictObject({
  name: sqlName,
  /** Generation whose vectors these are; null: an ordinary table. */
  generation: count.nullable(),
  /** In the order of the copied fields. */
  columns: z.array(sqlName).min(1),
});

/** One table, or one generation's share of a table of vectors. */
export type CopiedTable = z.infer<typeof copiedTableSchema>;

const completenessSchema = z.strictObject({
  productsWithPhoto: count,
  productVectors: count,
  photos: count,
  imageVectors: count,
  badNorms: count,
  examples: z.array(z.string()),
});

export const backupHeaderSchema = z.strictObject({
  format: z.literal('weft-backup-1'),
  /** Version of Weft that made it. */
  weft: z.string(),
  createdAt: z.iso.datetime(),
  /** WEFT_HOME of then: paths in the rows that lead into it lead into the new one after a restore. */
  home: z.string(),
  features: z.boolean(),
  database: z.strictObject({
    /** Version of the server. */
    postgres: z.string(),
    migrations: z.array(z.strictObject({ name: z.string().regex(/^\w+$/), checksum: sha256 })).min(1),
    /** In an order in which foreign keys find their rows. */
    tables: z.array(copiedTableSchema).min(1),
    sequences: z.array(z.strictObject({ table: sqlName, column: sqlName, value: count })),
    /** null: nothing was served. */
    active: z.strictObject({ generation: count, completeness: completenessSchema }).nullable(),
  }),
});

export type BackupHeader = z.infer<typeof backupHeaderSchema>;

export const backupManifestSchema = z.strictObject({
  format: z.literal('weft-backup-manifest-1'),
  /** Rows a table, in the order of the header's. */
  rows: z.array(z.strictObject({ name: sqlName, generation: count.nullable(), rows: count })),
  /** Every entry before this one, in order. */
  entries: z.array(z.strictObject({ name: z.string(), bytes: count, sha256 })),
  /** What could not be taken along, one sentence each. */
  leftOut: z.array(z.string()),
});

export type BackupManifest = z.infer<typeof backupManifestSchema>;

/** Directory of a table's pieces in the archive. */
export function tableDirectory({ name, generation }: Pick<CopiedTable, 'name' | 'generation'>): string {
  return generation === null ? `database/${name}` : `database/${name}/generation-${generation}`;
}
