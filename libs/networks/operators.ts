import { BackboneRefused } from './backbone-refused.js';
import type { ReadModel } from './onnx-reader.js';

/**
 * Operators that a brought backbone may use: those that compute numbers from numbers, alike each time. No control flow, no
 * chance, no texts, none whose result has a size that depends on what is in the picture.
 */
const ALLOWED = new Set(
  [
    'Abs Add Ceil Clip Cos Div Erf Exp Floor Log Max Mean Min Mod Mul Neg Pow Reciprocal Round Sign Sin Sqrt Sub Sum Tanh',
    'Celu Elu Gelu HardSigmoid HardSwish LeakyRelu LogSoftmax Mish PRelu Relu Selu Sigmoid Softmax Softplus Softsign',
    'Conv ConvTranspose Einsum Gemm MatMul ConvInteger DequantizeLinear DynamicQuantizeLinear MatMulInteger QLinearConv QLinearMatMul',
    'QuantizeLinear BatchNormalization GroupNormalization InstanceNormalization LRN LayerNormalization LpNormalization',
    'AveragePool GlobalAveragePool GlobalMaxPool MaxPool ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceMin',
    'ReduceProd ReduceSum ReduceSumSquare ArgMax ArgMin And Equal Greater GreaterOrEqual Less LessOrEqual Not Or Where',
    'Cast Concat Constant ConstantOfShape DepthToSpace Dropout Expand Flatten Gather GatherElements GatherND Identity Pad',
    'Range Reshape Resize Shape Size Slice SpaceToDepth Split Squeeze Tile Transpose Trilu Unsqueeze',
  ].flatMap((line) => line.split(' ')),
);

/** Inputs that say how large a result is. They must follow from sizes and constants, never from pixels. */
const SIZE_INPUTS: Readonly<Record<string, readonly number[]>> = {
  ConstantOfShape: [0],
  Expand: [1],
  Pad: [1],
  Range: [0, 1, 2],
  Reshape: [1],
  Resize: [1, 2, 3],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Tile: [1],
  Unsqueeze: [1],
};
/** Their results are sizes, whatever is in the picture. */
const SIZES = new Set(['Shape', 'Size']);

/** Versions of the operators that Weft runs. In 13 Softmax and Squeeze, among others, became what they are. */
const OPSETS = { from: 13, to: 21 } as const;
const IR_VERSIONS = { from: 3, to: 11 } as const;

/**
 * Checks the operations of a model: versions, operators, and that what a picture costs does not depend on what it shows, so
 * that a trial on one picture speaks for all.
 *
 * @throws BackboneRefused
 */
export function checkOperations({ irVersion, opset, nodes, tensors, inputs }: ReadModel): void {
  requireWithin('file format', irVersion, IR_VERSIONS);
  requireWithin('operator set', opset, OPSETS);
  const known = new Set([...tensors.map(({ name }) => name), ...inputs.map(({ name }) => name)]);
  const ofPixels = new Set(inputs.map(({ name }) => name));
  for (const { opType, domain, input, output } of nodes) {
    if (domain !== '' || !ALLOWED.has(opType)) {
      const name = domain === '' ? opType : `${domain}.${opType}`;
      throw new BackboneRefused(`The file asks for the operator ${name}, which Weft does not run.`, {
        value: name,
        remedy: 'Export the backbone alone, in plain ONNX operators, without pre- and post-processing.',
      });
    }
    const unknown = input.find((name) => name !== '' && !known.has(name));
    if (unknown !== undefined) {
      throw new BackboneRefused(`The operator ${opType} takes the value ${unknown} before anything gives it.`);
    }
    const sized = (SIZE_INPUTS[opType] ?? []).find((at) => ofPixels.has(input[at] ?? ''));
    if (sized !== undefined) {
      throw new BackboneRefused(`The operator ${opType} makes something whose size depends on the pixels.`, {
        value: input[sized],
      });
    }
    const isOfPixels = !SIZES.has(opType) && input.some((name) => ofPixels.has(name));
    for (const name of output.filter((given) => given !== '')) {
      if (known.has(name)) throw new BackboneRefused(`The file gives the value ${name} twice.`, { value: name });
      known.add(name);
      if (isOfPixels) ofPixels.add(name);
    }
  }
}

function requireWithin(what: string, version: number, { from, to }: { from: number; to: number }): void {
  if (version >= from && version <= to) return;
  throw new BackboneRefused(`The file is of the ${what} version ${version}; Weft runs ${from} to ${to}.`, {
    value: version,
    remedy: 'Export it again with operator set 17, or convert it: onnx.version_converter.convert_version(model, 17)',
  });
}
