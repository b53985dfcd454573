import { type FileHandle, open } from 'node:fs/promises';
import { WeftError } from '#foundation';
import { z } from 'zod';

/** A dense tensor, row-major. */
export interface NamedTensor {
  shape: number[];
  values: Float32Array;
}

/** A safetensors file that is cut short, altered, or holds something else than float32 tensors. */
export class SafetensorsDamaged extends WeftError {
  constructor(message: string, options: { value?: unknown; cause?: unknown } = {}) {
    super('safetensors-damaged', message, options);
  }
}

const LENGTH_BYTES = 8;
/** Node reads and writes less than 2 GiB at once. */
const MOST_BYTES_AT_ONCE = 2 ** 30;
/** The format allows 100 MB; Weft's files hold a handful of tensors. */
const MOST_HEADER_BYTES = 1_000_000;

const size = z.int().min(0);
/** Plain names only: `__metadata__` is no tensor, and `__proto__` no key that survives in a JavaScript object. */
const nameSchema = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]*$/);
const headerSchema = z
  .custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  .transform((header) => Object.entries(header))
  .pipe(
    z.array(
      z.tuple([
        nameSchema,
        z.strictObject({ dtype: z.literal('F32'), shape: z.array(size), data_offsets: z.tuple([size, size]) }),
      ]),
    ),
  );

/**
 * Writes float32 tensors in the safetensors format (https://github.com/huggingface/safetensors): the length of the
 * header (uint64, little endian), the header (JSON), the numbers. Equal tensors in equal order give equal bytes.
 *
 * @param tensors by names of letters, digits and `._-`, beginning with a letter
 */
export function writeSafetensors(tensors: ReadonlyMap<string, NamedTensor>): Uint8Array {
  return Buffer.concat([encodeHeader(tensors), ...[...tensors.values()].map(({ values }) => bytesOf(values))]);
}

/** Writes the same bytes to a file, without a second copy of the numbers in memory; of any size. */
export async function writeSafetensorsFile(path: string, tensors: ReadonlyMap<string, NamedTensor>): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(encodeHeader(tensors));
    for (const { values } of tensors.values()) {
      const bytes = bytesOf(values);
      for (let at = 0; at < bytes.length; at += MOST_BYTES_AT_ONCE)
        await file.writeFile(bytes.subarray(at, at + MOST_BYTES_AT_ONCE));
    }
  } finally {
    await file.close();
  }
}

/**
 * Reads a safetensors file of float32 tensors.
 *
 * @throws SafetensorsDamaged unless the tensors fill the file without gap, overlap or remainder.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, NamedTensor> {
  const start = LENGTH_BYTES + headerBytes(bytes.subarray(0, LENGTH_BYTES), bytes.length);
  const numbers = bytes.subarray(start);
  const tensors = layOut(parseHeader(bytes.subarray(LENGTH_BYTES, start)), numbers.length);
  for (const { values, from } of tensors.values())
    bytesOf(values).set(numbers.subarray(from, from + values.byteLength));
  return new Map([...tensors].map(([name, { shape, values }]) => [name, { shape, values }]));
}

/** As {@link readSafetensors}, without a second copy of the numbers in memory; of any size. */
export async function readSafetensorsFile(path: string): Promise<Map<string, NamedTensor>> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const lengthBytes = new Uint8Array(Math.min(LENGTH_BYTES, size));
    await readInto(file, lengthBytes, 0);
    const header = new Uint8Array(headerBytes(lengthBytes, size));
    await readInto(file, header, LENGTH_BYTES);
    const start = LENGTH_BYTES + header.length;
    const tensors = layOut(parseHeader(header), size - start);
    for (const { values, from } of tensors.values()) await readInto(file, bytesOf(values), start + from);
    return new Map([...tensors].map(([name, { shape, values }]) => [name, { shape, values }]));
  } finally {
    await file.close();
  }
}

async function readInto(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(bytes.length - at, MOST_BYTES_AT_ONCE);
    const { bytesRead } = await file.read(bytes, at, length, position + at);
    if (bytesRead === 0) throw new SafetensorsDamaged('The safetensors file is cut short.');
    at += bytesRead;
  }
}

function encodeHeader(tensors: ReadonlyMap<string, NamedTensor>): Uint8Array {
  let end = 0;
  const entries = [...tensors].map(([name, { shape, values }]) => {
    nameSchema.parse(name);
    const count = shape.reduce((product, length) => product * length, 1);
    if (count !== values.length) {
      throw new RangeError(
        `The tensor ${name} has ${values.length} values; its shape ${shape.join(' x ')} wants ${count}.`,
      );
    }
    const start = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [start, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Blanks after the header let the numbers begin at a multiple of eight, as the format advises.
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(LENGTH_BYTES + length).fill(0x20, LENGTH_BYTES);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, LENGTH_BYTES);
  return header;
}

/** @throws SafetensorsDamaged */
function headerBytes(length: Uint8Array, fileBytes: number): number {
  if (length.length < LENGTH_BYTES) throw new SafetensorsDamaged('The safetensors file is cut short.');
  const bytes = new DataView(length.buffer, length.byteOffset, length.byteLength).getBigUint64(0, true);
  if (bytes > BigInt(MOST_HEADER_BYTES) || LENGTH_BYTES + Number(bytes) > fileBytes) {
    throw new SafetensorsDamaged('The header of the safetensors file does not fit.', { value: String(bytes) });
  }
  return Number(bytes);
}

/** Room for the tensors of a header, and where their numbers begin. */
function layOut(entries: z.infer<typeof headerSchema>, bytes: number): Map<string, NamedTensor & { from: number }> {
  entries.sort(
    ([, one], [, two]) => one.data_offsets[0] - two.data_offsets[0] || one.data_offsets[1] - two.data_offsets[1],
  );
  let position = 0;
  for (const [name, { shape, data_offsets: offsets }] of entries) {
    const [from, to] = offsets;
    const count = shape.reduce((product, length) => product * length, 1);
    if (from !== position || to - from !== count * Float32Array.BYTES_PER_ELEMENT || to > bytes) {
      throw new SafetensorsDamaged(`The tensor ${name} does not lie where the file says.`, {
        value: { shape, from, to },
      });
    }
    position = to;
  }
  if (position !== bytes) throw new SafetensorsDamaged('The safetensors file goes on after its last tensor.');
  return new Map(
    entries.map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const values = new Float32Array((to - from) / Float32Array.BYTES_PER_ELEMENT);
        return [name, { shape, values, from }];
      },
    ),
  );
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function parseHeader(bytes: Uint8Array): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new SafetensorsDamaged('The header of the safetensors file names something else than float32 tensors.', {
      cause,
    });
  }
}
