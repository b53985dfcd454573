import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labOf, meanForegroundLab } from './lab.js';

const byte = fc.integer({ min: 0, max: 255 });

describe('labOf', () => {
  // Reference values: B. Lindbloom's CIE colour calculator, sRGB, D65, no adaptation.
  it.each([
    [
      [0, 0, 0],
      [0, 0, 0],
    ],
    [
      [255, 255, 255],
      [100, 0, 0],
    ],
    [
      [255, 0, 0],
      [53.24, 80.09, 67.2],
    ],
    [
      [0, 255, 0],
      [87.74, -86.18, 83.18],
    ],
    [
      [0, 0, 255],
      [32.3, 79.19, -107.86],
    ],
    [
      [119, 119, 119],
      [50.03, 0, 0],
    ],
  ])('turns sRGB %j into Lab %j', ([red, green, blue], expected) => {
    const lab = labOf(red ?? 0, green ?? 0, blue ?? 0);
    lab.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 1));
  });

  it('gives greys no chroma', () => {
    fc.assert(
      fc.property(byte, (grey) => {
        const [, a, b] = labOf(grey, grey, grey);
        expect(Math.hypot(a, b)).toBeLessThan(0.02);
      }),
    );
  });
});

describe('meanForegroundLab', () => {
  const pixels = (...parts: [count: number, rgb: number[]][]): Uint8Array =>
    Uint8Array.from(parts.flatMap(([count, rgb]) => Array.from({ length: count }, () => rgb).flat()));

  it('leaves a near-white background out', () => {
    const mean = meanForegroundLab(pixels([90, [255, 255, 255]], [5, [246, 247, 248]], [5, [200, 30, 30]]));
    const red = labOf(200, 30, 30);
    mean.forEach((value, axis) => expect(value).toBeCloseTo(red[axis] ?? NaN, 9));
  });

  it('keeps pale colours: they have chroma', () => {
    expect(meanForegroundLab(pixels([50, [255, 255, 255]], [50, [255, 240, 200]]))[2]).toBeGreaterThan(15);
  });

  it('takes all pixels where under 2 % are foreground', () => {
    const [lightness] = meanForegroundLab(pixels([99, [255, 255, 255]], [1, [0, 0, 0]]));
    expect(lightness).toBeCloseTo(99, 3);
  });

  it('lies inside the range of its pixels', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(byte, byte, byte), { minLength: 1, maxLength: 40 }), (colours) => {
        const labs = colours.map(([red, green, blue]) => labOf(red, green, blue));
        meanForegroundLab(Uint8Array.from(colours.flat())).forEach((value, axis) => {
          const values = labs.map((lab) => lab[axis] ?? NaN);
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        });
      }),
    );
  });
});
