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
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerLength + end).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerLength;
  for (const { values } of tensors.values()) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return file;
}

/**
 * Reads a safetensors file of float32 tensors.
 *
 * @throws SafetensorsDamaged unless the tensors fill the file without gap, overlap or remainder.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, NamedTensor> {
  if (bytes.length < LENGTH_BYTES) throw new SafetensorsDamaged('The safetensors file is cut short.');
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);
  const start = LENGTH_BYTES + Number(headerLength);
  if (headerLength > BigInt(MOST_HEADER_BYTES) || start > bytes.length) {
    throw new SafetensorsDamaged('The header of the safetensors file does not fit.', { value: String(headerLength) });
  }
  const numbers = bytes.subarray(start);
  const entries = parseHeader(bytes.subarray(LENGTH_BYTES, start));
  entries.sort(
    ([, one], [, two]) => one.data_offsets[0] - two.data_offsets[0] || one.data_offsets[1] - two.data_offsets[1],
  );
  let position = 0;
  const tensors = entries.map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const count = shape.reduce((product, length) => product * length, 1);
      if (from !== position || to - from !== count * Float32Array.BYTES_PER_ELEMENT || to > numbers.length) {
        throw new SafetensorsDamaged(`The tensor ${name} does not lie where the file says.`, {
          value: { shape, from, to },
        });
      }
      position = to;
      // A copy, because a typed array wants its first byte at a multiple of four.
      const values = new Float32Array(new Uint8Array(numbers.subarray(from, to)).buffer);
      return [name, { shape, values }] as const;
    },
  );
  if (position !== numbers.length) throw new SafetensorsDamaged('The safetensors file goes on after its last tensor.');
  return new Map(tensors);
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
