/** A protobuf field by hand: what no well-behaved library would write. Numbers become varints, texts and bytes their bytes. */
export function field(number: number, value: number | bigint | string | Uint8Array): Uint8Array {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return Buffer.concat([varint(BigInt(number) << 3n), varint(BigInt.asUintN(64, BigInt(value)))]);
  }
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((BigInt(number) << 3n) | 2n), varint(BigInt(bytes.length)), bytes]);
}

/** A message of these fields. */
export const message = (...fields: Uint8Array[]): Uint8Array => Buffer.concat(fields);

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  do {
    bytes.push(Number(value & 0x7fn) | (value > 0x7fn ? 0x80 : 0));
    value >>= 7n;
  } while (value > 0n);
  return Uint8Array.from(bytes);
}
