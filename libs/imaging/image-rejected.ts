import { WeftError } from '#foundation';

/**
 * Why a photo cannot be used:
 * `image-missing` (no such file, or not readable), `image-unreadable` (the disk would not give it), `image-outside-root`, `image-too-many-bytes`,
 * `image-too-many-pixels`, `image-not-an-image` (another kind of file, a directory, a pipe; SVG too),
 * `image-broken` (damaged or cut short), `image-too-slow` (decoding took too long, this time), `image-kills-decoder` (its
 * process died twice over it), `image-empty` (no bytes, or a side under 16 px), `image-box-unusable` (the part that was asked
 * for lies outside it, or is smaller than that).
 */
type ImageRejectionCode =
  | 'image-missing'
  | 'image-unreadable'
  | 'image-outside-root'
  | 'image-too-many-bytes'
  | 'image-too-many-pixels'
  | 'image-not-an-image'
  | 'image-broken'
  | 'image-too-slow'
  | 'image-kills-decoder'
  | 'image-empty'
  | 'image-box-unusable';

/** A photo that is refused, with the reason: callers quarantine the row and go on. */
export class ImageRejected extends WeftError {
  declare readonly code: ImageRejectionCode;

  constructor(
    code: ImageRejectionCode,
    message: string,
    options: { value?: unknown; remedy?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
  }
}

/** The refusal of a file whose parts do not fit together. */
export function unsound(what: string): ImageRejected {
  return new ImageRejected('image-broken', `The image is damaged: ${what}.`);
}
