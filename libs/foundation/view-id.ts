import { sha256 } from './hash.js';
import type { ImageId } from './ids.js';

/** What single-photo products have in training beside their photo. */
export const VIEW_NAMES = ['none', 'mirrored'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** The name of a photo's augmented view in the feature cache. It is part of the key: another way of making views is another name. */
export function viewIdOf(photo: ImageId): ImageId {
  return sha256(`mirrored-closer-v1 of ${photo}`) as ImageId;
}
