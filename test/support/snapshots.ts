import { buildSnapshot, type Snapshot, type SnapshotPhoto } from '#datasets';
import {
  featureWidth,
  type FeatureLayout,
  Random,
  sha256,
  type ImageId,
  type ProductId,
  type StyleId,
} from '#foundation';

/** As wide as what EfficientNet-Lite0 and its histogram give. */
const LAYOUT: FeatureLayout = { shape: 1280, colour: 128 };
/** Directions in which styles, or colours, differ, and as many in which photos differ whatever they show. */
const DIRECTIONS = 8;

/**
 * Photos whose features hold something to learn: styles and colours differ in a few directions that all styles share,
 * and single photos differ in others, whatever they show. Every style has two products of two photos.
 *
 * @param options.disturbance how much photos differ beside styles: at 3 untrained heads look at the wrong directions, at
 *   .3 there is nothing to mend
 * @param options.layout how wide the blocks of features are
 * @param options.salt decides the splits; the default gives 20 styles some of each
 */
export function learnableSnapshot(
  styles: number,
  { disturbance = 3, extractorId = 'extractor', salt = 'salt', layout = LAYOUT } = {},
): Snapshot {
  const random = new Random(3);
  const photos: Omit<SnapshotPhoto, 'split'>[] = [];
  const features: number[] = [];
  const directions = { shape: randomDirections(layout.shape, random), colour: randomDirections(layout.colour, random) };
  for (let style = 0; style < styles; style += 1) {
    const cut = codes(random, 1);
    for (const colour of ['black', 'red']) {
      const shade = codes(random, 1);
      for (const view of ['front', 'back']) {
        photos.push({
          imageId: sha256(`${style} ${colour} ${view}`) as ImageId,
          productId: `style-${style}-${colour}` as ProductId,
          styleId: `style-${style}` as StyleId,
          category: 'tops',
          gender: null,
          colour,
        });
        features.push(...row(directions.shape, cut, codes(random, disturbance)));
        features.push(...row(directions.colour, shade, codes(random, disturbance)));
      }
    }
  }
  return buildSnapshot({
    photos,
    features: Float32Array.from(features),
    lab: Float32Array.from({ length: photos.length * 3 }, () => random.between(0, 60)),
    extractorId,
    layout,
    salt,
  });
}

/** Rows of the photos of one split. */
export function rowsOf({ photos }: Snapshot, split: SnapshotPhoto['split']): number[] {
  return photos.flatMap((photo, row) => (photo.split === split ? [row] : []));
}

/** The same snapshot with other features for these photos. */
export function withOtherFeatures(snapshot: Snapshot, rows: readonly number[]): Snapshot {
  const random = new Random(9);
  const features = snapshot.features.slice();
  const width = featureWidth(snapshot.layout);
  for (const row of rows) {
    for (let k = 0; k < width; k += 1) features[row * width + k] = random.between(0, 4);
  }
  return { ...snapshot, features };
}

const codes = (random: Random, size: number) => Array.from({ length: DIRECTIONS }, () => random.between(-size, size));

function randomDirections(width: number, random: Random): number[][] {
  return Array.from({ length: 2 * DIRECTIONS }, () => Array.from({ length: width }, () => random.between(-1, 1)));
}

/** Not negative, like features of photos. */
function row(directions: number[][], own: number[], disturbance: number[]): number[] {
  const weights = [...own, ...disturbance];
  return (directions[0] ?? []).map((_, column) =>
    Math.max(
      0,
      weights.reduce((sum, weight, at) => sum + weight * (directions[at]?.[column] ?? 0), 20),
    ),
  );
}
