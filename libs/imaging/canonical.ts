import type { DecodedPicture, DecoderRequest } from './decoder-messages.js';
import { meanForegroundLab } from './lab.js';
import { decoding, openPhoto, rgbOf } from './open-photo.js';
import { lookOf } from './look.js';
import { regionOf } from './photo-box.js';

/**
 * Decodes a photo, or a box of it, into canonical pixels: checks first, then orientation, sRGB, transparency on white,
 * Lanczos scaling.
 *
 * @throws ImageRejected
 */
export async function canonicalPicture(
  request: Extract<DecoderRequest, { task: 'canonical' }>,
): Promise<DecodedPicture> {
  const { side, box } = request;
  const photo = await openPhoto(request.bytes, request.limits);
  const shown = box === null ? photo.pixels : photo.pixels.extract(regionOf(box, photo));
  const fitted = shown.resize(side, side, { fit: 'inside' }).raw({ depth: 'uchar' });
  const { data, info } = await decoding(fitted.toBuffer({ resolveWithObject: true }));
  const content = rgbOf(data, info.channels);
  const pixels = centredOnWhite(content, info.width, info.height, side);
  return {
    task: 'canonical',
    pixels,
    width: photo.width,
    height: photo.height,
    lab: meanForegroundLab(content),
    look: lookOf(pixels, side, info),
  };
}

function centredOnWhite(content: Uint8Array, width: number, height: number, side: number): Uint8Array {
  const canvas = new Uint8Array(side * side * 3).fill(255);
  const left = (side - width) >> 1;
  const top = (side - height) >> 1;
  for (let row = 0; row < height; row += 1) {
    const line = content.subarray(row * width * 3, (row + 1) * width * 3);
    canvas.set(line, ((top + row) * side + left) * 3);
  }
  return canvas;
}
