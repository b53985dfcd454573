import { BackboneRefused } from './backbone-refused.js';

/** One field of a protobuf message: a number, or bytes that stay in the message they were read from. */
export type WireField =
  { number: number; kind: 'integer'; value: bigint } | { number: number; kind: 'bytes'; value: Uint8Array };

/** Kinds of fields that ONNX uses, by the last three bits of a field's tag. */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * The fields of a protobuf message in their order, read without copying anything. Fields of fixed width come as their bytes.
 *
 * @throws BackboneRefused where the message is cut short or makes no sense
 */
export function* wireFields(message: Uint8Array): Generator<WireField> {
  let position = 0;
  const take = (count: number): Uint8Array => {
    if (count > message.length - position) throw cutShort();
    position += count;
    return message.subarray(position - count, position);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new BackboneRefused('The file is no ONNX model: a number in it has no end.');
  };
  while (position < message.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (wire === WIRE.varint) yield { number, kind: 'integer', value: BigInt.asIntN(64, varint()) };
    else if (wire === WIRE.bytes) yield { number, kind: 'bytes', value: take(lengthOf(varint())) };
    else if (wire === WIRE.fixed32) yield { number, kind: 'bytes', value: take(4) };
    else if (wire === WIRE.fixed64) yield { number, kind: 'bytes', value: take(8) };
    else throw new BackboneRefused('The file is no ONNX model: it holds a field of no known kind.', { value: wire });
  }
}

/** How many packed varints there are. @throws BackboneRefused when the last one has no end */
export function countVarints(packed: Uint8Array): number {
  if ((packed.at(-1) ?? 0) >= 0x80) throw cutShort();
  let count = 0;
  for (const byte of packed) if (byte < 0x80) count += 1;
  return count;
}

/** The packed integers of a field. */
export function unpackVarints(packed: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let [value, shift] = [0n, 0n];
  for (const byte of packed) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (shift > 70n) throw cutShort();
    if (byte >= 0x80) continue;
    values.push(BigInt.asIntN(64, value));
    [value, shift] = [0n, 0n];
  }
  if (shift > 0n) throw cutShort();
  return values;
}

function lengthOf(value: bigint): number {
  // Anything near this is longer than every file.
  return value > 2n ** 40n ? 2 ** 40 : Number(value);
}

function cutShort(): BackboneRefused {
  return new BackboneRefused('The file is no whole ONNX model: it is cut short.');
}
