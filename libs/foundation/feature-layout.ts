/** How many numbers of a photo's features belong to which part: those of its shape come first, then those of its colour. */
export interface FeatureLayout {
  /** Pooled features of the backbone. */
  shape: number;
  colour: number;
}

/** Which features a number is of, and how they lie. Features of different extractors never mix. */
export interface FeatureSpace {
  /** Hash of the feature graph and of the preprocessing, 16 hexadecimal digits. */
  extractorId: string;
  layout: FeatureLayout;
}

/** Of the feature graph that Weft comes with: EfficientNet-Lite0 beside the bins of the colour histogram. */
export const DEFAULT_LAYOUT: FeatureLayout = { shape: 1280, colour: 128 };

/** Features of one photo. */
export function featureWidth({ shape, colour }: FeatureLayout): number {
  return shape + colour;
}

/** Where the columns of each part lie: [from, to). */
export function featureColumns({ shape, colour }: FeatureLayout): Record<keyof FeatureLayout, [number, number]> {
  return { shape: [0, shape], colour: [shape, shape + colour] };
}
