import type { DecodedPicture, DecoderRequest } from './decoder-messages.js';
import { decoding, openPhoto, rgbOf } from './open-photo.js';

/**
 * The photo as a WebP file or as RGB bytes, at most as large as asked, never enlarged, in its own proportions.
 *
 * @throws ImageRejected
 */
export async function fittedPicture(request: Extract<DecoderRequest, { task: 'fit' }>): Promise<DecodedPicture> {
  const { width, height, format } = request;
  const photo = await openPhoto(request.bytes);
  const scaled = photo.pixels.resize(width, height, { fit: 'inside', withoutEnlargement: true });
  const file = format === 'webp' ? scaled.webp({ quality: 80, effort: 3 }) : scaled.raw({ depth: 'uchar' });
  const { data, info } = await decoding(file.toBuffer({ resolveWithObject: true }));
  const content = format === 'rgb' ? rgbOf(data, info.channels) : data;
  return { task: 'fit', bytes: content, width: info.width, height: info.height };
}
