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
        // Messages as bytes: on the wire they are the same, and those of another file are taken over as they are.
        node: { rule: 'repeated', type: 'bytes', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'bytes', id: 5 },
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

/** A graph as it is written: nodes in an order in which each finds its inputs ready; bytes are of another file. */
export interface OnnxModel {
  name: string;
  versions: OnnxVersions;
  nodes: (OnnxNode | Uint8Array)[];
  tensors: (OnnxTensor | Uint8Array)[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** Versions of the operators and of the file format. */
export interface OnnxVersions {
  opset: number;
  irVersion: number;
}

/** Read by every ONNX Runtime since 1.12 (2022). */
export const ONNX_VERSIONS: OnnxVersions = { opset: 17, irVersion: 8 };

/** The bytes of an `.onnx` file. Equal models give equal bytes. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const message = {
    irVersion: model.versions.irVersion,
    producerName: 'weft',
    opsetImport: [{ domain: '', version: model.versions.opset }],
    graph: {
      name: model.name,
      node: model.nodes.map((node) => (node instanceof Uint8Array ? node : encoded('NodeProto', nodeFields(node)))),
      initializer: model.tensors.map((tensor) =>
        tensor instanceof Uint8Array ? tensor : encoded('TensorProto', tensorFields(tensor)),
      ),
      input: model.inputs.map(valueFields),
      output: model.outputs.map(valueFields),
    },
  };
  return encoded('ModelProto', message);
}

function encoded(typeName: string, message: object): Uint8Array {
  const type = schema.lookupType(typeName);
  return type.encode(type.create(message)).finish();
}

function nodeFields({ opType, input, output, attributes }: OnnxNode): object {
  const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...attributeFields(value) }));
  return { opType, name: output[0], input, output, attribute };
}

function tensorFields({ name, shape, values }: OnnxTensor): object {
  return {
    name,
    dims: shape,
    dataType: values instanceof Float32Array ? ELEMENT_TYPE.float : ELEMENT_TYPE.int64,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
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
