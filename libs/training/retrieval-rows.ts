import type { Snapshot } from '#datasets';
import { retrievalSet, type RetrievalSet } from '#evaluation';
import type { Random } from '#foundation';
import { takeRows } from './rows.js';

/** Rows of a snapshot's photos of one split. */
export function rowsOfSplit({ photos }: Snapshot, split: Snapshot['photos'][number]['split']): number[] {
  return photos.flatMap((photo, row) => (photo.split === split ? [row] : []));
}

/**
 * At most about `limit` rows, drawn as whole styles: ranking photos against each other takes time by the square, and
 * a few thousand give intervals narrow enough. Keeps the order.
 */
export function sampleStyles(snapshot: Snapshot, rows: readonly number[], limit: number, random: Random): number[] {
  if (rows.length <= limit) return [...rows];
  const styleOf = (row: number) => snapshot.photos[row]?.styleId ?? '';
  const photosOf = new Map<string, number>();
  for (const row of rows) photosOf.set(styleOf(row), (photosOf.get(styleOf(row)) ?? 0) + 1);
  const kept = new Set<string>();
  let count = 0;
  for (const [style, photos] of random.shuffled([...photosOf])) {
    if (count >= limit) break;
    kept.add(style);
    count += photos;
  }
  return rows.filter((row) => kept.has(styleOf(row)));
}

/**
 * What evaluation needs to know of some photos.
 *
 * @param vectors [rows, dim], in the order of `rows`
 */
export function retrievalSetOfRows(snapshot: Snapshot, rows: readonly number[], vectors: Float32Array): RetrievalSet {
  const photos = rows.flatMap((row) => snapshot.photos[row] ?? []);
  return retrievalSet(photos, takeRows(snapshot.lab, 3, rows), vectors);
}
