import { messageOf } from '#foundation';
import type { Sharp } from 'sharp';
import { allowLoaders, engine } from './engine.js';
import { tooManyBytes } from './image-file.js';
import { sniffImageKind } from './image-kind.js';
import { ImageRejected } from './image-rejected.js';
import { DECODE_TIMEOUT_S, DEFAULT_IMAGE_LIMITS, type ImageLimits, MIN_SIDE } from './limits.js';
import { requireSound } from './soundness.js';

allowLoaders(['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff']);

/** A photo whose header has passed every check. `pixels` is a sharp pipeline that yields oriented 8-bit sRGB. */
export interface OpenPhoto {
  pixels: Sharp;
  /** Size after orientation, in pixels. */
  width: number;
  height: number;
}

/**
 * The one way from bytes to pixels: content sniff, limits, first frame, EXIF orientation, ICC profile to sRGB,
 * transparency on white. Nothing is decoded yet: the returned pipeline does that, and fails as {@link decoding} says.
 *
 * @throws ImageRejected
 */
export async function openPhoto(bytes: Uint8Array, limits: ImageLimits = DEFAULT_IMAGE_LIMITS): Promise<OpenPhoto> {
  if (bytes.length === 0) throw new ImageRejected('image-empty', 'The image file is empty.', { value: 0 });
  if (bytes.length > limits.maxBytes) throw tooManyBytes(bytes.length, limits.maxBytes);
  const kind = sniffImageKind(bytes);
  if (kind === null) {
    throw new ImageRejected('image-not-an-image', 'The file is no JPEG, PNG, WebP, GIF, AVIF or TIFF image.', {
      value: Buffer.from(bytes.subarray(0, 16)).toString('latin1'),
    });
  }
  // The header is read without sharp's own limit, so that a large picture is told from a broken one.
  const header = await decoding(engine(bytes, { limitInputPixels: false }).metadata());
  if (header.format !== kind) throw new ImageRejected('image-broken', `The file only pretends to be ${kind}.`);
  if (header.width * header.height > limits.maxPixels) {
    const size = `${header.width} x ${header.height}`;
    throw new ImageRejected('image-too-many-pixels', `The image has ${size} pixels; ${limits.maxPixels} are allowed.`, {
      value: size,
    });
  }
  if (Math.min(header.width, header.height) < MIN_SIDE) {
    const size = `${header.width} x ${header.height}`;
    throw new ImageRejected('image-empty', `The image is ${size} pixels; each side needs at least ${MIN_SIDE}.`, {
      value: size,
    });
  }
  requireSound(kind, bytes);
  // libvips would go on after most damage: half a photo in grey, blocks in wrong colours. What it has to warn about is
  // refused; unknown tags, padding and whatever follows the end of a JPEG are no reason for it to warn.
  const pixels = engine(bytes, { limitInputPixels: limits.maxPixels, failOn: 'warning' })
    .timeout({ seconds: DECODE_TIMEOUT_S })
    .autoOrient()
    // Dropping the alpha channel alone would show what lies behind transparent pixels: mostly black.
    .flatten({ background: '#fff' })
    .toColourspace('srgb');
  return { pixels, width: header.autoOrient.width, height: header.autoOrient.height };
}

/** Runs a step of the decoder; what it throws becomes `image-too-slow` or `image-broken`. */
export async function decoding<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (cause) {
    const reason = messageOf(cause).split('\n')[0] ?? '';
    // libvips's words: "timeout: 40% complete".
    if (reason.startsWith('timeout:')) {
      throw new ImageRejected('image-too-slow', 'Decoding the image took too long.', { cause });
    }
    throw new ImageRejected('image-broken', `The image cannot be decoded: ${reason}.`, { cause });
  }
}

/** Raw bytes of a decoded photo as RGB: grey pictures leave libvips with one channel. */
export function rgbOf(data: Uint8Array, channels: number): Uint8Array {
  if (channels !== 1) return data;
  const rgb = new Uint8Array(data.length * 3);
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = data[Math.floor(i / 3)] ?? 0;
  return rgb;
}
