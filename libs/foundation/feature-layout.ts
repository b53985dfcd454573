import { z } from 'zod';

/** How many numbers of a photo's features belong to which part: those of its shape come first, then those of its colour. */
export const featureLayoutSchema = z.strictObject({
  /** Pooled features of the backbone, then those of its earlier stages. */
  shape: z.int().min(1),
  /** How many of the shape's are of earlier stages; none: brought backbones, and models before there were any. */
  stages: z.int().min(0).exactOptional(),
  /** Two colour histograms, the first of them of {@link HISTOGRAM_SIZE} bins. */
  colour: z.int().min(1),
});
export type FeatureLayout = z.infer<typeof featureLayoutSchema>;

/** Which features a number is of, and how they lie. Features of different extractors never mix. */
export interface FeatureSpace {
  /** Hash of the feature graph and of the preprocessing, 16 hexadecimal digits. */
  extractorId: string;
  layout: FeatureLayout;
}

/** Bins of the HSV histogram, the colour that training must beat: 8 of hue, 4 of saturation, 4 of value. */
export const HISTOGRAM_SIZE = 128;

/** Bins of the CIELAB histogram: 8 of lightness, 9 of a, 9 of b. */
const LAB_HISTOGRAM_SIZE = 648;

/** Mean and deviation of the 80, 112 and 192 channels of three earlier stages. */
const STAGE_FEATURES = 2 * (80 + 112 + 192);

/** Of the feature graph that Weft comes with: EfficientNet-Lite0 beside both colour histograms. */
export const DEFAULT_LAYOUT: FeatureLayout = {
  shape: 1280 + STAGE_FEATURES,
  stages: STAGE_FEATURES,
  colour: HISTOGRAM_SIZE + LAB_HISTOGRAM_SIZE,
};

/** Features of one photo. */
export function featureWidth({ shape, colour }: FeatureLayout): number {
  return shape + colour;
}

/** Where the columns of each part lie: [from, to). */
export function featureColumns({ shape, colour }: FeatureLayout): Record<'shape' | 'colour', [number, number]> {
  return { shape: [0, shape], colour: [shape, shape + colour] };
}

/** How many columns, the first ones, hold what the backbone gives in the end: what can be compared without training. */
export function pooledWidth({ shape, stages = 0 }: FeatureLayout): number {
  return shape - stages;
}
