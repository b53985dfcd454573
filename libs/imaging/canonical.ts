import { type ImageId, sha256 } from '#foundation';
import { meanForegroundLab } from './lab.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';
import { decoding, openPhoto } from './open-photo.js';

/** Side of the canonical picture, in pixels: what EfficientNet-Lite0 was trained on. */
export const CANONICAL_SIZE = 224;

/** Name of the way from bytes to canonical pixels. It is part of every feature's key: change both together. */
export const PREPROCESSING = 'contain-white-224-v1';

/** A photo as every model sees it. */
export interface CanonicalImage {
  /** SHA-256 of the file's bytes. */
  imageId: ImageId;
  /** RGB, sRGB, rows from the top: the whole photo, scaled to fit and centred on white. */
  pixels: Uint8Array; // [224, 224, 3]
  /** Size of the photo after EXIF orientation, in pixels. */
  width: number;
  height: number;
  /** Mean CIELAB of the foreground; see {@link meanForegroundLab}. */
  lab: [number, number, number];
}

/**
 * Decodes a photo into canonical pixels: checks first, then orientation, sRGB, transparency on white, Lanczos scaling.
 *
 * @throws ImageRejected
 */
export async function decodeCanonical(
  bytes: Uint8Array,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
): Promise<CanonicalImage> {
  const photo = await openPhoto(bytes, limits);
  const fitted = photo.pixels.resize(CANONICAL_SIZE, CANONICAL_SIZE, { fit: 'inside' }).raw({ depth: 'uchar' });
  const { data, info } = await decoding(fitted.toBuffer({ resolveWithObject: true }));
  const content = info.channels === 1 ? tripled(data) : data;
  return {
    imageId: sha256(bytes) as ImageId,
    pixels: centredOnWhite(content, info.width, info.height),
    width: photo.width,
    height: photo.height,
    lab: meanForegroundLab(content),
  };
}

/** Grey pictures leave libvips with one channel. */
function tripled(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = grey[Math.floor(i / 3)] ?? 0;
  return rgb;
}

function centredOnWhite(content: Uint8Array, width: number, height: number): Uint8Array {
  const canvas = new Uint8Array(CANONICAL_SIZE * CANONICAL_SIZE * 3).fill(255);
  const left = (CANONICAL_SIZE - width) >> 1;
  const top = (CANONICAL_SIZE - height) >> 1;
  for (let row = 0; row < height; row += 1) {
    const line = content.subarray(row * width * 3, (row + 1) * width * 3);
    canvas.set(line, ((top + row) * CANONICAL_SIZE + left) * 3);
  }
  return canvas;
}
