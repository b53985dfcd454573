import { type FeatureLayout, featureWidth, type ImageId, pooledWidth, Random } from '#foundation';
import { placeIn, principalSpace, toUnitLength } from './principal-space.js';

/** Directions kept: more do not separate photos better, and every comparison would cost more. */
const DIMS = 64;
/** Photos that the directions are found from. */
const SAMPLE = 2_048;
/** Photos whose features are in memory at once: 23 MB. */
const AT_ONCE = 2_048;
/** What a photo of a catalogue shows does not depend on chance; which photos the directions are found from may. */
const SEED = 1;

/** Features of photos by id, without those that are missing; #embedder's FeatureCache. */
export interface FeatureReader {
  readonly layout: FeatureLayout;
  has(imageId: ImageId): boolean;
  readMany(imageIds: readonly ImageId[]): Promise<{ features: Float32Array; lab: Float32Array; missing: ImageId[] }>;
}

/** Photos by what the backbone sees of their shape: small vectors, near where the photos are alike. */
export class PhotoSpace {
  readonly dims: number;

  /**
   * @param vectors `[n, dims]`, each of unit length, or zero where nothing is known of a photo
   * @param lab `[n, 3]`, mean CIELAB of each photo's foreground
   * @param isKnown by photo
   */
  constructor(
    readonly vectors: Float32Array,
    readonly lab: Float32Array,
    readonly isKnown: Uint8Array,
  ) {
    this.dims = isKnown.length === 0 ? 0 : vectors.length / isKnown.length;
  }

  /** Cosine of two photos. */
  similarity(a: number, b: number): number {
    let sum = 0;
    for (let i = 0; i < this.dims; i += 1) {
      sum += (this.vectors[a * this.dims + i] as number) * (this.vectors[b * this.dims + i] as number);
    }
    return sum;
  }

  /** Distance of two photos' mean colours in CIELAB; 2 is just seen, 20 is another colour. */
  colourDistance(a: number, b: number): number {
    const [x, y] = [this.lab.subarray(a * 3, a * 3 + 3), this.lab.subarray(b * 3, b * 3 + 3)];
    return Math.hypot(...x.map((value, channel) => value - (y[channel] as number)));
  }

  /** Whether nothing known of two photos speaks against their being alike. */
  areNear(a: number, b: number, least: number): boolean {
    return this.isKnown[a] !== 1 || this.isKnown[b] !== 1 || this.similarity(a, b) >= least;
  }
}

/**
 * Places photos by their cached features, a few at a time: 256 bytes a photo stay in memory.
 *
 * @param pause awaited now and then
 */
export async function openPhotoSpace(
  imageIds: readonly ImageId[],
  features: FeatureReader,
  pause: () => Promise<void>,
): Promise<PhotoSpace> {
  const random = new Random(SEED);
  const known = imageIds.filter((id) => features.has(id));
  const sample = known.length <= SAMPLE ? known : random.shuffled(known).slice(0, SAMPLE);
  const { shapes } = await shapesOf(sample, features);
  if (shapes.length === 0)
    return new PhotoSpace(new Float32Array(0), new Float32Array(0), new Uint8Array(imageIds.length));
  await pause();
  const space = principalSpace(shapes, pooledWidth(features.layout), DIMS, random);
  await pause();
  const vectors = new Float32Array(imageIds.length * space.dims);
  const lab = new Float32Array(imageIds.length * 3);
  const isKnown = new Uint8Array(imageIds.length);
  const rowOf = new Map(imageIds.map((id, row) => [id, row]));
  for (let start = 0; start < known.length; start += AT_ONCE) {
    const read = await shapesOf(known.slice(start, start + AT_ONCE), features);
    const placed = placeIn(space, read.shapes);
    read.imageIds.forEach((id, at) => {
      const row = rowOf.get(id) as number;
      vectors.set(placed.subarray(at * space.dims, (at + 1) * space.dims), row * space.dims);
      lab.set(read.lab.subarray(at * 3, at * 3 + 3), row * 3);
      isKnown[row] = 1;
    });
    await pause();
  }
  return new PhotoSpace(vectors, lab, isKnown);
}

/** What the backbone saw, of unit length, `[n, pooledWidth]`; and whose it is. */
async function shapesOf(wanted: readonly ImageId[], reader: FeatureReader) {
  const { features, lab, missing } = await reader.readMany(wanted);
  const gone = new Set(missing);
  const imageIds = wanted.filter((id) => !gone.has(id));
  const [size, width] = [pooledWidth(reader.layout), featureWidth(reader.layout)];
  const shapes = new Float32Array(imageIds.length * size);
  for (let row = 0; row < imageIds.length; row += 1) {
    const shape = shapes.subarray(row * size, (row + 1) * size);
    shape.set(features.subarray(row * width, row * width + size));
    toUnitLength(shape);
  }
  return { shapes, lab, imageIds };
}
