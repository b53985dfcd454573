import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml } from './contact-sheet.js';
import { allowLoaders, engine } from './engine.js';
import { drawContactSheet, imagingVersions, renderSvg, type SheetCell, thumbnail } from './index.js';

// Tests look into the files that are made.
allowLoaders(['Jpeg', 'Png', 'Webp']);

const SQUARE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="60"><rect width="40" height="60" fill="#28c"/></svg>';

async function pixel(png: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await engine(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

describe('renderSvg', () => {
  it('draws at the asked width, by vectors and not by enlarging', async () => {
    const png = await renderSvg(SQUARE, { width: 400, format: 'png' });
    expect(await engine(png).metadata()).toMatchObject({ format: 'png', width: 400, height: 600 });
    expect(await pixel(png, 399, 599)).toEqual([0x22, 0x88, 0xcc]);
  });

  it('writes JPEG on white', async () => {
    const open = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>';
    const jpeg = await renderSvg(open, { width: 40, format: 'jpeg' });
    expect((await engine(jpeg).metadata()).format).toBe('jpeg');
    expect(await pixel(jpeg, 20, 20)).toEqual([255, 255, 255]);
  });

  it('says that a drawing is broken', async () => {
    await expect(renderSvg('<svg', { width: 40, format: 'png' })).rejects.toMatchObject({ code: 'svg-broken' });
  });
});

describe('thumbnail', () => {
  const photo = (width: number, height: number) =>
    engine({ create: { width, height, channels: 3, background: '#28c' } })
      .jpeg()
      .toBuffer();

  it('is a WebP of the asked width in the proportions of the photo', async () => {
    const { bytes, contentType } = await thumbnail(await photo(600, 900), 200);
    expect(contentType).toBe('image/webp');
    expect(await engine(bytes).metadata()).toMatchObject({ format: 'webp', width: 200, height: 300 });
  });

  it('never enlarges', async () => {
    expect(await engine((await thumbnail(await photo(50, 40), 1024)).bytes).metadata()).toMatchObject({
      width: 50,
      height: 40,
    });
  });

  it('turns the photo upright', async () => {
    const turned = await engine(await photo(90, 60))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await engine((await thumbnail(turned, 40)).bytes).metadata()).toMatchObject({ width: 40, height: 60 });
  });

  it.each([0, 31, 1025, 64.5, NaN, Infinity])('refuses the width %d', async (width) => {
    await expect(thumbnail(await photo(50, 40), width)).rejects.toMatchObject({ code: 'thumbnail-width' });
  });
});

/** As many edges and shades as a photo has. */
function busyPhoto(): string {
  const circles = Array.from(
    { length: 600 },
    (_, i) =>
      `<circle cx="${(i * 157) % 400}" cy="${(i * 271) % 480}" r="${6 + (i % 17)}" fill="hsl(${i * 47} 40% ${30 + (i % 50)}%)" fill-opacity=".6"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="480">${circles.join('')}</svg>`;
}

describe('drawContactSheet', () => {
  const cell = async (background: string, more: Partial<SheetCell> = {}): Promise<SheetCell> => ({
    bytes: await engine({ create: { width: 100, height: 120, channels: 3, background } })
      .png()
      .toBuffer(),
    caption: ['Tee <b>&</b> "more"', '0.912', 'a very long third line that does not fit'],
    ...more,
  });

  it('frames hits green, misses red and others grey, and keeps to ten results', async () => {
    const results = [
      await cell('#800', { mark: 'hit' }),
      await cell('#080', { mark: 'miss' }),
      await cell('#008'),
      ...Array.from({ length: 9 }, (): SheetCell => ({ bytes: null, caption: [] })),
    ];
    const png = await drawContactSheet({ title: 'A & B', rows: [{ query: await cell('#888'), results }] });
    const { width = 0 } = await engine(png).metadata();
    // margins, query, gap, ten results of 148 with gaps of 10
    expect(width).toBe(20 + 148 + 26 + 10 * 158 - 10 + 20);
    const frames = await Promise.all([0, 1, 2].map((i) => pixel(png, 20 + 148 + 26 + i * 158 + 2, 56 + 84)));
    expect(frames).toEqual([
      [0x2e, 0x9e, 0x5b],
      [0xd2, 0x45, 0x3d],
      [0xc9, 0xcc, 0xd1],
    ]);
    expect(await pixel(png, 20 + 74, 56 + 84)).toEqual([0x88, 0x88, 0x88]);
  });

  it('draws a frame with a word for photos that are missing or broken', async () => {
    const broken: SheetCell = { bytes: Buffer.from('no image'), caption: ['broken'] };
    const png = await drawContactSheet({
      title: 'T',
      rows: [
        { query: broken, results: [] },
        { query: { bytes: null, caption: [] }, results: [broken] },
      ],
    });
    expect((await engine(png).metadata()).format).toBe('png');
  });

  it('is written as PNG, JPEG or WebP; four rows of photos as WebP take less than 300 kB', async () => {
    const photo = await renderSvg(busyPhoto(), { width: 400, format: 'jpeg' });
    const one: SheetCell = { bytes: photo, caption: ['Sage tee, white (drawn)', '0.812'], mark: 'hit' };
    const row = { query: one, results: Array.from({ length: 10 }, () => one) };
    const sheet = { title: 'T', rows: [row, row, row, row] };
    for (const format of ['png', 'jpeg', 'webp'] as const) {
      const bytes = await drawContactSheet({ ...sheet, format });
      expect((await engine(bytes).metadata()).format).toBe(format);
      if (format === 'webp') expect(bytes.length).toBeLessThan(300_000);
    }
  });

  it('draws an empty sheet', async () => {
    expect((await engine(await drawContactSheet({ title: '', rows: [] })).metadata()).format).toBe('png');
  });
});

describe('escapeXml', () => {
  it('leaves no markup and nothing that XML forbids, whatever comes in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (caption) => {
        const escaped = escapeXml(`${caption}\u0000\ud800<x>&`);
        expect(escaped).not.toMatch(
          /[<>"']|\u0000|[\ud800-\udfff](?![\udc00-\udfff])(?<![\ud800-\udbff][\udc00-\udfff])/,
        );
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text>${escaped}</text></svg>`;
        await renderSvg(svg, { width: 20, format: 'png' });
      }),
      { numRuns: 40 },
    );
  });
});

describe('imagingVersions', () => {
  it('names sharp and libvips', () => {
    expect(imagingVersions().sharp).toMatch(/^0\.\d+\.\d+/);
    expect(imagingVersions().libvips).toMatch(/^8\.\d+\.\d+/);
  });
});
