import { type ImageId, type ModelVersion, Random } from '#foundation';
import type { EmbedInput } from '#generations';
import { randomEmbedding } from '../conformance/indexed-products.js';
import { photoId } from './catalogue.js';

/** A model whose embeddings depend on its version and the photo; features are photo ids, a number each. */
export function seededModel(modelVersion: ModelVersion, changes: Partial<EmbedInput> = {}): EmbedInput {
  return {
    modelVersion,
    by: 'a test',
    features: async (imageIds) => ({ features: Float32Array.from(imageIds, seedOf), missing: [] }),
    embed: async (features) => {
      const rows = [...features].map((seed) =>
        randomEmbedding(new Random(seed + modelVersion.length * 7 + modelVersion.charCodeAt(0))),
      );
      return Float32Array.from(rows.flatMap((row) => [...row]));
    },
    ...changes,
  };
}

/** What a seeded model makes of the photo that a test calls by this name. */
export function seededEmbedding(modelVersion: ModelVersion, photo: string): Promise<Float32Array> {
  return seededModel(modelVersion).embed(Float32Array.of(seedOf(photoId(photo))));
}

/** The features of a photo under a seeded model. */
export function seedOf(imageId: ImageId): number {
  return parseInt(imageId.slice(0, 5), 16);
}
