import type { WeftConfig } from '#config';
import { AddressRules, fetchBytes, Fetcher, WAITED_FOR } from '#fetching';
import { type ImageId, isThere, isWebAddress } from '#foundation';
import { DEFAULT_IMAGE_LIMITS, readImageFile } from '#imaging';
import { ensureParts, featureGraphPath } from '#provision';
import { PhotoEncoder, PhotoMatcher, type PhotoReference } from '#recognition';
import { openRecommender } from './open-recommender.js';
import { say } from './output.js';
import { withSession } from './session.js';

/** Opens the catalogue and what reads photos, runs `work`, and lets go of both. */
export function withMatcher<T>(work: (matcher: PhotoMatcher, config: WeftConfig) => Promise<T>): Promise<T> {
  return withSession(async ({ config, artifacts, database }) => {
    await ensureParts(config, ['backbone'], say);
    const encoder = new PhotoEncoder(featureGraphPath(config), DEFAULT_IMAGE_LIMITS, artifacts);
    try {
      const recommender = openRecommender(database);
      return await work(new PhotoMatcher(database, encoder, recommender, artifacts), config);
    } finally {
      await encoder.close();
    }
  });
}

/** What nobody would write but to name a file. */
const LIKE_A_PATH = /^(?:\.{0,2}\/|~)|\.(?:jpe?g|png|webp|gif|avif|tiff?|bmp|heic)$/i;

/**
 * A photo as it is named on the command line: an address, a file, else the id of a photo, else of a product or offer.
 *
 * @throws ImageRejected `image-missing` and others for what is named as a file
 */
export async function photoNamed(
  name: string,
  { fetchAllow }: Pick<WeftConfig, 'fetchAllow'>,
): Promise<PhotoReference> {
  if (isWebAddress(name)) return { bytes: await fetchedPhoto(name, fetchAllow) };
  if ((await isThere(name)) || LIKE_A_PATH.test(name)) return { bytes: await readImageFile(name) };
  return /^[0-9a-f]{64}$/.test(name) ? { imageId: name as ImageId } : { productId: name };
}

async function fetchedPhoto(address: string, allowed: readonly string[]): Promise<Uint8Array> {
  const fetcher = new Fetcher(new AddressRules(allowed), WAITED_FOR);
  try {
    return await fetchBytes(fetcher, address, DEFAULT_IMAGE_LIMITS.maxBytes, new AbortController().signal);
  } finally {
    await fetcher.close();
  }
}
