import { WeftError } from '#foundation';
import { fitPhoto } from './photo-decoder.js';

const THUMBNAIL_WIDTHS = { min: 32, max: 1024 } as const;

/**
 * A WebP of the photo, at most `width` pixels wide and never enlarged, in its own proportions.
 *
 * @throws WeftError `thumbnail-width` when `width` is no integer in 32..1024
 * @throws ImageRejected
 */
export async function thumbnail(
  bytes: Uint8Array,
  width: number,
): Promise<{ bytes: Uint8Array; contentType: 'image/webp' }> {
  if (!Number.isInteger(width) || width < THUMBNAIL_WIDTHS.min || width > THUMBNAIL_WIDTHS.max) {
    const range = `${THUMBNAIL_WIDTHS.min} to ${THUMBNAIL_WIDTHS.max}`;
    throw new WeftError('thumbnail-width', `A thumbnail is ${range} pixels wide.`, { value: width });
  }
  // A limit on the height too: a photo one thousand times as high as wide would stay huge.
  const { bytes: file } = await fitPhoto(bytes, { width, height: width * 4, format: 'webp' });
  return { bytes: file, contentType: 'image/webp' };
}
