/** The value of binary16 bits, as IEEE 754 defines it. */
export function naiveHalfValue(bits: number): number {
  const text = bits.toString(2).padStart(16, '0');
  const sign = text[0] === '1' ? -1 : 1;
  const exponent = parseInt(text.slice(1, 6), 2);
  const fraction = parseInt(text.slice(6), 2) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * Math.pow(2, -14) : sign * (1 + fraction) * Math.pow(2, exponent - 15);
}

/** The bits of all finite binary16 numbers from 0 up, in order of their values: bits count upwards as values do. */
const POSITIVE = Array.from({ length: 0x7c00 }, (_, bits) => naiveHalfValue(bits));

/** The value next to `value` among those of binary16, by search; of two equally near ones that with an even last bit. */
export function naiveNearestHalf(value: number): number {
  if (Number.isNaN(value)) return NaN;
  const sign = value < 0 || Object.is(value, -0) ? -1 : 1;
  const magnitude = Math.abs(value);
  // What lies at or beyond the middle between the largest number and the one that would follow it is infinite.
  if (magnitude >= 65520) return sign * Infinity;
  let low = 0;
  let high = POSITIVE.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((POSITIVE[middle] as number) <= magnitude) low = middle;
    else high = middle;
  }
  const below = magnitude - (POSITIVE[low] as number);
  const above = (POSITIVE[high] as number) - magnitude;
  const isLow = below < above || (below === above && low % 2 === 0);
  return sign * (POSITIVE[isLow ? low : high] as number);
}
