import { unsound } from './image-rejected.js';

/**
 * Walks a GIF to the end of its first frame, and follows its LZW codes without drawing them. Each code stands for a
 * certain number of pixels, so that a damaged one changes the sum.
 *
 * @throws ImageRejected `image-broken`
 */
export function requireSoundGif(bytes: Uint8Array): void {
  const byte = (at: number): number => {
    const value = bytes[at];
    if (value === undefined) throw unsound('its end is missing');
    return value;
  };
  const afterColours = (flags: number, at: number): number => at + (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  const afterBlocks = (at: number): number => {
    let next = at;
    while (byte(next) !== 0) next += 1 + byte(next);
    return next + 1;
  };
  let at = afterColours(byte(10), 13);
  while (byte(at) === EXTENSION) at = afterBlocks(at + 2);
  if (byte(at) !== FRAME) throw unsound('it has no frame');
  const word = (where: number): number => byte(where) | (byte(where + 1) << 8);
  const pixels = word(at + 5) * word(at + 7);
  const data = afterColours(byte(at + 9), at + 10);
  const end = afterBlocks(data + 1);
  const codes = new Uint8Array(end - data);
  let length = 0;
  for (let block = data + 1; byte(block) !== 0; block += 1 + byte(block)) {
    codes.set(bytes.subarray(block + 1, block + 1 + byte(block)), length);
    length += byte(block);
  }
  if (countPixels(codes.subarray(0, length), byte(data), pixels) !== pixels) {
    throw unsound('its first frame is not whole');
  }
}
const EXTENSION = 0x21;
const FRAME = 0x2c;

/** Pixels that LZW codes stand for, up to the end code; NaN for a code that cannot be. Counting ends beyond `most`. */
function countPixels(codes: Uint8Array, codeSize: number, most: number): number {
  if (codeSize < 1 || codeSize > 11) return NaN;
  const clear = 1 << codeSize;
  /** How many pixels each code stands for. */
  const lengths = new Uint32Array(4096).fill(1);
  let known = clear + 2;
  let width = codeSize + 1;
  let previous = 0;
  let count = 0;
  let bits = 0;
  let held = 0;
  for (const value of codes) {
    bits |= value << held;
    held += 8;
    while (held >= width) {
      const code = bits & ((1 << width) - 1);
      bits >>>= width;
      held -= width;
      if (code === clear + 1) return count;
      if (code === clear) {
        known = clear + 2;
        width = codeSize + 1;
        previous = 0;
        continue;
      }
      if (previous === 0 ? code >= clear : code > known) return NaN;
      if (previous !== 0 && known < 4096) {
        lengths[known] = previous + 1;
        known += 1;
        if (known === 1 << width && width < 12) width += 1;
      }
      previous = code < clear ? 1 : (lengths[code] ?? NaN);
      count += previous;
      if (count > most) return count;
    }
  }
  // Some encoders leave the end code out.
  return count;
}
