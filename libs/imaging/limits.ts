/** What a photo may cost. Both limits are checked before any pixel is decoded. */
export interface ImageLimits {
  /** Bytes of the file. @default 31457280 (30 MiB) */
  maxBytes: number;
  /** Width times height of one frame, as stated by the file's header. @default 60000000 */
  maxPixels: number;
}

/** Generous for studio photos (a 60-megapixel camera) and far below what a decompression bomb needs. */
export const DEFAULT_IMAGE_LIMITS: Readonly<ImageLimits> = Object.freeze({
  maxBytes: 30 * 1024 * 1024,
  maxPixels: 60_000_000,
});

/** Shorter sides than this show no garment. Pixels. */
export const MIN_SIDE = 16;

/** A file that keeps a decoder busy for longer than this is given up: it may be hostile, or the machine busy. Seconds. */
export const DECODE_TIMEOUT_S = 20;
