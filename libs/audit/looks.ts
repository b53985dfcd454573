import { HASH_WORDS } from './hamming.js';
import type { AuditedPhoto, Look } from './audited-catalogue.js';

/** Cells of a look's colour grid. */
const CELLS = 196;

/**
 * Largest distance of two cells' mean colours, in RGB of [0, 255], up to which two pictures have the same colours. Measured on
 * studio photos: recompressed copies stay below 6, halved ones below 15; the least recolour, a trim of a few pixels, is 15
 * away, the least of a whole garment 22. Inside a style recolours are the rule, so only clear copies count.
 */
export const SAME_COLOUR = { insideStyle: 13, acrossStyles: 20 } as const;

/** Hashes of photos in rows of eight words; photos without a look have a row of zeros. */
export function hashesOf(photos: readonly Pick<AuditedPhoto, 'look'>[]): Uint32Array {
  const words = new Uint32Array(photos.length * HASH_WORDS);
  photos.forEach(({ look }, row) => {
    look?.hash.forEach((byte, at) => {
      const word = row * HASH_WORDS + (at >> 2);
      words[word] = ((words[word] as number) | (byte << (8 * (at & 3)))) >>> 0;
    });
  });
  return words;
}

/**
 * The largest distance between cells of two colour grids, in RGB.
 *
 * @param enough the search ends with the first distance above it
 */
export function largestDifference(a: Pick<Look, 'grid'>, b: Pick<Look, 'grid'>, enough = Infinity): number {
  let largest = 0;
  for (let step = 0; step < CELLS; step += 1) {
    // From the middle outwards and back: garments are in the middle, and most pairs end here.
    const cell = (step + CELLS / 2) % CELLS;
    let squares = 0;
    for (let channel = cell * 3; channel < cell * 3 + 3; channel += 1) {
      squares += ((a.grid[channel] as number) - (b.grid[channel] as number)) ** 2;
    }
    if (squares > largest * largest) largest = Math.sqrt(squares);
    if (largest > enough) break;
  }
  return largest;
}
