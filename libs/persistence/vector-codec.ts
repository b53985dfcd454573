import { endianness } from 'node:os';

/** Bytes before the components: dimension and a reserved word, 16 bits each. */
const HEADER = 4;

/**
 * pgvector's binary form (`vector_send`, `vector_recv`): int16 dimension, int16 zero, then float32 values, all
 * big-endian. Exact, where text would have to print 9 digits, and a third of its size.
 */
export function encodeVector(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + 4 * vector.length);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  const components = bytes.subarray(HEADER);
  components.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
  if (endianness() === 'LE') components.swap32();
  return bytes;
}

/** The inverse of `encodeVector`. */
export function decodeVector(bytes: Buffer): Float32Array {
  // A copy: aligned, and what is turned round is not the driver's.
  const components = Buffer.from(new Uint8Array(bytes.subarray(HEADER)).buffer);
  if (endianness() === 'LE') components.swap32();
  return new Float32Array(components.buffer);
}
