import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type NamedTensor,
  readSafetensors,
  readSafetensorsFile,
  SafetensorsDamaged,
  writeSafetensors,
  writeSafetensorsFile,
} from './safetensors.js';

const two = new Map<string, NamedTensor>([
  ['weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['bias', { shape: [3], values: Float32Array.of(-1, 0, 1) }],
]);

/** A file with a header of our choice before `floats` numbers. */
function fileOf(header: unknown, floats: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(floats * 4)]);
}

describe('safetensors', () => {
  it('has the layout of the format: length, JSON, numbers from a multiple of eight on', () => {
    const bytes = Buffer.from(writeSafetensors(new Map([['a', { shape: [1], values: Float32Array.of(1.5) }]])));
    const headerLength = Number(bytes.readBigUInt64LE(0));
    expect(headerLength % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + headerLength))).toEqual({
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    });
    expect(bytes.readFloatLE(8 + headerLength)).toBe(1.5);
    expect(bytes.length).toBe(8 + headerLength + 4);
  });

  it('comes back as it was written, also from a window into a larger array', () => {
    const tensor = fc.array(fc.float(), { maxLength: 20 }).map((values) => ({
      shape: [values.length, 1],
      values: Float32Array.from(values),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,9}$/), tensor),
        fc.nat({ max: 9 }),
        (named, shift) => {
          const tensors = new Map(Object.entries(named));
          const bytes = writeSafetensors(tensors);
          const window = new Uint8Array(bytes.length + shift).subarray(shift);
          window.set(bytes);
          expect(readSafetensors(window)).toEqual(tensors);
        },
      ),
    );
  });

  it('is the same as a file, which is refused when it is cut short', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'weft-safetensors-'));
    try {
      const path = join(directory, 'two.safetensors');
      await writeSafetensorsFile(path, two);
      const bytes = await readFile(path);
      expect(bytes.equals(writeSafetensors(two))).toBe(true);
      expect(await readSafetensorsFile(path)).toEqual(two);
      for (const length of [0, 7, 8, 20, bytes.length - 1]) {
        await writeFile(path, bytes.subarray(0, length));
        await expect(readSafetensorsFile(path), `${length} bytes`).rejects.toThrow(SafetensorsDamaged);
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('refuses a shape that the values do not fit', () => {
    expect(() => writeSafetensors(new Map([['a', { shape: [2], values: new Float32Array(3) }]]))).toThrow(RangeError);
  });

  it('refuses the file cut short anywhere', () => {
    const bytes = writeSafetensors(two);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => readSafetensors(bytes.subarray(0, length)), `${length} bytes`).toThrow(SafetensorsDamaged);
    }
  });

  it('refuses names that are not plain', () => {
    const tensor = { shape: [0], values: new Float32Array(0) };
    for (const name of ['', '__proto__', '__metadata__', 'a b']) {
      expect(() => writeSafetensors(new Map([[name, tensor]]))).toThrow();
      const header = `{${JSON.stringify(name)}: {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}}`;
      expect(() => readSafetensors(fileOf(header, 0)), name).toThrow(SafetensorsDamaged);
    }
  });

  const entry = (shape: number[], from: number, to: number) => ({ dtype: 'F32', shape, data_offsets: [from, to] });
  it.each([
    ['numbers after the last tensor', fileOf({ a: entry([1], 0, 4) }, 2)],
    ['a gap between tensors', fileOf({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 3)],
    ['tensors that overlap', fileOf({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 3)],
    ['a tensor that ends outside the file', fileOf({ a: entry([3], 0, 12) }, 2)],
    ['a shape that does not fit the offsets', fileOf({ a: entry([3], 0, 8) }, 2)],
    ['a shape that overflows', fileOf({ a: entry([2 ** 52, 2 ** 52], 0, 8) }, 2)],
    ['offsets that are no integers', fileOf({ a: entry([1], 0, 4.5) }, 1)],
    ['another element type', fileOf({ a: { ...entry([2], 0, 4), dtype: 'F16' } }, 1)],
    ['a header that is no JSON', fileOf('{"a":', 0)],
    ['a header that is no object', fileOf([], 0)],
    ['a header longer than the file', Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 123, 125)],
    ['a header of exabytes', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 123, 125)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsDamaged);
  });
});
