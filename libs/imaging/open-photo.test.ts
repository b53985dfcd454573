import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { engine } from './engine.js';
import { decodeCanonical, DEFAULT_IMAGE_LIMITS, type ImageLimits } from './index.js';
import { decoding } from './open-photo.js';

const code = (code: string): unknown => expect.objectContaining({ name: 'ImageRejected', code });
const plain = (width: number, height: number) => engine({ create: { width, height, channels: 3, background: '#7a5' } });

/** A picture with much detail, so that half of its bytes hold half of its rows. */
async function detailed(format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff'): Promise<Buffer> {
  const raw = Buffer.alloc(200 * 200 * 3);
  for (let i = 0; i < raw.length; i += 1) raw[i] = (i * i * 31 + i * 7) % 251;
  return engine(raw, { raw: { width: 200, height: 200, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

describe('what decodeCanonical refuses', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'tiff'] as const)('a %s that was cut short', async (format) => {
    const bytes = await detailed(format);
    await expect(decodeCanonical(bytes)).resolves.toBeDefined();
    for (const share of [0.02, 0.5, 0.9]) {
      await expect(decodeCanonical(bytes.subarray(0, Math.floor(bytes.length * share))), `${share}`).rejects.toEqual(
        code('image-broken'),
      );
    }
  });

  it.each(['png', 'gif'] as const)('a %s whose middle was overwritten', async (format) => {
    const bytes = Buffer.from(await detailed(format));
    bytes.fill(0x55, bytes.length >> 2, bytes.length >> 1);
    await expect(decodeCanonical(bytes)).rejects.toEqual(code('image-broken'));
  });

  it('files that are no image, whatever they are called', async () => {
    const files = [
      Buffer.from('<!doctype html><title>404</title>'),
      Buffer.from('%PDF-1.7\n'),
      Buffer.from('PK\x03\x04'),
      Buffer.alloc(5000),
      Buffer.from([0xff]),
      await readFile(fileURLToPath(import.meta.url)),
    ];
    for (const file of files) await expect(decodeCanonical(file)).rejects.toEqual(code('image-not-an-image'));
  });

  it('SVG, with and without a declaration', async () => {
    for (const start of ['', '<?xml version="1.0"?>', '\n ']) {
      const svg = `${start}<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>`;
      await expect(decodeCanonical(Buffer.from(svg))).rejects.toEqual(code('image-not-an-image'));
    }
  });

  it('a signature with nothing behind it', async () => {
    for (const start of [[0xff, 0xd8, 0xff, 0xe0], [...Buffer.from('GIF89a')], [...Buffer.from('II*\0')]]) {
      await expect(decodeCanonical(Uint8Array.from(start))).rejects.toEqual(code('image-broken'));
    }
  });

  it('an empty file and images under 16 pixels', async () => {
    await expect(decodeCanonical(new Uint8Array())).rejects.toEqual(code('image-empty'));
    for (const [width, height] of [
      [1, 1],
      [15, 400],
      [400, 15],
    ] as const) {
      await expect(decodeCanonical(await plain(width, height).png().toBuffer())).rejects.toEqual(code('image-empty'));
    }
  });

  it('more bytes than allowed, before looking at them', async () => {
    const limits: ImageLimits = { ...DEFAULT_IMAGE_LIMITS, maxBytes: 100 };
    await expect(decodeCanonical(new Uint8Array(101), limits)).rejects.toEqual(code('image-too-many-bytes'));
  });

  it('more pixels than allowed, by the header alone', async () => {
    const bomb = await plain(9000, 9000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(1e6);
    await expect(decodeCanonical(bomb)).rejects.toEqual(code('image-too-many-pixels'));
    // A header that promises more than any file could hold: never believed, never allocated.
    const lie = Buffer.from(await plain(20, 20).png().toBuffer());
    lie.writeUInt32BE(0x7fffffff, 16);
    lie.writeUInt32BE(0x7fffffff, 20);
    await expect(decodeCanonical(lie)).rejects.toMatchObject({ name: 'ImageRejected' });
  });

  it('what takes too long, apart from what is broken', async () => {
    const slow = plain(4000, 4000).timeout({ seconds: 1 }).median(75).raw().toBuffer();
    await expect(decoding(slow)).rejects.toEqual(code('image-too-slow'));
  });

  it('says what is wrong in a useful sentence', async () => {
    const bytes = await detailed('jpeg');
    await expect(decodeCanonical(bytes.subarray(0, 2000))).rejects.toMatchObject({
      message: 'The image cannot be decoded: VipsJpeg: premature end of JPEG image.',
    });
  });
});
