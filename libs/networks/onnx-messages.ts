import protobuf from 'protobufjs/light.js';

/**
 * The messages of ONNX that Weft writes: names, field numbers and types as the ONNX specification fixes them
 * (https://github.com/onnx/onnx/blob/main/docs/IR.md), and only the fields that Weft fills.
 */
const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      },
    },
    OperatorSetIdProto: {
      fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } },
    },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: {
      fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } },
    },
    TypeProto: {
      fields: { tensorType: { type: 'TensorTypeProto', id: 1 } },
    },
    TensorTypeProto: {
      fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
    },
    TensorShapeProto: {
      fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } },
    },
    DimensionProto: {
      fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
    },
  },
});

/** `TensorProto.DataType` of the ONNX specification. */
export const ELEMENT_TYPE = { float: 1, uint8: 2, int64: 7 } as const;

/** `AttributeProto.AttributeType` of the ONNX specification. */
const ATTRIBUTE_TYPE = { int: 2, string: 3, ints: 7 } as const;

/** An attribute of a node: an integer, a list of integers or a text. */
export type OnnxAttribute = number | number[] | string;

/** One operation of a graph: values go in and come out by name. */
export interface OnnxNode {
  opType: string;
  input: string[];
  output: string[];
  attributes: Record<string, OnnxAttribute>;
}

/** A constant of a graph, row-major. */
export interface OnnxTensor {
  name: string;
  shape: number[];
  values: Float32Array | BigInt64Array;
}

/** An input or output of a graph; a text among the dimensions names one that the caller chooses. */
export interface OnnxValue {
  name: string;
  type: keyof typeof ELEMENT_TYPE;
  shape: (number | string)[];
}

/** A graph as it is written: nodes in an order in which each finds its inputs ready. */
export interface OnnxModel {
  name: string;
  nodes: OnnxNode[];
  tensors: OnnxTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** Version of the operators, and of the file format that goes with it: read by every ONNX Runtime since 1.12 (2022). */
const OPSET = 17;
const IR_VERSION = 8;

/** The bytes of an `.onnx` file. Equal models give equal bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const message = {
    irVersion: IR_VERSION,
    producerName: 'weft',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: model.name,
      node: model.nodes.map(({ opType, input, output, attributes }) => ({
        opType,
        name: output[0],
        input,
        output,
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeFields(value) })),
      })),
      initializer: model.tensors.map(({ name, shape, values }) => ({
        name,
        dims: shape,
        dataType: values instanceof Float32Array ? ELEMENT_TYPE.float : ELEMENT_TYPE.int64,
        rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      })),
      input: model.inputs.map(valueFields),
      output: model.outputs.map(valueFields),
    },
  };
  const type = schema.lookupType('ModelProto');
  return type.encode(type.create(message)).finish();
}

function attributeFields(value: OnnxAttribute): object {
  if (typeof value === 'number') return { type: ATTRIBUTE_TYPE.int, i: value };
  if (typeof value === 'string') return { type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  return { type: ATTRIBUTE_TYPE.ints, ints: value };
}

function valueFields({ name, type, shape }: OnnxValue): object {
  const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim } } } };
}
