import { Random } from '#foundation';
import { UMAP } from 'umap-js';

const NEIGHBOURS = 12;
/** Fewer points have no neighbourhood to keep. */
const LEAST_POINTS = 12;

/**
 * Places on a plane that keep near vectors near, by UMAP (McInnes, Healy, Melville, 2018, arXiv 1802.03426). Far distances mean
 * little. Equal vectors and seed give equal places.
 *
 * @param vectors rows of equal width; of unit length, so that nearness is that of their cosine
 * @returns `[x, y]` in [0, 1] by row; null for fewer than twelve rows, and where all are the same
 */
export function flatten(vectors: readonly Float32Array[], seed: number): [number, number][] | null {
  if (vectors.length < LEAST_POINTS) return null;
  const random = new Random(seed);
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOURS, vectors.length - 1),
    minDist: 0.3,
    random: () => random.next(),
  });
  const places = umap.fit(vectors.map((vector) => [...vector]));
  const axes = [0, 1].map((axis) => places.map((place) => place[axis] ?? NaN));
  if (axes.flat().some((value) => !Number.isFinite(value))) return null;
  const [across, down] = axes.map((values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.map((value) => (high > low ? (value - low) / (high - low) : 0.5));
  }) as [number[], number[]];
  return across.map((x, row) => [x, down[row] as number]);
}

/**
 * Moves each point to the nearest free cell of a square grid, so that no picture hides another. In the order given.
 *
 * @param places in [0, 1]; no more than there are cells
 * @returns column and row of the cell
 */
export function onGrid(places: readonly (readonly [number, number])[], cells: number): [number, number][] {
  const taken = new Set<number>();
  return places.map(([x, y]) => {
    let best: { cell: number; distance: number } | null = null;
    for (let cell = 0; cell < cells * cells; cell += 1) {
      if (taken.has(cell)) continue;
      const distance = ((cell % cells) - x * (cells - 1)) ** 2 + (Math.floor(cell / cells) - y * (cells - 1)) ** 2;
      if (best === null || distance < best.distance) best = { cell, distance };
    }
    if (best === null) throw new RangeError(`${places.length} points have no room on ${cells} x ${cells} cells.`);
    taken.add(best.cell);
    return [best.cell % cells, Math.floor(best.cell / cells)];
  });
}
