import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveHalfValue, naiveNearestHalf } from '../../test/support/naive/half-float.js';
import { decodeHalf, encodeHalf, roundToHalf } from './half-float.js';

const ALL_BITS = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);

describe('16-bit floats', () => {
  it('decode as IEEE 754 defines them, all of them', () => {
    expect([...decodeHalf(ALL_BITS)]).toEqual([...ALL_BITS].map(naiveHalfValue));
  });

  it('come back with the same bits, all that are numbers', () => {
    const numbers = ALL_BITS.filter((bits) => !Number.isNaN(naiveHalfValue(bits)));
    expect(encodeHalf(decodeHalf(numbers))).toEqual(numbers);
  });

  it('round to the nearest, whatever the float', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        expect(roundToHalf(Float32Array.of(value))[0]).toBe(naiveNearestHalf(value));
      }),
      { numRuns: 5000 },
    );
  });

  it('round to the nearest in the range of features and below the smallest normal number', () => {
    const near = fc.float({ min: -8, max: 8, noNaN: true });
    const tiny = fc.float({ min: Math.fround(-(2 ** -13)), max: Math.fround(2 ** -13), noNaN: true });
    fc.assert(
      fc.property(fc.oneof(near, tiny), (value) => {
        expect(roundToHalf(Float32Array.of(value))[0]).toBe(naiveNearestHalf(value));
      }),
      { numRuns: 5000 },
    );
  });

  it('round ties to the even one of two neighbours', () => {
    const middles = ALL_BITS.filter((bits) => bits < 0x7bff).map((bits) => bits); // all but the largest
    const ties = Float32Array.from(middles, (bits) => (naiveHalfValue(bits) + naiveHalfValue(bits + 1)) / 2);
    expect(encodeHalf(ties)).toEqual(middles.map((bits) => (bits % 2 === 0 ? bits : bits + 1)));
  });

  it('overflow to infinity from 65520 on, and keep NaN and the sign of zero', () => {
    const values = roundToHalf(Float32Array.of(65504, 65519.99, 65520, -70000, Infinity, NaN, -0));
    expect([...values]).toEqual([65504, 65504, Infinity, -Infinity, Infinity, NaN, -0]);
  });

  it('decode into a part of a larger array', () => {
    const target = new Float32Array(4);
    decodeHalf(Uint16Array.of(0x3c00, 0xc000), target, 1);
    expect([...target]).toEqual([0, 1, -2, 0]);
  });

  it('decode any number of them, and touch nothing else', () => {
    fc.assert(
      fc.property(fc.uint16Array({ maxLength: 11 }), fc.nat(3), fc.nat(3), (bits, before, after) => {
        const target = new Float32Array(before + bits.length + after).fill(7);
        decodeHalf(bits, target, before);
        const around = (count: number) => new Array<number>(count).fill(7);
        expect([...target]).toEqual([...around(before), ...[...bits].map(naiveHalfValue), ...around(after)]);
      }),
    );
  });
});
