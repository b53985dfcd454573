import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Feed, type FeedOptions, type RawRow } from '#feeds';

/** All rows of a feed with this content. */
export async function rawRows(content: string | Uint8Array, options: Partial<FeedOptions> = {}): Promise<RawRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'weft-rows-'));
  try {
    const path = join(directory, 'feed');
    await writeFile(path, content);
    const feed = await Feed.open(path, options);
    try {
      const rows: RawRow[] = [];
      for await (const row of feed.rows()) rows.push(row);
      return rows;
    } finally {
      await feed.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of each row its cells, its code, or that it adds to others. */
export const briefly = (rows: RawRow[]) =>
  rows.map((row) => {
    if ('cells' in row) return Object.fromEntries(row.cells);
    return 'malformed' in row ? row.malformed.code : 'addition';
  });
