import { BACKBONE_SIZE, FEATURE_SIZE } from '#foundation';

/** Where each block of an image's features lies: [start, end) of 1408. */
const BLOCKS = { backbone: [0, BACKBONE_SIZE], histogram: [BACKBONE_SIZE, FEATURE_SIZE] } as const;

/** A block of the features that is compared as it is, without heads. */
export type Baseline = keyof typeof BLOCKS;

/** Width of a baseline's vectors. */
export function baselineWidth(baseline: Baseline): number {
  return BLOCKS[baseline][1] - BLOCKS[baseline][0];
}

/**
 * What training must beat: one block of the features, of unit length, centred on the shop's mean, of unit length again.
 *
 * @param features `[n, 1408]`
 * @param shop features whose mean is the centre, `[m, 1408]`; for a gallery and queries of one shop give both the same.
 *   @default features
 * @returns `[n, 1280]` or `[n, 128]`
 */
export function baselineVectors(features: Float32Array, baseline: Baseline, shop = features): Float32Array {
  const width = baselineWidth(baseline);
  const vectors = unitBlocks(features, baseline); // [n, width]
  const centre = new Float64Array(width);
  const ofShop = shop === features ? vectors : unitBlocks(shop, baseline);
  ofShop.forEach((value, position) => {
    centre[position % width] = (centre[position % width] as number) + value / (ofShop.length / width);
  });
  const centred = vectors.map((value, position) => value - (centre[position % width] as number));
  for (let row = 0; row < centred.length; row += width) scaleToUnit(centred.subarray(row, row + width));
  return centred;
}

function unitBlocks(features: Float32Array, baseline: Baseline): Float32Array {
  if (features.length % FEATURE_SIZE !== 0) {
    throw new RangeError(`Features are ${FEATURE_SIZE} wide; ${features.length} values are no multiple of it.`);
  }
  const [start, end] = BLOCKS[baseline];
  const width = end - start;
  const count = features.length / FEATURE_SIZE;
  const blocks = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    const block = blocks.subarray(row * width, (row + 1) * width);
    block.set(features.subarray(row * FEATURE_SIZE + start, row * FEATURE_SIZE + end));
    scaleToUnit(block);
  }
  return blocks;
}

/** In place; a vector shorter than 1e-9 has no direction and stays next to zero. */
function scaleToUnit(vector: Float32Array): void {
  const norm = Math.max(1e-9, Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)));
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] as number) / norm;
}
