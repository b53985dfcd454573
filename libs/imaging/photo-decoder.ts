import { availableParallelism } from 'node:os';
import { compiledFile } from '#config';
import { type ImageId, sha256 } from '#foundation';
import { CANONICAL_SIZE } from './canonical-size.js';
import type { DecodedPicture, DecoderRequest } from './decoder-messages.js';
import { DecoderPool } from './decoder-pool.js';
import type { PictureLook } from './look.js';
import type { PhotoBox } from './photo-box.js';
import { DECODER_LIMITS, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';

/** A photo as every model sees it. */
export interface CanonicalImage {
  /** SHA-256 of the file's bytes. */
  imageId: ImageId;
  /** RGB, sRGB, rows from the top: the whole photo, or the box of it, scaled to fit and centred on white. */
  pixels: Uint8Array; // [side, side, 3]
  /** Size of the photo after EXIF orientation, in pixels. */
  width: number;
  height: number;
  /** Mean CIELAB of the foreground; see {@link meanForegroundLab}. */
  lab: [number, number, number];
  /** Its perceptual hash and how much there is to see. */
  look: PictureLook;
}

/** The decoder processes of this process: started when there are photos, as many as are wanted at once. */
const decoders = new DecoderPool({
  script: compiledFile(import.meta.url, './decoder-process.js'),
  size: availableParallelism(),
  ...DECODER_LIMITS,
});

/**
 * Decodes a photo into canonical pixels, in a process that may die of it.
 *
 * @param side of the picture, in pixels
 * @param box the part of it that is meant; null: the whole
 * @throws ImageRejected
 * @throws WeftError `decoder-not-started`
 */
export async function decodeCanonical(
  bytes: Uint8Array,
  limits: ImageLimits = DEFAULT_IMAGE_LIMITS,
  side = CANONICAL_SIZE,
  box: PhotoBox | null = null,
): Promise<CanonicalImage> {
  const { pixels, width, height, lab, look } = await decode({ task: 'canonical', bytes, side, limits, box });
  // Hashed here: a decoder that a photo has taken over must not choose which photo it answers for.
  return { imageId: sha256(bytes) as ImageId, pixels, width, height, lab, look };
}

/**
 * The photo as a WebP file or as RGB bytes `[height, width, 3]` that fits into a box, never enlarged; decoded and
 * encoded in a process that may die of it.
 *
 * @throws ImageRejected
 * @throws WeftError `decoder-not-started`
 */
export async function fitPhoto(
  bytes: Uint8Array,
  box: { width: number; height: number; format: 'webp' | 'rgb' },
): Promise<{ bytes: Uint8Array; width: number; height: number }> {
  return decode({ task: 'fit', bytes, ...box });
}

async function decode<Task extends DecodedPicture['task']>(
  request: Extract<DecoderRequest, { task: Task }>,
): Promise<Extract<DecodedPicture, { task: Task }>> {
  // The pool answers with the picture of the task that was asked.
  return (await decoders.decode(request)) as Extract<DecodedPicture, { task: Task }>;
}
