import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { compiledFile } from '#config';
import { DecoderPool } from './decoder-pool.js';
import { decodeCanonical, DEFAULT_IMAGE_LIMITS } from './index.js';

/** Small files that promise, or really hold, far more than a photo. */
const refused = (code: string): unknown => expect.objectContaining({ name: 'ImageRejected', code });
const picture = (width: number, height = width): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#28c' } });
const ordinary = await picture(64).png().toBuffer();

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A black and white PNG: one bit a pixel, of which deflate leaves a thousandth. */
function flatPng(side: number, extra: Buffer[] = []): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc(side * (Math.ceil(side / 8) + 1)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...extra,
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The place of a marker segment's payload in a JPEG. */
function segmentOf(jpeg: Buffer, markers: number[]): number {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (markers.includes(jpeg[at + 1] ?? 0)) return at;
  }
  throw new Error('no such segment');
}

describe('decompression bombs', { timeout: 120_000 }, () => {
  // After each of them the decoders serve the next photo.
  afterAll(async () => {
    await expect(decodeCanonical(ordinary)).resolves.toMatchObject({ width: 64 });
  });

  it('a PNG of 30,000 x 30,000 pixels in 110 KB', async () => {
    const bomb = flatPng(30_000);
    expect(bomb.length).toBeLessThan(120_000);
    await expect(decodeCanonical(bomb)).rejects.toEqual(refused('image-too-many-pixels'));
  });

  it('a PNG of 59 megapixels in 8 KB is within the limits', async () => {
    await expect(decodeCanonical(flatPng(7700))).resolves.toMatchObject({ width: 7700 });
  });

  it.each(['iCCP', 'zTXt'])('a PNG whose %s inflates to 200 MB costs no more than a photo', async (type) => {
    const zeros = deflateSync(Buffer.alloc(200e6));
    const bomb = flatPng(64, [chunk(type, Buffer.concat([Buffer.from('bomb\0\0', 'latin1'), zeros]))]);
    const outcome = await decodeCanonical(bomb).catch((error: unknown) => error);
    expect([64, 'image-broken']).toContain(
      (outcome as { width?: number; code?: string }).width ?? (outcome as { code: string }).code,
    );
  });

  it('an animated GIF of 10,000 frames shows its first', async () => {
    const gif = await picture(64).gif().toBuffer();
    const frame = gif.subarray(gif.lastIndexOf(Buffer.from([0x21, 0xf9])), -1);
    const bomb = Buffer.concat([gif.subarray(0, -1), ...Array<Buffer>(10_000).fill(frame), gif.subarray(-1)]);
    await expect(decodeCanonical(bomb)).resolves.toMatchObject({ width: 64, height: 64 });
  });

  it('a GIF with a frame of 65,535 x 65,535', async () => {
    const bomb = await picture(64).gif().toBuffer();
    const frame = bomb.lastIndexOf(Buffer.from([0x2c, 0, 0, 0, 0, 64, 0, 64, 0]));
    bomb.writeUInt32LE(0xffffffff, frame + 5);
    await expect(decodeCanonical(bomb)).rejects.toMatchObject({ name: 'ImageRejected' });
  });

  it('a JPEG whose header promises 65,500 x 65,500', async () => {
    const bomb = await picture(64).jpeg().toBuffer();
    const header = segmentOf(bomb, [0xc0]);
    bomb.writeUInt16BE(65_500, header + 5);
    bomb.writeUInt16BE(65_500, header + 7);
    await expect(decodeCanonical(bomb)).rejects.toEqual(refused('image-too-many-pixels'));
  });

  it('a progressive JPEG with 20,000 scans over 36 megapixels', async () => {
    const jpeg = await picture(6000).jpeg({ progressive: true }).toBuffer();
    const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
    const scan = jpeg.subarray(last, -2);
    const times = Math.min(20_000, Math.floor(25e6 / scan.length));
    const bomb = Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(times).fill(scan), jpeg.subarray(-2)]);
    await expect(decodeCanonical(bomb)).rejects.toEqual(refused('image-broken'));
  });

  it('a lossless WebP whose header promises 16,384 x 16,384', async () => {
    const bomb = await picture(64).webp({ lossless: true }).toBuffer();
    const header = bomb.indexOf('VP8L') + 9;
    bomb.writeUInt32LE(((bomb.readUInt32LE(header) & 0xf0000000) | 0x0fffffff) >>> 0, header);
    await expect(decodeCanonical(bomb)).rejects.toMatchObject({ name: 'ImageRejected' });
  });

  it('an AVIF whose header promises 65,535 x 65,535', async () => {
    const bomb = await picture(64).avif({ effort: 0 }).toBuffer();
    const size = bomb.indexOf('ispe') + 8;
    bomb.writeUInt32BE(65_535, size);
    bomb.writeUInt32BE(65_535, size + 4);
    await expect(decodeCanonical(bomb)).rejects.toMatchObject({ name: 'ImageRejected' });
  });

  it.each([
    ['a width of 2^31', 256, 2 ** 31 - 1, 'image-broken'],
    ['strips of 2^32 rows', 278, 0xffffffff, null],
    ['rows that are 10 MB long', 256, 9_999_999, 'image-too-many-pixels'],
    ['strips beyond the file', 273, 0x7fffffff, 'image-broken'],
  ])('a TIFF with %s', async (_, tag, value, code) => {
    const bomb = await picture(64).tiff({ compression: 'none' }).toBuffer();
    const directory = bomb.readUInt32LE(4);
    for (let entry = directory + 2; entry < directory + 2 + 12 * bomb.readUInt16LE(directory); entry += 12) {
      if (bomb.readUInt16LE(entry) !== tag) continue;
      bomb.writeUInt16LE(4, entry + 2);
      bomb.writeUInt32LE(1, entry + 4);
      bomb.writeUInt32LE(value, entry + 8);
    }
    const decoding = decodeCanonical(bomb);
    if (code === null) await expect(decoding).resolves.toMatchObject({ width: 64 });
    else await expect(decoding).rejects.toEqual(refused(code));
  });

  it('a TIFF whose pages follow each other in a circle', async () => {
    const bomb = await picture(64).tiff().toBuffer();
    const directory = bomb.readUInt32LE(4);
    bomb.writeUInt32LE(directory, directory + 2 + 12 * bomb.readUInt16LE(directory));
    const outcome = await decodeCanonical(bomb).catch((error: unknown) => error);
    expect(outcome).toSatisfy(
      (value: { width?: number; name?: string }) => value.width === 64 || value.name === 'ImageRejected',
    );
  });

  it('a photo that needs more memory than a decoder may have, in the real decoder', async () => {
    const script = compiledFile(import.meta.url, './decoder-process.js');
    const pool = new DecoderPool({ script, size: 1, memoryBytes: 220e6, timeoutMs: 30_000, idleMs: 60_000 });
    const decode = (bytes: Uint8Array) =>
      pool.decode({ task: 'canonical', bytes, side: 224, limits: DEFAULT_IMAGE_LIMITS, box: null });
    try {
      const large = await picture(7000).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer();
      await expect(decode(large)).rejects.toMatchObject({ name: 'ImageRejected' });
      await expect(decode(ordinary)).resolves.toMatchObject({ width: 64 });
    } finally {
      pool.endIdle();
    }
  });
});
