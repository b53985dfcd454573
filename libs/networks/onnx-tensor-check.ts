import { BackboneRefused } from './backbone-refused.js';
import { type Fields, type MessageRules, readFields } from './onnx-fields.js';
import { countVarints } from './wire-reader.js';

const TENSOR: MessageRules = {
  what: 'a tensor',
  one: [2, 8, 9, 12, 14],
  many: [1, 4, 5, 7, 10, 11, 13, 16],
  refused: { 3: 'a tensor in segments', 6: 'a tensor of texts' },
};

interface ElementType {
  bytes: number;
  /** The field that holds such elements where they are not raw bytes. */
  field: number;
}

/** Types of elements that Weft accepts, by `TensorProto.DataType`. */
const ELEMENTS: Readonly<Record<number, ElementType>> = {
  1: { bytes: 4, field: 4 }, // float
  2: { bytes: 1, field: 5 }, // uint8
  3: { bytes: 1, field: 5 }, // int8
  4: { bytes: 2, field: 5 }, // uint16
  5: { bytes: 2, field: 5 }, // int16
  6: { bytes: 4, field: 5 }, // int32
  7: { bytes: 8, field: 7 }, // int64
  9: { bytes: 1, field: 5 }, // bool
  10: { bytes: 2, field: 5 }, // float16
  11: { bytes: 8, field: 10 }, // double
  12: { bytes: 4, field: 11 }, // uint32
  13: { bytes: 8, field: 11 }, // uint64
};
const TYPED_FIELDS = [4, 5, 7, 10, 11];
const FIXED_WIDTH: Readonly<Record<number, number>> = { 4: 4, 10: 8 };
const RAW = 9;
const MOST_DIMENSIONS = 8;

/**
 * Checks that a tensor's numbers lie in the file, and are as many as it declares.
 *
 * @returns its name
 * @throws BackboneRefused
 */
export function checkTensor(message: Uint8Array): string {
  const tensor = readFields(message, TENSOR);
  const name = tensor.text(8);
  const outside = tensor.messages(13).map((entry) => readFields(entry, { what: 'an entry', one: [1, 2], many: [] }));
  if (outside.length > 0 || tensor.integer(14, 0) !== 0) {
    const place = outside.find((entry) => entry.text(1) === 'location')?.text(2) ?? null;
    throw new BackboneRefused(`The tensor ${name} lies outside the file${place === null ? '' : `, in ${place}`}.`, {
      value: place,
      remedy: 'Save the model as one file, without external data.',
    });
  }
  const type = tensor.integer(2, 0);
  const element = ELEMENTS[type];
  if (element === undefined) {
    throw new BackboneRefused(`The tensor ${name} is of the element type ${type}, which Weft does not run.`, {
      value: type,
    });
  }
  const shape = tensor.integers(1);
  if (shape.length > MOST_DIMENSIONS || shape.some((size) => size < 0)) {
    throw new BackboneRefused(`The tensor ${name} declares the shape ${shape.slice(0, 10).join(' x ')}.`, {
      value: shape.slice(0, 10),
    });
  }
  const declared = shape.reduce((product, size) => product * size, 1);
  const held = elementsOf(tensor, element, name);
  if (held !== declared) {
    throw new BackboneRefused(
      `The tensor ${name} declares ${declared} numbers (${shape.join(' x ')}), and the file holds ${held} of it.`,
      { value: shape },
    );
  }
  return name;
}

function elementsOf(tensor: Fields, { bytes, field }: ElementType, name: string): number {
  const typed = TYPED_FIELDS.filter((number) => tensor.all(number).length > 0);
  const [raw] = tensor.messages(RAW);
  const isOdd = typed.length > 1 || (typed[0] !== undefined && (typed[0] !== field || raw !== undefined));
  if (isOdd) throw new BackboneRefused(`The tensor ${name} holds its numbers in two ways, or in the wrong one.`);
  if (raw !== undefined) return raw.length / bytes;
  return tensor.all(field).reduce((count, part) => count + elementsIn(part, field), 0);
}

function elementsIn(part: ReturnType<Fields['all']>[number], field: number): number {
  if (part.kind === 'integer') return 1;
  const width = FIXED_WIDTH[field];
  return width === undefined ? countVarints(part.value) : part.value.length / width;
}
