import { createHash } from 'node:crypto';
import { Random } from '#foundation';
import { decodeCanonical, renderSvg } from '#imaging';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BACKDROPS } from './backdrop.js';
import { brightness, colourways, GARMENT_COLOURS, mixed, MOODS } from './palette.js';
import { drawPicture } from './picture.js';
import { cornerPlan, furtherShot, mainPose, mainShot } from './shot.js';
import { DRAWING_VERSION } from './drawing-version.js';
import { planCatalogue } from './plan.js';
import { designStyle } from './style.js';
import { TEXTURES, tilePixels } from './texture.js';
import { bothSides, svg } from './svg.js';
import { kindAt } from './wardrobe.js';

/** Indices of styles: the first of every kind. */
const kinds = Array.from({ length: 400 }, (_, index) => kindAt(index));
const ONE_OF_EACH_KIND = [...new Set(kinds)].map((kind) => kinds.indexOf(kind));

describe('svg', () => {
  it('rounds numbers to tenths and joins lists', () => {
    expect(svg`M${1.26} ${-0.04}${['a', 'b']}${'c'}`).toBe('M1.3 0abc');
  });

  it('draws both sides as mirror images', () => {
    expect(bothSides((x) => `${x(30)} `)).toBe('230 170 ');
  });
});

describe('palette', () => {
  it('mixes from one end to the other', () => {
    expect([mixed('#000000', '#ffffff', 0), mixed('#000000', '#ffffff', 0.5), mixed('#123456', '#abcdef', 1)]).toEqual([
      '#000000',
      '#808080',
      '#abcdef',
    ]);
    expect([brightness('#000000'), brightness('#ffffff')]).toEqual([0, 1]);
  });

  it('gives a style different colours, all of the palette', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 3 }), fc.constantFrom(...MOODS), (seed, count, mood) => {
        const names = colourways(count, mood, new Random(seed)).map((colour) => colour.name);
        expect(new Set(names).size).toBe(count);
        for (const name of names) expect(GARMENT_COLOURS.map((colour) => colour.name)).toContain(name);
      }),
    );
  });
});

describe('cornerPlan', () => {
  it('uses every corner once before any comes again', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const next = cornerPlan(new Random(seed));
        const first = Array.from({ length: BACKDROPS.length }, next);
        expect(new Set(first).size).toBe(BACKDROPS.length);
        expect(next()).toBe(first[0]);
      }),
    );
  });
});

describe('drawPicture', () => {
  it('draws every kind of garment from the front and from the back, in any cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = new Random(seed);
        for (const index of ONE_OF_EACH_KIND) {
          const style = designStyle(seed, index);
          const [colour] = style.colours;
          if (colour === undefined) throw new Error('A style has colours.');
          const shot = {
            ...furtherShot(style.kind.stages, random.int(BACKDROPS.length), random),
            side: random.pick(['front', 'back'] as const),
          };
          const drawing = drawPicture(style, colour, shot, () => null);
          expect(drawing).not.toMatch(/NaN|undefined|Infinity/);
          await renderSvg(drawing, { width: 64, format: 'png' });
        }
      }),
      { numRuns: 8 },
    );
  });

  it('shows the garment in its colour in the middle of the main view', async () => {
    for (const index of Array(7).keys()) {
      const style = designStyle(3, index);
      const plain = { ...style, pattern: { ...style.pattern, kind: 'plain' as const } };
      const [red, blue] = await Promise.all(
        ['#c72c36', '#2c56c4'].map(async (hex) => {
          const shot = mainShot(mainPose(new Random(1)), style.kind.stages, 6, new Random(1));
          const jpeg = await renderSvg(
            drawPicture(plain, { name: 'x', hex }, shot, () => null),
            { width: 400, format: 'jpeg' },
          );
          return (await decodeCanonical(jpeg)).lab;
        }),
      );
      // Lab's b runs from blue to yellow, a from green to red.
      expect((red?.[2] ?? NaN) - (blue?.[2] ?? NaN), style.name).toBeGreaterThan(6);
      expect((red?.[1] ?? NaN) - (blue?.[1] ?? NaN), style.name).toBeGreaterThan(3);
    }
  });
});

describe('DRAWING_VERSION', () => {
  it('changes with anything that is drawn: the hash of every tile and of 100 scenes', () => {
    const hash = createHash('sha256');
    for (const texture of TEXTURES) hash.update(tilePixels(texture) ?? '');
    const photos = [...planCatalogue({ seed: 1, products: 160 })].flatMap((product) => product.photos);
    for (const { path, style, colour, shot } of photos.slice(0, 100)) {
      hash.update(`${path}\n${drawPicture(style, colour, shot, (texture) => texture)}\n`);
    }
    expect(DRAWING_VERSION, 'Put the received hash into drawing-version.ts').toBe(hash.digest('hex').slice(0, 16));
  });
});
