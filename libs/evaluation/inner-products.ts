/** Queries whose inner products are held at once. */
const QUERY_BLOCK = 64;
/** Gallery rows that stay in the processor's cache while all queries of a block pass over them. */
const GALLERY_BLOCK = 128;

/**
 * Inner products of every query with every gallery row, a block of queries at a time.
 *
 * Rows are taken 4 x 4, so that each value read from memory is used four times; every product is still summed in the
 * order of the dimensions, in double precision, so that a pair's value depends on nothing but the pair.
 *
 * @param queries `[q, dim]`
 * @param gallery `[g, dim]`
 * @param visit called once per query, in order, with `[g]` inner products; the array is reused between calls
 */
export function forEachInnerProducts(
  queries: Float32Array,
  gallery: Float32Array,
  dim: number,
  visit: (query: number, products: Float32Array) => void,
): void {
  const queryCount = queries.length / dim;
  const galleryCount = gallery.length / dim;
  const block = new Float32Array(Math.min(QUERY_BLOCK, queryCount) * galleryCount); // [block, g]
  for (let first = 0; first < queryCount; first += QUERY_BLOCK) {
    const last = Math.min(first + QUERY_BLOCK, queryCount);
    for (let tile = 0; tile < galleryCount; tile += GALLERY_BLOCK) {
      fillTile(queries, gallery, dim, first, last, tile, Math.min(tile + GALLERY_BLOCK, galleryCount), block);
    }
    for (let query = first; query < last; query += 1) {
      visit(query, block.subarray((query - first) * galleryCount, (query - first + 1) * galleryCount));
    }
  }
}

function fillTile(
  queries: Float32Array,
  gallery: Float32Array,
  dim: number,
  first: number,
  last: number,
  tileStart: number,
  tileEnd: number,
  block: Float32Array,
): void {
  const width = gallery.length / dim;
  let q = first;
  for (; q + 4 <= last; q += 4) {
    let g = tileStart;
    for (; g + 4 <= tileEnd; g += 4) multiplyFourByFour(queries, gallery, dim, q, g, block, (q - first) * width, width);
    for (; g < tileEnd; g += 1) {
      for (let i = 0; i < 4; i += 1) block[(q + i - first) * width + g] = innerProduct(queries, gallery, dim, q + i, g);
    }
  }
  for (; q < last; q += 1) {
    for (let g = tileStart; g < tileEnd; g += 1) {
      block[(q - first) * width + g] = innerProduct(queries, gallery, dim, q, g);
    }
  }
}

function innerProduct(queries: Float32Array, gallery: Float32Array, dim: number, q: number, g: number): number {
  let sum = 0;
  for (let d = 0; d < dim; d += 1) sum += (queries[q * dim + d] as number) * (gallery[g * dim + d] as number);
  return sum;
}

function multiplyFourByFour(
  queries: Float32Array,
  gallery: Float32Array,
  dim: number,
  q: number,
  g: number,
  out: Float32Array,
  row: number,
  width: number,
): void {
  let [s00, s01, s02, s03, s10, s11, s12, s13] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [s20, s21, s22, s23, s30, s31, s32, s33] = [0, 0, 0, 0, 0, 0, 0, 0];
  const q0 = q * dim;
  const g0 = g * dim;
  for (let d = 0; d < dim; d += 1) {
    const a0 = queries[q0 + d] as number;
    const a1 = queries[q0 + dim + d] as number;
    const a2 = queries[q0 + 2 * dim + d] as number;
    const a3 = queries[q0 + 3 * dim + d] as number;
    const b0 = gallery[g0 + d] as number;
    const b1 = gallery[g0 + dim + d] as number;
    const b2 = gallery[g0 + 2 * dim + d] as number;
    const b3 = gallery[g0 + 3 * dim + d] as number;
    s00 += a0 * b0;
    s01 += a0 * b1;
    s02 += a0 * b2;
    s03 += a0 * b3;
    s10 += a1 * b0;
    s11 += a1 * b1;
    s12 += a1 * b2;
    s13 += a1 * b3;
    s20 += a2 * b0;
    s21 += a2 * b1;
    s22 += a2 * b2;
    s23 += a2 * b3;
    s30 += a3 * b0;
    s31 += a3 * b1;
    s32 += a3 * b2;
    s33 += a3 * b3;
  }
  const sums = [s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33];
  for (let i = 0; i < 16; i += 1) out[row + (i >> 2) * width + g + (i & 3)] = sums[i] as number;
}
