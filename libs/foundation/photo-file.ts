import { join } from 'node:path';
import type { ImageId } from './ids.js';

/** Directory of fetched photos in a home. */
export function photoDirectory(home: string): string {
  return join(home, 'photos');
}

/** Where a fetched photo lies in the directory of fetched photos: `ab/ab12...`, without a suffix. */
export function fetchedPhotoFile(directory: string, imageId: ImageId): string {
  return join(directory, imageId.slice(0, 2), imageId);
}

/** Whether a photo is named by an http or https address rather than by a path. */
export function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/**
 * The file that holds a photo.
 *
 * @param source absolute path, or the address that it was fetched from
 * @param directory of fetched photos
 */
export function photoFile(source: string, imageId: ImageId, directory: string): string {
  return isWebAddress(source) ? fetchedPhotoFile(directory, imageId) : source;
}
