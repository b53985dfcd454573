import { PickleReader, TensorView, WeightsUnreadable, type StorageReference } from './torch-pickle.js';

/** A dense tensor, row-major. */
export interface TorchTensor {
  shape: number[];
  values: Float32Array | BigInt64Array;
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const FORMAT = 1001;
const BYTES_PER_ELEMENT = { float32: 4, int64: 8 };

/**
 * Reads the tensors of a legacy (before torch 1.6: not a zip) `state_dict` file, in its order, without executing
 * anything that the file says: see {@link PickleReader}.
 *
 * @throws WeightsUnreadable when the file is cut short, has bytes left over, holds anything but float32 and int64
 *   tensors, or a tensor that reaches outside its storage.
 */
export function readTorchTensors(bytes: Uint8Array): Map<string, TorchTensor> {
  const reader = new PickleReader(bytes);
  if (reader.next() !== MAGIC) throw new WeightsUnreadable('The file is no legacy torch file.');
  const format = reader.next();
  const system = reader.next();
  if (format !== FORMAT || !(system instanceof Map) || system.get('little_endian') !== true) {
    throw new WeightsUnreadable('The torch file is of an unsupported format.', { value: format });
  }
  const views = viewsOf(reader.next());
  const storages = readStorages(bytes, reader, views);
  return new Map([...views].map(([name, view]) => [name, gather(name, view, storages)]));
}

function viewsOf(stateDictionary: unknown): Map<string, TensorView> {
  if (!(stateDictionary instanceof Map)) throw new WeightsUnreadable('The torch file holds no dictionary of tensors.');
  const views = new Map<string, TensorView>();
  for (const [name, view] of stateDictionary as Map<unknown, unknown>) {
    if (typeof name !== 'string' || !(view instanceof TensorView)) {
      throw new WeightsUnreadable('The torch file holds something that is not a tensor.', { value: String(name) });
    }
    views.set(name, view);
  }
  return views;
}

/** The numbers of each storage, in the order that the last pickle lists their keys: a length (int64), then the elements. */
function readStorages(
  bytes: Uint8Array,
  reader: PickleReader,
  views: Map<string, TensorView>,
): Map<string, TorchTensor['values']> {
  const keys = reader.next();
  if (!Array.isArray(keys)) throw new WeightsUnreadable('The torch file lists no storages.');
  const known = new Map<string, StorageReference>();
  for (const { storage } of views.values()) {
    const before = known.get(storage.key);
    if (before !== undefined && (before.type !== storage.type || before.length !== storage.length)) {
      throw new WeightsUnreadable('The torch file contradicts itself about a storage.', { value: storage.key });
    }
    known.set(storage.key, storage);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const storages = new Map<string, TorchTensor['values']>();
  let position = reader.position;
  for (const key of keys) {
    const storage = typeof key === 'string' ? known.get(key) : undefined;
    if (storage === undefined) throw new WeightsUnreadable('The torch file lists a storage that no tensor uses.');
    const end = position + 8 + storage.length * BYTES_PER_ELEMENT[storage.type];
    if (end > bytes.length) throw new WeightsUnreadable('The weights file is cut short.');
    if (view.getBigInt64(position, true) !== BigInt(storage.length)) {
      throw new WeightsUnreadable('The torch file contradicts itself about a storage.', { value: storage.key });
    }
    // A copy, because a typed array wants its first byte at a multiple of its element size. Not by `slice`, which for a
    // Buffer shares the memory of the whole file.
    const elements = new Uint8Array(bytes.subarray(position + 8, end)).buffer;
    storages.set(storage.key, storage.type === 'int64' ? new BigInt64Array(elements) : new Float32Array(elements));
    position = end;
  }
  if (position !== bytes.length) throw new WeightsUnreadable('The weights file goes on after its last tensor.');
  return storages;
}

/** The dense copy of a view. Convolution weights converted from TensorFlow are transposed views: strides matter. */
function gather(name: string, view: TensorView, storages: Map<string, TorchTensor['values']>): TorchTensor {
  const { shape, strides, offset } = view;
  const source = storages.get(view.storage.key);
  if (source === undefined) throw new WeightsUnreadable(`The torch file holds no numbers for ${name}.`);
  const count = shape.reduce((product, size) => product * size, 1);
  const last = shape.reduce((index, size, axis) => index + (size - 1) * (strides[axis] ?? 0), offset);
  // A view with strides of 0 could ask for more elements than there is memory; no weight needs that.
  if (shape.length !== strides.length || count > source.length || (count > 0 && last >= source.length)) {
    throw new WeightsUnreadable(`The tensor ${name} reaches outside its storage.`, {
      value: { shape, strides, offset, stored: source.length },
    });
  }
  const indices = new Int32Array(count);
  const position = shape.map(() => 0);
  let index = offset;
  for (let i = 0; i < count; i += 1) {
    indices[i] = index;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      const size = shape[axis] as number;
      const stride = strides[axis] as number;
      index += stride;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < size) break;
      index -= size * stride;
      position[axis] = 0;
    }
  }
  const values =
    source instanceof Float32Array
      ? Float32Array.from(indices, (at) => source[at] as number)
      : BigInt64Array.from(Array.from(indices, (at) => source[at] as bigint));
  return { shape: [...shape], values };
}
