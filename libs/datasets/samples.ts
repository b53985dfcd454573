import { Random, stableFraction } from '#foundation';
import type { Snapshot } from './snapshot.js';
import type { Split } from './split.js';

/** Ranking takes time by the square of the photos. */
const HOLDOUT_PHOTOS = 3_000;

/** Rows of a snapshot's photos of one split. */
export function rowsOfSplit({ photos }: Pick<Snapshot, 'photos'>, split: Split): number[] {
  return photos.flatMap((photo, row) => (photo.split === split ? [row] : []));
}

/**
 * At most about `limit` rows, drawn as whole styles: ranking photos against each other takes time by the square, and
 * a few thousand give intervals narrow enough. Keeps the order.
 */
export function sampleStyles(
  { photos }: Pick<Snapshot, 'photos'>,
  rows: readonly number[],
  limit: number,
  random: Random,
): number[] {
  if (rows.length <= limit) return [...rows];
  const styleOf = (row: number) => photos[row]?.styleId ?? '';
  const photosOf = new Map<string, number>();
  for (const row of rows) photosOf.set(styleOf(row), (photosOf.get(styleOf(row)) ?? 0) + 1);
  const kept = new Set<string>();
  let count = 0;
  for (const [style, ofStyle] of random.shuffled([...photosOf])) {
    if (count >= limit) break;
    kept.add(style);
    count += ofStyle;
  }
  return rows.filter((row) => kept.has(styleOf(row)));
}

/**
 * Rows of the hold-out that models are measured on, some 3,000 at most. Drawn by the salt, not by a seed: two models must
 * meet on the same photos.
 */
export function holdoutSample(snapshot: Pick<Snapshot, 'photos' | 'salt'>): number[] {
  const random = new Random(Math.floor(stableFraction('holdout sample', snapshot.salt) * 2 ** 32));
  return sampleStyles(snapshot, rowsOfSplit(snapshot, 'holdout'), HOLDOUT_PHOTOS, random);
}
