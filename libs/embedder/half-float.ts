/*
 * IEEE 754 binary16, which is how features are kept: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. A feature
 * loses at most one part in 2048, and hit rates do not change.
 */

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

const FLOAT_INFINITY = 0x7f800000;
/** 65520, halfway between the largest binary16 and the next power of two: from here on numbers round to infinity. */
const OVERFLOW = 0x477ff000;
/** 2^-14, the smallest normal binary16. */
const SMALLEST_NORMAL = 0x38800000;
/** The difference of the two exponent biases, 127 - 15, at the place of a float32 exponent. */
const REBIAS = 0x38000000;

/** The binary16 next to a float32, ties to the one with an even last bit; NaN becomes one quiet NaN. */
function toHalfBits(value: number): number {
  float[0] = value;
  const bits = floatBits[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > FLOAT_INFINITY) return sign | 0x7e00;
  if (magnitude >= OVERFLOW) return sign | 0x7c00;
  if (magnitude < SMALLEST_NORMAL) {
    // Below 2^-14 binary16 counts in steps of 2^-24. Scaling by a power of two is exact, so only this rounds.
    const steps = Math.abs(value) * 2 ** 24;
    const below = Math.floor(steps);
    const rest = steps - below;
    const isUp = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
    return sign | (isUp ? below + 1 : below);
  }
  // Adding just under half a step, or half where the last kept bit is odd, carries into the exponent as it should.
  const rebased = magnitude - REBIAS;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}

/** The value of each binary16, by its bits. */
const VALUES = Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

/** Rounds float32 values to binary16 (ties to even) and gives their bits. */
export function encodeHalf(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toHalfBits);
}

/** The values that {@link encodeHalf} kept, written into `target` from `offset` on. */
export function decodeHalf(
  bits: Uint16Array,
  target: Float32Array = new Float32Array(bits.length),
  offset = 0,
): Float32Array {
  const inFours = bits.length - (bits.length % 4);
  // Once any memory was given away in the process, as a growing WebAssembly does, V8 looks before each use of an array whether it
  // still has its memory, but once for uses in a row: 3.7 us for 2,824 numbers in place of 6.5.
  for (let i = 0, to = offset; i < inFours; i += 4, to += 4) {
    target[to] = VALUES[bits[i] as number] as number;
    target[to + 1] = VALUES[bits[i + 1] as number] as number;
    target[to + 2] = VALUES[bits[i + 2] as number] as number;
    target[to + 3] = VALUES[bits[i + 3] as number] as number;
  }
  for (let i = inFours; i < bits.length; i += 1) target[offset + i] = VALUES[bits[i] as number] as number;
  return target;
}

/** Rounds values to what {@link encodeHalf} can keep, in place. */
export function roundToHalf(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i += 1) values[i] = VALUES[toHalfBits(values[i] as number)] as number;
  return values;
}
