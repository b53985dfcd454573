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
  for (let i = 0; i < vector.length; i += 1) bytes.writeFloatBE(vector[i] as number, HEADER + 4 * i);
  return bytes;
}

/** The inverse of `encodeVector`. */
export function decodeVector(bytes: Buffer): Float32Array {
  const vector = new Float32Array(bytes.readInt16BE(0));
  for (let i = 0; i < vector.length; i += 1) vector[i] = bytes.readFloatBE(HEADER + 4 * i);
  return vector;
}
