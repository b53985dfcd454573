/** Cells of the colour grid in each direction, each 16 of 224 pixels wide. */
const GRID_SIDE = 14;

/** Bytes of each part of a look. */
export const LOOK_BYTES = { hash: 32, grid: GRID_SIDE * GRID_SIDE * 3 } as const;

/** Side of the small grey picture that is hashed. */
const SIDE = 64;
/** Frequencies kept in each direction. */
const FREQUENCIES = 16;
/** PDQ's scale: sums of gradients of usual photos lie far above it. */
const GRADIENT_SCALE = 90;

/** Rows of the discrete cosine transform without the constant one. */
const COSINES = Float64Array.from(
  { length: FREQUENCIES * SIDE }, // [16, 64]
  (_, at) => {
    const frequency = Math.floor(at / SIDE) + 1;
    return Math.sqrt(2 / SIDE) * Math.cos((Math.PI / (2 * SIDE)) * frequency * (2 * (at % SIDE) + 1));
  },
);

/** What a picture looks like, coarsely: enough to know it again, in 621 bytes. */
export interface PictureLook {
  /** 256 bits of its shapes. Recolours of one exposure often share them; see {@link PictureLook.grid}. */
  hash: Uint8Array; // [32]
  /** Mean RGB of 14 x 14 cells, rows from the top. Scaling and recompression hardly move it, another colour does. */
  grid: Uint8Array; // [14, 14, 3]
  /** How much there is to see, an integer in [0, 100]; 0 is one colour. The hash of a picture with little detail means little. */
  detail: number;
}

/**
 * What a picture looks like. The hash and the detail are PDQ's hash and quality (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019):
 * grey values at 64 x 64, their 16 x 16 lowest frequencies without the constant ones, one bit each: above the median or
 * not. It survives scaling, recompression and small changes of tone, and unlike PDQ's own program starts from canonical
 * pixels, by mean rather than by two tent filters: compare these hashes with one another only.
 *
 * @param pixels canonical RGB `[side, side, 3]`
 * @param content size of the photo in them, centred; what surrounds it is no detail
 */
export function lookOf(pixels: Uint8Array, side: number, content: { width: number; height: number }): PictureLook {
  const grey = smallGrey(pixels, side);
  const frequencies = lowFrequencies(grey);
  const sorted = Float64Array.from(frequencies).sort();
  const median = ((sorted[sorted.length / 2 - 1] as number) + (sorted[sorted.length / 2] as number)) / 2;
  const hash = new Uint8Array(LOOK_BYTES.hash);
  frequencies.forEach((value, bit) => {
    if (value > median) hash[bit >> 3] = (hash[bit >> 3] as number) | (1 << (bit & 7));
  });
  return { hash, grid: colourGrid(pixels, side), detail: detailOf(grey, side, content) };
}

function colourGrid(pixels: Uint8Array, side: number): Uint8Array {
  const sums = new Float64Array(LOOK_BYTES.grid);
  const counts = new Float64Array(LOOK_BYTES.grid);
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const row = Math.floor((Math.floor(pixel / side) * GRID_SIDE) / side);
    const column = Math.floor(((pixel % side) * GRID_SIDE) / side);
    const place = (row * GRID_SIDE + column) * 3 + (at % 3);
    sums[place] = (sums[place] as number) + (pixels[at] as number);
    counts[place] = (counts[place] as number) + 1;
  }
  return Uint8Array.from(sums, (sum, place) => Math.round(sum / (counts[place] as number)));
}

/** Mean luma (ITU-R BT.601) in each of 64 x 64 cells. */
function smallGrey(pixels: Uint8Array, side: number): Float64Array {
  const cell = side / SIDE;
  const rows = new Float64Array(side * SIDE); // [224, 64]
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = (y * side + x) * 3;
      const luma =
        0.299 * (pixels[at] as number) + 0.587 * (pixels[at + 1] as number) + 0.114 * (pixels[at + 2] as number);
      addShares(x, cell, (column, share) => {
        rows[y * SIDE + column] = (rows[y * SIDE + column] as number) + luma * share;
      });
    }
  }
  const grey = new Float64Array(SIDE * SIDE); // [64, 64]
  for (let y = 0; y < side; y += 1) {
    addShares(y, cell, (row, share) => {
      for (let x = 0; x < SIDE; x += 1) {
        grey[row * SIDE + x] = (grey[row * SIDE + x] as number) + (rows[y * SIDE + x] as number) * share;
      }
    });
  }
  return grey;
}

/** A pixel lies in one cell or across the edges of several; what each gets of it adds up to a cell's mean. */
function addShares(pixel: number, cell: number, add: (index: number, share: number) => void): void {
  for (let index = Math.floor(pixel / cell); index < SIDE && index * cell < pixel + 1; index += 1) {
    add(index, (Math.min(pixel + 1, (index + 1) * cell) - Math.max(pixel, index * cell)) / cell);
  }
}

/** C G C^T: `[16, 16]`. */
function lowFrequencies(grey: Float64Array): Float64Array {
  const half = new Float64Array(FREQUENCIES * SIDE); // [16, 64]
  for (let f = 0; f < FREQUENCIES; f += 1) {
    for (let y = 0; y < SIDE; y += 1) {
      const weight = COSINES[f * SIDE + y] as number;
      for (let x = 0; x < SIDE; x += 1) {
        half[f * SIDE + x] = (half[f * SIDE + x] as number) + weight * (grey[y * SIDE + x] as number);
      }
    }
  }
  return Float64Array.from({ length: FREQUENCIES * FREQUENCIES }, (_, at) => {
    const row = Math.floor(at / FREQUENCIES) * SIDE;
    const column = (at % FREQUENCIES) * SIDE;
    let sum = 0;
    for (let x = 0; x < SIDE; x += 1) sum += (half[row + x] as number) * (COSINES[column + x] as number);
    return sum;
  });
}

/**
 * Sum of the steps between neighbours, in whole hundredths of the range, so that faint noise counts for nothing; as if the
 * photo filled the whole picture.
 */
function detailOf(grey: Float64Array, side: number, content: { width: number; height: number }): number {
  const [left, right] = cellsInside(content.width, side);
  const [top, bottom] = cellsInside(content.height, side);
  let steps = 0;
  const step = (a: number, b: number) => Math.trunc((Math.abs((grey[a] as number) - (grey[b] as number)) * 100) / 255);
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = y * SIDE + x;
      if (x + 1 < right) steps += step(at, at + 1);
      if (y + 1 < bottom) steps += step(at, at + SIDE);
    }
  }
  const share = ((right - left) * (bottom - top)) / (SIDE * SIDE);
  return share <= 0 ? 0 : Math.min(100, Math.floor(steps / share / GRADIENT_SCALE));
}

/** The first cell that lies wholly in the centred content, and the one after the last. */
function cellsInside(length: number, side: number): [number, number] {
  const cell = side / SIDE;
  const start = (side - length) >> 1;
  return [Math.ceil(start / cell), Math.floor((start + length) / cell)];
}
