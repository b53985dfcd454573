import { sha256 } from '#foundation';
import { describe, expect, it } from 'vitest';
import { engine } from './engine.js';
import { CANONICAL_SIZE, type CanonicalImage, decodeCanonical } from './index.js';
// In this process the decoder's loaders are switched on: tests look into the files they make.
import './open-photo.js';

type Rgb = [number, number, number];
const RED: Rgb = [200, 30, 30];
const GREEN: Rgb = [30, 160, 60];
const BLUE: Rgb = [40, 60, 190];
const YELLOW: Rgb = [220, 200, 40];
const WHITE: Rgb = [255, 255, 255];

/** Raw pixels of four coloured quarters: top left red, top right green, bottom left blue, bottom right yellow. */
function quarters(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = y < height / 2 ? (x < width / 2 ? RED : GREEN) : x < width / 2 ? BLUE : YELLOW;
      pixels.set(colour, (y * width + x) * 3);
    }
  }
  return pixels;
}

const picture = (width = 120, height = 80) => engine(quarters(width, height), { raw: { width, height, channels: 3 } });

function at(image: CanonicalImage, x: number, y: number): number[] {
  return [...image.pixels.subarray((y * CANONICAL_SIZE + x) * 3, (y * CANONICAL_SIZE + x) * 3 + 3)];
}

/** The colours at the four quarters' centres of a 3:2 picture: [left top, right top, left bottom, right bottom]. */
function corners(image: CanonicalImage): number[][] {
  return [
    [56, 75],
    [168, 75],
    [56, 149],
    [168, 149],
  ].map(([x, y]) => at(image, x ?? 0, y ?? 0));
}

function expectNear(actual: number[], expected: number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? NaN)), `${actual.join()} against ${expected.join()}`).toBeLessThanOrEqual(
      tolerance,
    );
  });
}

const ALL = [RED, GREEN, BLUE, YELLOW].flat();

