import type { Random } from '#foundation';

/** Directions beyond those asked for: they make the last of those asked for exact sooner. */
const SPARE = 8;
/** Two suffice where the spectrum falls as slowly as that of photos (Halko, Martinsson and Tropp 2011, section 4.5). */
const POWER_ITERATIONS = 2;

/** Where vectors are looked at from: a centre and the directions in which they differ most. */
export interface PrincipalSpace {
  centre: Float32Array; // [width]
  /** Orthonormal. */
  axes: Float32Array; // [dims, width]
  dims: number;
}

/**
 * The principal directions of some vectors by randomised subspace iteration (Halko, Martinsson and Tropp, SIAM Review 53,
 * 2011, algorithm 4.4).
 *
 * @param vectors `[n, width]`, at least one
 * @param most directions; fewer come back where there are fewer vectors
 */
export function principalSpace(vectors: Float32Array, width: number, most: number, random: Random): PrincipalSpace {
  const count = vectors.length / width;
  const centre = meanRow(vectors, width);
  const centred = vectors.map((value, at) => value - (centre[at % width] as number));
  const dims = Math.min(most, width, count);
  let axes: Float32Array = Float32Array.from({ length: Math.min(dims + SPARE, width, count) * width }, () =>
    random.between(-1, 1),
  );
  for (let iteration = 0; iteration <= POWER_ITERATIONS; iteration += 1) {
    axes = orthonormal(applyTransposed(centred, apply(centred, axes, width), width), width);
  }
  return { centre, axes: axes.slice(0, dims * width), dims: axes.slice(0, dims * width).length / width };
}

/** Vectors in the space, `[n, dims]`, each of unit length; one at the centre stays zero. */
export function placeIn({ centre, axes, dims }: PrincipalSpace, vectors: Float32Array): Float32Array {
  const width = centre.length;
  const centred = vectors.map((value, at) => value - (centre[at % width] as number));
  const placed = apply(centred, axes, width);
  for (let row = 0; row < placed.length; row += dims) toUnitLength(placed.subarray(row, row + dims));
  return placed;
}

/** In place. A vector shorter than 1e-9 has no direction and becomes zero. */
export function toUnitLength(vector: Float32Array): void {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares);
  for (let i = 0; i < vector.length; i += 1) vector[i] = norm < 1e-9 ? 0 : (vector[i] as number) / norm;
}

function meanRow(vectors: Float32Array, width: number): Float32Array {
  const sums = new Float64Array(width);
  vectors.forEach((value, at) => (sums[at % width] = (sums[at % width] as number) + value));
  return Float32Array.from(sums, (sum) => sum / (vectors.length / width));
}

/** V A^T: `[n, width]` and `[k, width]` to `[n, k]`. */
function apply(vectors: Float32Array, axes: Float32Array, width: number): Float32Array {
  const [count, dims] = [vectors.length / width, axes.length / width];
  const out = new Float32Array(count * dims);
  for (let row = 0; row < count; row += 1) {
    for (let axis = 0; axis < dims; axis += 1) {
      let sum = 0;
      const [v, a] = [row * width, axis * width];
      for (let i = 0; i < width; i += 1) sum += (vectors[v + i] as number) * (axes[a + i] as number);
      out[row * dims + axis] = sum;
    }
  }
  return out;
}

/** P^T V: `[n, k]` and `[n, width]` to `[k, width]`. */
function applyTransposed(vectors: Float32Array, places: Float32Array, width: number): Float32Array {
  const count = vectors.length / width;
  const dims = places.length / count;
  const sums = new Float64Array(dims * width);
  for (let row = 0; row < count; row += 1) {
    for (let axis = 0; axis < dims; axis += 1) {
      const weight = places[row * dims + axis] as number;
      const [s, v] = [axis * width, row * width];
      for (let i = 0; i < width; i += 1) sums[s + i] = (sums[s + i] as number) + weight * (vectors[v + i] as number);
    }
  }
  return Float32Array.from(sums);
}

/** Rows made orthonormal by Gram and Schmidt, twice for the sake of rounding; rows without a direction of their own go. */
function orthonormal(rows: Float32Array, width: number): Float32Array {
  const kept: Float64Array[] = [];
  for (let row = 0; row < rows.length; row += width) {
    const vector = Float64Array.from(rows.subarray(row, row + width));
    const length = norm(vector);
    for (let pass = 0; pass < 2; pass += 1) {
      for (const axis of kept) {
        let overlap = 0;
        for (let i = 0; i < width; i += 1) overlap += (axis[i] as number) * (vector[i] as number);
        for (let i = 0; i < width; i += 1) vector[i] = (vector[i] as number) - overlap * (axis[i] as number);
      }
    }
    const rest = norm(vector);
    if (rest > 1e-6 * length && rest > 0) kept.push(vector.map((value) => value / rest));
  }
  const out = new Float32Array(kept.length * width);
  kept.forEach((axis, at) => out.set(axis, at * width));
  return out;
}

function norm(vector: Float64Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.sqrt(squares);
}
