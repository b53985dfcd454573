import {
  ELEMENT_TYPE,
  encodeOnnx,
  ONNX_VERSIONS,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  type OnnxVersions,
} from './onnx-messages.js';

/** A value inside a graph, by name. */
export type GraphValue = string;

/** Builds an ONNX graph operation by operation. Names are numbered in order, so equal calls give equal bytes. */
export class OnnxGraph {
  private readonly nodes: (OnnxNode | Uint8Array)[] = [];
  private readonly tensors: (OnnxTensor | Uint8Array)[] = [];
  private readonly inputs: OnnxValue[] = [];
  private readonly outputs: OnnxValue[] = [];
  private counter = 0;

  /**
   * @param versions that of operators which {@link splice} will take over. @default ONNX_VERSIONS
   * @param prefix of all names that the graph gives, to keep them apart from those taken over
   */
  constructor(
    private readonly name: string,
    private readonly versions: OnnxVersions = ONNX_VERSIONS,
    private readonly prefix = '',
  ) {}

  /** Takes over operations and constants of another file, which keep their names. */
  splice({ nodes, tensors }: { nodes: { bytes: Uint8Array }[]; tensors: { bytes: Uint8Array }[] }): void {
    this.nodes.push(...nodes.map(({ bytes }) => bytes));
    this.tensors.push(...tensors.map(({ bytes }) => bytes));
  }

  /** Declares an input; a text among the dimensions names one that the caller chooses (`n`). */
  input(name: string, type: OnnxValue['type'], shape: (number | string)[]): GraphValue {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Gives `value` to the caller under `name`. */
  output(value: GraphValue, name: string, type: OnnxValue['type'], shape: (number | string)[]): void {
    this.rename(value, name);
    this.outputs.push({ name, type, shape });
  }

  /** A float32 constant, row-major. */
  tensor(shape: number[], values: Float32Array): GraphValue {
    return this.constant(shape, values);
  }

  /** A float32 constant without dimensions. */
  scalar(value: number): GraphValue {
    return this.constant([], Float32Array.of(value));
  }

  /** A list of int64, as shapes and axes are given. */
  integers(...values: number[]): GraphValue {
    return this.constant([values.length], BigInt64Array.from(values.map(BigInt)));
  }

  /** Gives a value another name: one that operations taken over ask for. */
  rename(value: GraphValue, name: string): void {
    this.nodes.push({ opType: 'Identity', input: [value], output: [name], attributes: {} });
  }

  /** Lengths of the rows of `[n, d]`: `[n, 1]`. */
  lengths(value: GraphValue): GraphValue {
    // What was an attribute became an input.
    if (this.versions.opset < 18) return this.apply('ReduceL2', [value], { axes: [1], keepdims: 1 });
    return this.apply('ReduceL2', [value, this.integers(1)], { keepdims: 1 });
  }

  /** One ONNX operation with a single output. */
  apply(opType: string, input: GraphValue[], attributes: Record<string, OnnxAttribute> = {}): GraphValue {
    const output = this.nextName(opType);
    this.nodes.push({ opType, input, output: [output], attributes });
    return output;
  }

  /** `value` as float32 or int64. */
  cast(value: GraphValue, type: 'float' | 'int64'): GraphValue {
    return this.apply('Cast', [value], { to: ELEMENT_TYPE[type] });
  }

  /** Columns `start` to `end` (exclusive) along `axis`. */
  slice(value: GraphValue, axis: number, start: number, end: number): GraphValue {
    return this.apply('Slice', [value, this.integers(start), this.integers(end), this.integers(axis)]);
  }

  /** The bytes of the `.onnx` file. */
  encode(): Uint8Array {
    return encodeOnnx({
      name: this.name,
      versions: this.versions,
      nodes: this.nodes,
      tensors: this.tensors,
      inputs: this.inputs,
      outputs: this.outputs,
    });
  }

  private constant(shape: number[], values: Float32Array | BigInt64Array): GraphValue {
    const name = this.nextName('constant');
    this.tensors.push({ name, shape, values });
    return name;
  }

  private nextName(stem: string): string {
    this.counter += 1;
    return `${this.prefix}${stem}_${this.counter}`;
  }
}
