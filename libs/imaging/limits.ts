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

/** What a decoder process may cost before it is ended; another takes its place. */
export const DECODER_LIMITS = Object.freeze({
  /** Writable memory. The dearest photo within the limits above, a 60-megapixel AVIF, was measured at 1.1 GB. */
  memoryBytes: 2 * 1024 ** 3,
  /** Longer than DECODE_TIMEOUT_S: only a decoder that no longer heeds that limit meets this one. */
  timeoutMs: 1000 * (DECODE_TIMEOUT_S + 10),
  /** How long processes wait for the next photo: an import that pauses to read more is back far sooner. */
  idleMs: 60_000,
});
