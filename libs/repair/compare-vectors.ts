import type { GenerationId, ImageId } from '#foundation';
import type { PhotoEmbedder, PhotoVector } from '#generations';
import type { RepairFeatures } from './repair-features.js';
import type { RepairStore } from './repair-store.js';

/** Photos compared together: 12 MB of features. */
const BATCH_PHOTOS = 1024;
/** Another processor adds up in another order: its components differ by some 1e-6. */
const TOLERANCE = 1e-4;

/** A generation whose photo vectors are compared with what its model makes of the features. */
export interface ComparedGeneration {
  id: GenerationId;
  embed: PhotoEmbedder['embed'];
}

export type ReadPhotoVectors = (generation: GenerationId, imageIds: ImageId[]) => Promise<Map<ImageId, Float32Array>>;

/**
 * Reads the features of these photos, each once, which verifies their checksums; and holds every generation's photo vectors
 * against what its model makes of them. One that differs is replaced.
 *
 * @returns photos whose features are not there, or turned out to be damaged; and, by generation, those whose vector was another
 */
export async function compareVectors(
  features: Pick<RepairFeatures, 'cache'>,
  imageIds: readonly ImageId[],
  generations: readonly ComparedGeneration[],
  store: Pick<RepairStore, 'replacePhotoVectors'>,
  readVectors: ReadPhotoVectors,
  onBatch: (done: number) => void,
): Promise<{ missing: ImageId[]; foreign: Map<GenerationId, ImageId[]> }> {
  const missing: ImageId[] = [];
  const foreign = new Map<GenerationId, ImageId[]>();
  for (let start = 0; start < imageIds.length; start += BATCH_PHOTOS) {
    const batch = imageIds.slice(start, start + BATCH_PHOTOS);
    onBatch(start);
    const read = await features.cache.readMany(batch);
    missing.push(...read.missing);
    const absent = new Set(read.missing);
    const present = batch.filter((imageId) => !absent.has(imageId));
    if (present.length === 0) continue;
    for (const { id, embed } of generations) {
      const held = await readVectors(id, present);
      const differing = differingOf(present, await embed(read.features), held);
      if (differing.length === 0) continue;
      await store.replacePhotoVectors(id, differing);
      foreign.set(id, [...(foreign.get(id) ?? []), ...differing.map(({ imageId }) => imageId)]);
    }
  }
  return { missing, foreign };
}

/** What the photos that have another vector should have. One without a vector is the business of a refresh. */
function differingOf(
  imageIds: readonly ImageId[],
  embeddings: Float32Array,
  held: ReadonlyMap<ImageId, Float32Array>,
): Pick<PhotoVector, 'imageId' | 'embedding'>[] {
  const width = embeddings.length / imageIds.length;
  return imageIds.flatMap((imageId, at) => {
    const vector = held.get(imageId);
    const embedding = embeddings.subarray(at * width, (at + 1) * width);
    const isSame =
      vector === undefined || embedding.every((value, i) => Math.abs(value - (vector[i] ?? NaN)) <= TOLERANCE);
    return isSame ? [] : [{ imageId, embedding }];
  });
}
