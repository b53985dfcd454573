import type { ModelVersion } from '#foundation';
import type { Completeness } from './generation.js';
import { GenerationError } from './generation-error.js';

/** @throws GenerationError `generation-incomplete`, with counts and what mends it, unless the generation is whole. */
export function assertWhole(found: Completeness, modelVersion: ModelVersion): void {
  const reason = whatIsMissing(found);
  if (reason === null) return;
  throw new GenerationError('generation-incomplete', `The generation is not whole: ${reason}.`, {
    value: found,
    remedy:
      'An import completes every kept generation as its last step: wait for the one that runs, or import the feed again. ' +
      `If its result says that it could not, run \`weft embed --model ${modelVersion}\`.`,
  });
}

function whatIsMissing(found: Completeness): string | null {
  const { productsWithPhoto, productVectors, photos, imageVectors, badNorms, examples } = found;
  if (productsWithPhoto === 0) return 'the catalogue has no active product with a usable photo';
  if (productVectors < productsWithPhoto) {
    return `${productsWithPhoto - productVectors} of ${productsWithPhoto} products have no vector (${examples.join(', ')})`;
  }
  if (imageVectors < photos) return `${photos - imageVectors} of ${photos} photos have no vector`;
  if (badNorms > 0) return `${badNorms} vectors have a part that is not of unit length`;
  return null;
}
