import type { Snapshot } from '#datasets';
import { retrievalSet, type RetrievalSet } from '#evaluation';
import { takeRows } from './rows.js';

/**
 * What evaluation needs to know of some photos.
 *
 * @param vectors [rows, dim], in the order of `rows`
 */
export function retrievalSetOfRows(snapshot: Snapshot, rows: readonly number[], vectors: Float32Array): RetrievalSet {
  const photos = rows.flatMap((row) => snapshot.photos[row] ?? []);
  return retrievalSet(photos, takeRows(snapshot.lab, 3, rows), vectors);
}
