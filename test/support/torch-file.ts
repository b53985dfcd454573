/** Writes legacy torch files byte by byte, also such as no torch would write. */

const text = (value: string): number[] => [...Buffer.from(value, 'utf8')];
const uint32 = (value: number): number[] => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];

/** Opcodes of pickle protocol 2, each as the bytes it is written with. */
export const pickle = {
  begin: [0x80, 2],
  end: [0x2e],
  mark: [0x28],
  none: [0x4e],
  true: [0x88],
  dictionary: [0x7d],
  setItems: [0x75],
  list: [0x5d],
  appends: [0x65],
  tuple: [0x74],
  emptyTuple: [0x29],
  reduce: [0x52],
  persistentId: [0x51],
  integer: (value: number) => [0x4a, ...uint32(value)],
  text: (value: string) => [0x58, ...uint32(Buffer.byteLength(value)), ...text(value)],
  global: (module: string, name: string) => [0x63, ...text(`${module}\n${name}\n`)],
};

export interface StoredTensor {
  name: string;
  type: 'FloatStorage' | 'LongStorage';
  shape: number[];
  strides: number[];
  offset: number;
  /** What lies in the storage, before strides. */
  stored: number[];
}

const MAGIC = [...pickle.begin, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, ...pickle.end];

function tuple(numbers: number[]): number[] {
  return [...pickle.mark, ...numbers.flatMap(pickle.integer), ...pickle.tuple];
}

function tensorPickle(tensor: StoredTensor, key: string): number[] {
  return [
    ...pickle.global('torch._utils', '_rebuild_tensor_v2'),
    ...pickle.mark,
    ...[...pickle.mark, ...pickle.text('storage'), ...pickle.global('torch', tensor.type), ...pickle.text(key)],
    ...[...pickle.text('cpu'), ...pickle.integer(tensor.stored.length), ...pickle.none, ...pickle.tuple],
    ...pickle.persistentId,
    ...[...pickle.integer(tensor.offset), ...tuple(tensor.shape), ...tuple(tensor.strides)],
    ...pickle.tuple,
    ...pickle.reduce,
  ];
}

/**
 * A legacy torch file.
 *
 * @param stateDictionary replaces the pickle of the tensors
 */
export function torchFile(tensors: StoredTensor[], stateDictionary?: number[]): Uint8Array {
  const keyOf = (index: number): string => `${1000 + index}`;
  const pickles = [
    ...MAGIC,
    ...[...pickle.begin, 0x4d, 0xe9, 0x03, ...pickle.end],
    ...[...pickle.begin, ...pickle.dictionary, ...pickle.mark, ...pickle.text('little_endian'), ...pickle.true],
    ...[...pickle.setItems, ...pickle.end],
    ...(stateDictionary ?? [
      ...[...pickle.begin, ...pickle.global('collections', 'OrderedDict'), ...pickle.emptyTuple, ...pickle.reduce],
      ...pickle.mark,
      ...tensors.flatMap((tensor, at) => [...pickle.text(tensor.name), ...tensorPickle(tensor, keyOf(at))]),
      ...[...pickle.setItems, ...pickle.end],
    ]),
    ...[...pickle.begin, ...pickle.list, ...pickle.mark, ...tensors.flatMap((_, at) => pickle.text(keyOf(at)))],
    ...[...pickle.appends, ...pickle.end],
  ];
  const storages = tensors.map(({ type, stored }) => {
    const elements =
      type === 'FloatStorage' ? Float32Array.from(stored) : BigInt64Array.from(stored, (value) => BigInt(value));
    return Buffer.concat([
      new Uint8Array(BigInt64Array.of(BigInt(stored.length)).buffer),
      new Uint8Array(elements.buffer),
    ]);
  });
  return Buffer.concat([Uint8Array.from(pickles), ...storages]);
}