describe('decodeCanonical', () => {
  it('centres the whole photo on white and keeps its proportions', async () => {
    const bytes = await picture().png().toBuffer();
    const image = await decodeCanonical(bytes);
    expect(image).toMatchObject({ imageId: sha256(bytes), width: 120, height: 80 });
    expect(image.pixels).toHaveLength(224 * 224 * 3);
    expect(corners(image)).toEqual([RED, GREEN, BLUE, YELLOW]);
    // 120 x 80 becomes 224 x 149: rows 37 to 185.
    expect([at(image, 112, 36), at(image, 112, 186)]).toEqual([WHITE, WHITE]);
    expect([at(image, 0, 37), at(image, 223, 185)]).toEqual([RED, YELLOW]);
  });

  it('pads portraits at the sides', async () => {
    const image = await decodeCanonical(await picture(80, 120).png().toBuffer());
    expect([at(image, 36, 112), at(image, 186, 112)]).toEqual([WHITE, WHITE]);
    expect([at(image, 37, 0), at(image, 185, 223)]).toEqual([RED, YELLOW]);
  });

  it.each([
    [1, [RED, GREEN, BLUE, YELLOW]],
    [2, [GREEN, RED, YELLOW, BLUE]],
    [3, [YELLOW, BLUE, GREEN, RED]],
    [4, [BLUE, YELLOW, RED, GREEN]],
    [5, [RED, BLUE, GREEN, YELLOW]],
    [6, [BLUE, RED, YELLOW, GREEN]],
    [7, [YELLOW, GREEN, BLUE, RED]],
    [8, [GREEN, YELLOW, RED, BLUE]],
  ])('turns EXIF orientation %i upright', async (orientation, expected) => {
    const isTurned = orientation > 4;
    const stored = isTurned ? picture(80, 120) : picture(120, 80);
    const image = await decodeCanonical(await stored.withMetadata({ orientation }).png().toBuffer());
    expect([image.width, image.height]).toEqual([120, 80]);
    expectNear(corners(image).flat(), expected.flat(), 1);
  });

  it('shows transparent pixels white, not black', async () => {
    const raw = Buffer.alloc(60 * 60 * 4);
    for (let i = 0; i < 60 * 60; i += 1) raw.set([...RED, i % 60 < 30 ? 255 : 0], i * 4);
    for (const format of ['png', 'webp'] as const) {
      const bytes = await engine(raw, { raw: { width: 60, height: 60, channels: 4 } })
        [format]({ lossless: true })
        .toBuffer();
      const image = await decodeCanonical(bytes);
      expect([at(image, 56, 112), at(image, 168, 112)], format).toEqual([RED, WHITE]);
    }
  });

  it('brings CMYK to RGB', async () => {
    const bytes = await picture().toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    expect((await engine(bytes).metadata()).space).toBe('cmyk');
    // Printing inks cannot show every screen colour, so the colours move, but keep their place and kind.
    const [red, green, blue, yellow] = corners(await decodeCanonical(bytes));
    expectNear([red, green, blue, yellow].flat() as number[], ALL, 60);
  });

  it('brings 16 bits a channel to 8', async () => {
    const bytes = await picture().toColourspace('rgb16').png().toBuffer();
    expect((await engine(bytes).metadata()).depth).toBe('ushort');
    expectNear(corners(await decodeCanonical(bytes)).flat(), ALL, 1);
  });

  it('gives grey pictures three equal channels, at 8 and 16 bits and with transparency', async () => {
    const grey = Buffer.alloc(60 * 60, 77);
    const eight = engine(grey, { raw: { width: 60, height: 60, channels: 1 } });
    const files = [
      await eight.clone().toColourspace('b-w').png().toBuffer(),
      await eight.clone().toColourspace('b-w').jpeg({ quality: 100 }).toBuffer(),
      await eight.clone().toColourspace('grey16').png().toBuffer(),
      await eight.clone().toColourspace('b-w').ensureAlpha(1).png().toBuffer(),
    ];
    for (const file of files) {
      const image = await decodeCanonical(file);
      expect(image.pixels).toHaveLength(224 * 224 * 3);
      expectNear(at(image, 112, 112), [77, 77, 77], 1);
    }
  });

  it.each(['gif', 'webp'] as const)('takes the first frame of an animated %s', async (format) => {
    const frames = Buffer.concat([quarters(60, 40), Buffer.alloc(60 * 40 * 3), Buffer.alloc(60 * 40 * 3, 255)]);
    const bytes = await engine(frames, { raw: { width: 60, height: 120, channels: 3, pageHeight: 40 } })
      [format]({ quality: 100, ...(format === 'webp' && { lossless: true }) })
      .toBuffer();
    expect((await engine(bytes).metadata()).pages).toBe(3);
    const image = await decodeCanonical(bytes);
    expect([image.width, image.height]).toEqual([60, 40]);
    expectNear(corners(image).flat(), ALL, format === 'gif' ? 6 : 1);
  });

  it('reads colours through the ICC profile of the file', async () => {
    // The file stores other numbers (Display P3) for the same colours: taken as sRGB they would look duller.
    const bytes = await picture().withIccProfile('p3').png().toBuffer();
    const stored = await engine(bytes, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs((stored[0] ?? 0) - RED[0])).toBeGreaterThan(8);
    expectNear(corners(await decodeCanonical(bytes)).flat(), ALL, 3);
  });

  it('reads AVIF and TIFF', async () => {
    for (const file of [
      await picture().avif({ quality: 90, chromaSubsampling: '4:4:4' }).toBuffer(),
      await picture().tiff().toBuffer(),
    ]) {
      expectNear(corners(await decodeCanonical(file)).flat(), ALL, 8);
    }
  });

  it('enlarges small photos and accepts a single colour', async () => {
    const image = await decodeCanonical(
      await engine({ create: { width: 16, height: 16, channels: 3, background: '#1e90ff' } })
        .png()
        .toBuffer(),
    );
    expect(at(image, 0, 0)).toEqual([30, 144, 255]);
    expectNear(image.lab, [59.4, 10.0, -63.4], 0.2);
  });

  it('survives extreme proportions', async () => {
    const image = await decodeCanonical(
      await engine({ create: { width: 16, height: 9000, channels: 3, background: '#000' } })
        .png()
        .toBuffer(),
    );
    expect([at(image, 111, 0), at(image, 109, 0), at(image, 114, 0)]).toEqual([[0, 0, 0], WHITE, WHITE]);
  });

  it.each([1, 3, 6, 8])(
    'takes the box of the upright photo, whatever its EXIF orientation %i says',
    async (orientation) => {
      const upright = await picture().png().toBuffer();
      // Stored turned, so that it is the same photo once it is upright.
      const turned = { 1: 0, 3: 180, 6: 270, 8: 90 }[orientation] ?? 0;
      const stored = await engine(upright).rotate(turned).withMetadata({ orientation }).png().toBuffer();
      const quarter = async (x: number, y: number) => {
        const box = { x, y, width: 0.5, height: 0.5, unit: 'fraction' } as const;
        const image = await decodeCanonical(stored, undefined, undefined, box);
        expect([image.width, image.height]).toEqual([120, 80]);
        // All of it is of one colour.
        return [at(image, 2, 100), at(image, 221, 130)];
      };
      expectNear((await quarter(0, 0)).flat(), [RED, RED].flat(), 1);
      expectNear((await quarter(0.5, 0)).flat(), [GREEN, GREEN].flat(), 1);
      expectNear((await quarter(0, 0.5)).flat(), [BLUE, BLUE].flat(), 1);
      expectNear((await quarter(0.5, 0.5)).flat(), [YELLOW, YELLOW].flat(), 1);
    },
  );

  it('takes the box as it would the same part, cut out and saved as a photo', async () => {
    const [width, height] = [120, 80];
    const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 2654435761) >>> 24);
    const photo = engine(pixels, { raw: { width, height, channels: 3 } });
    const cut = await photo.clone().extract({ left: 10, top: 20, width: 60, height: 30 }).png().toBuffer();
    const box = { x: 10, y: 20, width: 60, height: 30, unit: 'pixel' } as const;
    const image = await decodeCanonical(await photo.png().toBuffer(), undefined, undefined, box);
    expect(image.pixels).toEqual((await decodeCanonical(cut)).pixels);
  });

  it.each([
    [{ x: 0.6, y: 0, width: 0.5, height: 1, unit: 'fraction' }, 'leaves the photo, which is 120 x 80 pixels'],
    [{ x: 0, y: 70, width: 50, height: 20, unit: 'pixel' }, 'leaves the photo, which is 120 x 80 pixels'],
    [{ x: 0, y: 0, width: 0.1, height: 1, unit: 'fraction' }, 'shows 12 x 80 pixels; each side needs at least 16'],
  ] as const)('refuses the box %j', async (box, words) => {
    const decoded = decodeCanonical(await picture().png().toBuffer(), undefined, undefined, box);
    await expect(decoded).rejects.toMatchObject({ code: 'image-box-unusable' });
    await expect(decoded).rejects.toThrow(words);
  });
});
