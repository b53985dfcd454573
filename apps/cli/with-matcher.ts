import { stat } from 'node:fs/promises';
import type { ImageId } from '#foundation';
import { DEFAULT_IMAGE_LIMITS, readImageFile } from '#imaging';
import { ensureParts, featureGraphPath } from '#provision';
import { PhotoEncoder, PhotoMatcher, type PhotoReference } from '#recognition';
import { say } from './output.js';
import { withSession } from './session.js';

/** Opens the catalogue and what reads photos, runs `work`, and lets go of both. */
export function withMatcher<T>(work: (matcher: PhotoMatcher) => Promise<T>): Promise<T> {
  return withSession(async ({ config, database }) => {
    await ensureParts(config, ['backbone'], say);
    const encoder = new PhotoEncoder(featureGraphPath(config), DEFAULT_IMAGE_LIMITS);
    try {
      return await work(new PhotoMatcher(database, encoder));
    } finally {
      await encoder.close();
    }
  });
}

/** A photo as it is named on the command line: a file, else the id of a photo, else the id of a product or offer. */
export async function photoNamed(name: string): Promise<PhotoReference> {
  const isThere = await stat(name).then(
    () => true,
    () => false,
  );
  if (isThere) return { bytes: await readImageFile(name) };
  return /^[0-9a-f]{64}$/.test(name) ? { imageId: name as ImageId } : { productId: name };
}
