import { featureColumns, type FeatureLayout, featureWidth, HISTOGRAM_SIZE, pooledWidth } from '#foundation';

const PARTS = { backbone: 'shape', histogram: 'colour' } as const;

/** A block of the features that is compared as it is, without heads: what the backbone gives in the end, or the HSV histogram alone. */
export type Baseline = keyof typeof PARTS;

/** Width of a baseline's vectors. */
export function baselineWidth(baseline: Baseline, layout: FeatureLayout): number {
  return baseline === 'histogram' ? Math.min(HISTOGRAM_SIZE, layout.colour) : pooledWidth(layout);
}

/**
 * What training must beat: one block of the features, of unit length, centred on the shop's mean, of unit length again.
 *
 * @param features `[n, width of the layout]`
 * @param shop features whose mean is the centre, `[m, width of the layout]`; for a gallery and queries of one shop give both the same.
 *   @default features
 * @returns `[n, baselineWidth]`
 */
export function baselineVectors(
  features: Float32Array,
  baseline: Baseline,
  layout: FeatureLayout,
  shop = features,
): Float32Array {
  const width = baselineWidth(baseline, layout);
  const vectors = unitBlocks(features, baseline, layout); // [n, width]
  const centre = new Float64Array(width);
  const ofShop = shop === features ? vectors : unitBlocks(shop, baseline, layout);
  ofShop.forEach((value, position) => {
    centre[position % width] = (centre[position % width] as number) + value / (ofShop.length / width);
  });
  const centred = vectors.map((value, position) => value - (centre[position % width] as number));
  for (let row = 0; row < centred.length; row += width) scaleToUnit(centred.subarray(row, row + width));
  return centred;
}

function unitBlocks(features: Float32Array, baseline: Baseline, layout: FeatureLayout): Float32Array {
  const whole = featureWidth(layout);
  if (features.length % whole !== 0) {
    throw new RangeError(`Features are ${whole} wide; ${features.length} values are no multiple of it.`);
  }
  const [start] = featureColumns(layout)[PARTS[baseline]];
  const width = baselineWidth(baseline, layout);
  const count = features.length / whole;
  const blocks = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    const block = blocks.subarray(row * width, (row + 1) * width);
    block.set(features.subarray(row * whole + start, row * whole + start + width));
    scaleToUnit(block);
  }
  return blocks;
}

/** In place; a vector shorter than 1e-9 has no direction and stays next to zero. */
function scaleToUnit(vector: Float32Array): void {
  const norm = Math.max(1e-9, Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)));
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] as number) / norm;
}
