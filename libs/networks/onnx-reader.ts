import { BackboneRefused } from './backbone-refused.js';
import { type MessageRules, readFields } from './onnx-fields.js';
import { checkTensor } from './onnx-tensor-check.js';

/** One operation of a model that was read: its bytes stay as they were. */
export interface ReadNode {
  opType: string;
  /** Empty, or the domain of a custom operator. */
  domain: string;
  input: string[];
  output: string[];
  bytes: Uint8Array;
}

/** A value that a model declares; dimensions are numbers, or names that the caller chooses, or null. */
export interface ReadValue {
  name: string;
  /** `TensorProto.DataType`; 0 where it is not declared. */
  type: number;
  /** null where it is not declared. */
  shape: (number | string | null)[] | null;
}

/** A model of which every byte that will run was looked at. */
export interface ReadModel {
  irVersion: number;
  opset: number;
  nodes: ReadNode[];
  tensors: { name: string; bytes: Uint8Array }[];
  /** Without the constants that old models list there. */
  inputs: ReadValue[];
  outputs: ReadValue[];
  /** Values inside the graph that have a declared type. */
  inner: ReadValue[];
}

const MODEL: MessageRules = {
  what: 'the model',
  one: [1, 2, 3, 4, 5, 6, 7],
  many: [8, 14],
  refused: { 20: 'a training', 25: 'functions of its own' },
};
const GRAPH: MessageRules = {
  what: 'the graph',
  one: [2, 10],
  many: [1, 5, 11, 12, 13, 14, 16],
  refused: { 15: 'sparse tensors' },
};
const NODE: MessageRules = {
  what: 'an operation',
  one: [3, 4, 6, 7, 8],
  many: [1, 2, 5, 9],
  refused: { 10: 'operations placed on devices' },
};
const ATTRIBUTE: MessageRules = {
  what: 'an attribute',
  one: [1, 2, 3, 4, 5, 13, 20],
  many: [7, 8, 9],
  refused: {
    6: 'a graph inside an operation (If, Loop or Scan)',
    10: 'lists of tensors in an attribute',
    11: 'graphs inside an operation (If, Loop or Scan)',
    14: 'types in an attribute',
    15: 'types in an attribute',
    21: 'an attribute of a function',
    22: 'sparse tensors',
    23: 'sparse tensors',
  },
};

const MOST_NODES = 20_000;
const MOST_TENSORS = 20_000;
const MOST_ATTRIBUTES = 64;

/**
 * Reads an `.onnx` file that nobody vouches for, without copying its numbers. Everything that could be understood in two
 * ways is refused: unknown and doubled fields, subgraphs, functions, sparse and external tensors, sizes that lie.
 *
 * @throws BackboneRefused
 */
export function readOnnx(bytes: Uint8Array): ReadModel {
  const model = readFields(bytes, MODEL);
  const [graphBytes] = model.messages(7);
  if (graphBytes === undefined) throw new BackboneRefused('The file is no ONNX model: it holds no graph.');
  const graph = readFields(graphBytes, GRAPH);
  requireAtMost('operations', graph.all(1).length, MOST_NODES);
  requireAtMost('tensors', graph.all(5).length, MOST_TENSORS);
  const tensors = graph.messages(5).map((tensor) => ({ name: checkTensor(tensor), bytes: tensor }));
  const constants = new Set(tensors.map(({ name }) => name));
  return {
    irVersion: model.integer(1, 0),
    opset: opsetOf(model.messages(8)),
    nodes: graph.messages(1).map(readNode),
    tensors,
    inputs: graph
      .messages(11)
      .map(readValue)
      .filter(({ name }) => !constants.has(name)),
    outputs: graph.messages(12).map(readValue),
    inner: graph.messages(13).map(readValue),
  };
}

/** Version of ONNX's own operators; other domains may be named, if no operation is of them. */
function opsetOf(imports: Uint8Array[]): number {
  const own = imports
    .map((entry) => readFields(entry, { what: 'an operator set', one: [1, 2], many: [] }))
    .filter((set) => isOwn(set.text(1)));
  const [set, ...others] = own;
  if (set === undefined || others.length > 0) {
    throw new BackboneRefused('The file does not say which version of the ONNX operators it is written in.');
  }
  return set.integer(2, 0);
}

function isOwn(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function readNode(bytes: Uint8Array): ReadNode {
  const node = readFields(bytes, NODE);
  requireAtMost('attributes of one operation', node.all(5).length, MOST_ATTRIBUTES);
  for (const attribute of node.messages(5)) {
    for (const tensor of readFields(attribute, ATTRIBUTE).messages(5)) checkTensor(tensor);
  }
  const domain = node.text(7);
  return {
    opType: node.text(4),
    domain: isOwn(domain) ? '' : domain,
    input: node.texts(1),
    output: node.texts(2),
    bytes,
  };
}

function readValue(bytes: Uint8Array): ReadValue {
  const value = readFields(bytes, { what: 'a value', one: [1, 2, 3], many: [4] });
  const name = value.text(1);
  const [type] = value.messages(2);
  const anything = { what: 'a type', one: [1, 4, 5, 6, 8, 9], many: [] };
  const [tensor] = type === undefined ? [] : readFields(type, anything).messages(1);
  if (tensor === undefined) return { name, type: 0, shape: null };
  const declared = readFields(tensor, { what: 'a tensor type', one: [1, 2], many: [] });
  const [shape] = declared.messages(2);
  return { name, type: declared.integer(1, 0), shape: shape === undefined ? null : readShape(shape) };
}

function readShape(bytes: Uint8Array): ReadValue['shape'] {
  return readFields(bytes, { what: 'a shape', one: [], many: [1] })
    .messages(1)
    .map((entry) => {
      const dimension = readFields(entry, { what: 'a dimension', one: [1, 2, 3], many: [] });
      const size = dimension.integer(1, -1);
      // Some exporters write -1 for what the caller chooses.
      return size >= 0 ? size : dimension.text(2) || null;
    });
}

function requireAtMost(what: string, count: number, most: number): void {
  if (count <= most) return;
  throw new BackboneRefused(`The file holds ${count} ${what}; ${most} are allowed.`, { value: count });
}
