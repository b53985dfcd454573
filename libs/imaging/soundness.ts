import { crc32 } from 'node:zlib';
import { requireSoundGif } from './gif-soundness.js';
import type { ImageKind } from './image-kind.js';
import { unsound } from './image-rejected.js';

/**
 * Looks for damage that libvips decodes without a word: PNG chunks with a wrong checksum, WebP chunks that do not add up to
 * the file, GIF frames whose codes give another number of pixels than the frame has. A JPEG, an AVIF and most TIFF files
 * are judged by their decoders.
 *
 * @throws ImageRejected `image-broken`
 */
export function requireSound(kind: ImageKind, bytes: Uint8Array): void {
  if (kind === 'png') requireSoundPng(bytes);
  if (kind === 'webp') requireSoundWebp(bytes);
  if (kind === 'gif') requireSoundGif(bytes);
}

function requireSoundPng(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) throw unsound('a checksum is wrong');
    if (view.getUint32(at + 4) === IEND) return;
    at = end + 4;
  }
  throw unsound('its end is missing');
}
const IEND = 0x49454e44;

function requireSoundWebp(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 8 + (bytes.length < 12 ? 0 : view.getUint32(4, true));
  let at = 12;
  while (at + 8 <= end && end <= bytes.length) {
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  if (at !== end) throw unsound('its chunks do not add up to its length');
  // Some programs append a few bytes of their own; another piece of picture would be longer.
  if (bytes.length - end > 16) throw unsound('something follows its end');
}
