import { WeftError } from '#foundation';

/** A weights file that is damaged, or that asks for something a file of plain tensors never needs. */
export class WeightsUnreadable extends WeftError {
  constructor(message: string, options: { value?: unknown } = {}) {
    super('weights-unreadable', message, {
      ...options,
      remedy: 'Delete the file and run set-up again: it downloads the weights anew and checks their hash.',
    });
  }
}

/** A stretch of numbers in the file that tensors are views of. */
export class StorageReference {
  constructor(
    readonly key: string,
    readonly type: 'float32' | 'int64',
    /** Number of elements. */
    readonly length: number,
  ) {}
}

/** A tensor as the pickle describes it: strides and offset count elements of the storage. */
export class TensorView {
  constructor(
    readonly storage: StorageReference,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

const STORAGE_TYPES = new Map<string, StorageReference['type']>([
  ['torch.FloatStorage', 'float32'],
  ['torch.LongStorage', 'int64'],
]);
const ORDERED_DICTIONARY = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const KNOWN_GLOBALS = new Set([...STORAGE_TYPES.keys(), ORDERED_DICTIONARY, REBUILD_TENSOR]);

/** The name of a global: it stands for itself and is never looked up in any program. */
class GlobalReference {
  constructor(readonly name: string) {}
}

const MARK = Symbol('mark');

/** All that a pickle of plain tensors can hold. Dictionaries are maps, tuples are lists. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | typeof MARK
  | GlobalReference
  | StorageReference
  | TensorView
  | PickleValue[]
  | Map<PickleValue, PickleValue>;

/**
 * Reads pickles (protocol 2) of plain tensors. A pickle is a program; of its 60 instructions those 25 are known that
 * build numbers, texts, lists and dictionaries, and of all globals the four of `KNOWN_GLOBALS`. Anything else is refused
 * by name. Nothing is looked up, imported or called.
 */
export class PickleReader {
  private readonly view: DataView;

  /** @param position where the next pickle begins, in bytes; after {@link next} where it ended. */
  constructor(
    private readonly bytes: Uint8Array,
    public position = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * The value of the pickle at `position`.
   *
   * @throws WeightsUnreadable for an unknown instruction or global, and where the file is cut short or makes no sense.
   */
  next(): PickleValue {
    const stack = new PickleStack();
    const memo = new Map<number, PickleValue>();
    const recall = (slot: number): void => {
      const value = memo.get(slot);
      if (value === undefined) throw new WeightsUnreadable('The pickle recalls a value that it never stored.');
      stack.push(value);
    };
    for (;;) {
      const at = this.position;
      const opcode = this.byte();
      switch (opcode) {
        case 0x80: // PROTO
          if (this.byte() !== 2) throw new WeightsUnreadable('The pickle is not of protocol 2.');
          break;
        case 0x2e: // STOP
          return stack.pop();
        case 0x28:
          stack.push(MARK);
          break;
        case 0x4e: // NONE
          stack.push(null);
          break;
        case 0x88: // NEWTRUE
          stack.push(true);
          break;
        case 0x89: // NEWFALSE
          stack.push(false);
          break;
        case 0x4b: // BININT1
          stack.push(this.byte());
          break;
        case 0x4d: // BININT2
          stack.push(this.view.getUint16(this.take(2), true));
          break;
        case 0x4a: // BININT
          stack.push(this.view.getInt32(this.take(4), true));
          break;
        case 0x8a: // LONG1
          stack.push(this.long(this.byte()));
          break;
        case 0x58: // BINUNICODE
          stack.push(this.text(this.uint32()));
          break;
        case 0x7d: // EMPTY_DICT
          stack.push(new Map());
          break;
        case 0x5d: // EMPTY_LIST
        case 0x29: // EMPTY_TUPLE
          stack.push([]);
          break;
        case 0x85: // TUPLE1
          stack.push(stack.take(1));
          break;
        case 0x86: // TUPLE2
          stack.push(stack.take(2));
          break;
        case 0x74: // TUPLE
          stack.push(stack.takeToMark());
          break;
        case 0x65: {
          // APPENDS
          const items = stack.takeToMark();
          stack.topList().push(...items);
          break;
        }
        case 0x73: {
          // SETITEM
          const pair = stack.take(2);
          setItems(stack.topMap(), pair);
          break;
        }
        case 0x75: {
          // SETITEMS
          const pairs = stack.takeToMark();
          setItems(stack.topMap(), pairs);
          break;
        }
        case 0x71: // BINPUT
          memo.set(this.byte(), stack.top());
          break;
        case 0x72: // LONG_BINPUT
          memo.set(this.uint32(), stack.top());
          break;
        case 0x68: // BINGET
          recall(this.byte());
          break;
        case 0x6a: // LONG_BINGET
          recall(this.uint32());
          break;
        case 0x63: // GLOBAL
          stack.push(this.global());
          break;
        case 0x52: {
          // REDUCE: a call in Python; here one of two constructions
          const [callee, args] = stack.take(2);
          stack.push(construct(callee, args));
          break;
        }
        case 0x62: // BUILD: attributes of a dictionary (module versions), which tensors do not need
          stack.pop();
          stack.topMap();
          break;
        case 0x51: // BINPERSID
          stack.push(storageOf(stack.pop()));
          break;
        default:
          throw new WeightsUnreadable(
            `The pickle holds the instruction 0x${opcode.toString(16)}, which plain tensors do not need.`,
            { value: { opcode, at } },
          );
      }
    }
  }

  private take(count: number): number {
    const start = this.position;
    if (start + count > this.bytes.length) throw new WeightsUnreadable('The weights file is cut short.');
    this.position += count;
    return start;
  }

  private byte(): number {
    return this.view.getUint8(this.take(1));
  }

  private uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  private text(length: number): string {
    const start = this.take(length);
    return Buffer.from(this.bytes.subarray(start, start + length)).toString('utf8');
  }

  /** A little-endian two's complement integer. */
  private long(length: number): bigint {
    const start = this.take(length);
    let value = 0n;
    for (let at = start + length - 1; at >= start; at -= 1) value = (value << 8n) | BigInt(this.view.getUint8(at));
    return BigInt.asIntN(8 * length, value);
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new WeightsUnreadable('The weights file is cut short.');
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  private global(): GlobalReference {
    const name = `${this.line()}.${this.line()}`;
    if (!KNOWN_GLOBALS.has(name)) {
      throw new WeightsUnreadable(`The weights file asks for the Python global ${name}, which is refused.`, {
        value: name,
      });
    }
    return new GlobalReference(name);
  }
}

class PickleStack {
  private readonly values: PickleValue[] = [];

  push(value: PickleValue): void {
    this.values.push(value);
  }

  top(): PickleValue {
    const value = this.values.at(-1);
    if (value === undefined) throw new WeightsUnreadable('The pickle takes more values than it made.');
    return value;
  }

  pop(): PickleValue {
    const value = this.top();
    this.values.length -= 1;
    return value;
  }

  take(count: number): PickleValue[] {
    const values = Array.from({ length: count }, () => this.pop());
    return values.reverse();
  }

  takeToMark(): PickleValue[] {
    const mark = this.values.lastIndexOf(MARK);
    if (mark < 0) throw new WeightsUnreadable('The pickle ends a group that it never began.');
    return this.values.splice(mark).slice(1);
  }

  topList(): PickleValue[] {
    const value = this.top();
    if (!Array.isArray(value)) throw new WeightsUnreadable('The pickle appends to something that is not a list.');
    return value;
  }

  topMap(): Map<PickleValue, PickleValue> {
    const value = this.top();
    if (!(value instanceof Map)) throw new WeightsUnreadable('The pickle fills something that is not a dictionary.');
    return value;
  }
}

function setItems(target: Map<PickleValue, PickleValue>, items: PickleValue[]): void {
  if (items.length % 2 !== 0) throw new WeightsUnreadable('The pickle has a dictionary key without a value.');
  for (let i = 0; i < items.length; i += 2) target.set(items[i] as PickleValue, items[i + 1] as PickleValue);
}

function construct(callee: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
  const name = callee instanceof GlobalReference ? callee.name : null;
  if (name === ORDERED_DICTIONARY && Array.isArray(args) && args.length === 0) return new Map();
  if (name === REBUILD_TENSOR && Array.isArray(args)) {
    const [storage, offset, shape, strides] = args;
    if (storage instanceof StorageReference && isCount(offset) && isCounts(shape) && isCounts(strides)) {
      return new TensorView(storage, offset, shape, strides);
    }
    throw new WeightsUnreadable('The weights file describes a tensor that makes no sense.');
  }
  throw new WeightsUnreadable('The weights file wants to call something, which is refused.', { value: name });
}

/** A persistent id of torch: `('storage', type, key, device, length, view)`. */
function storageOf(id: PickleValue): StorageReference {
  if (Array.isArray(id)) {
    const [kind, type, key, , length, view] = id;
    const elements = type instanceof GlobalReference ? STORAGE_TYPES.get(type.name) : undefined;
    if (kind === 'storage' && elements !== undefined && typeof key === 'string' && isCount(length) && view === null) {
      return new StorageReference(key, elements, length);
    }
  }
  throw new WeightsUnreadable('The weights file refers to a storage of an unknown kind.');
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
