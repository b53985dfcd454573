import { describe, expect, it } from 'vitest';
import { augmentedView, CANONICAL_SIZE } from './index.js';

const SIDE = CANONICAL_SIZE;

/** Red grows to the right, green downwards. */
const ramp = () => {
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) pixels.set([x, y, 77], (y * SIDE + x) * 3);
  }
  return pixels;
};
const at = (pixels: Uint8Array, x: number, y: number) => [
  ...pixels.subarray((y * SIDE + x) * 3, (y * SIDE + x) * 3 + 3),
];

describe('augmentedView', () => {
  it('is the photo mirrored and from closer, in the same colours', async () => {
    const pixels = ramp();
    const view = await augmentedView(pixels);
    expect(view).toHaveLength(pixels.length);
    for (const [x, y] of [
      [40, 60],
      [112, 112],
      [200, 20],
    ] as const) {
      // prettier-ignore
      const [red = 0, green = 0, blue = 0] = at(view, x, y);
      expect(Math.abs(red - (13 + (0.88 * (SIDE - 1 - x) + 0.5)))).toBeLessThan(2);
      expect(Math.abs(green - (13 + (0.88 * y + 0.5)))).toBeLessThan(2);
      expect(blue).toBe(77);
    }
  });

  it('is the same every time, and leaves the photo as it is', async () => {
    const pixels = ramp();
    const view = await augmentedView(pixels);
    expect(await augmentedView(pixels)).toEqual(view);
    expect(pixels).toEqual(ramp());
    expect(view).not.toEqual(pixels);
  });

  it('takes pictures of any side', async () => {
    const grey = new Uint8Array(32 * 32 * 3).fill(128);
    expect(await augmentedView(grey)).toEqual(grey);
  });
});
