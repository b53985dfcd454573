import type { BackboneSettings } from '#foundation';
import { BackboneRefused } from './backbone-refused.js';
import { addColourBlock } from './colour-block.js';
import { addUnit } from './linear-heads.js';
import { OnnxGraph, type GraphValue } from './onnx-graph.js';
import { ONNX_VERSIONS } from './onnx-messages.js';
import { neededFor } from './needed-operations.js';
import { readOnnx, type ReadModel, type ReadValue } from './onnx-reader.js';
import { checkOperations } from './operators.js';

/** The histogram counts the means of 4 x 4 pixels. */
const HISTOGRAM_STEP = 4;
const FLOAT = 1;
/** No name that Weft gives is one of the file's. */
const PREFIX = 'weft/';

/**
 * The feature graph of a brought backbone: its own operations as they are, the pictures prepared as it wants them, its
 * features pooled and of unit length, and beside them the colour block that every feature graph has.
 *
 * Input `weft/pixels`: uint8 `[n, size, size, 3]`, RGB. Output `weft/features`: float32 `[n, d + 776]`.
 *
 * @param file the `.onnx` file, which nobody vouches for
 * @throws BackboneRefused
 */
export function buildBroughtFeatureGraph(file: Uint8Array, settings: BackboneSettings): Uint8Array {
  const whole = readOnnx(file);
  const output = outputOf(whole, settings.output);
  const model = neededFor(output.name, whole);
  checkOperations(model);
  requireGiven(output, model);
  refuseOwnNames(model);
  const input = inputOf(model, settings);
  const { inputSize } = settings;
  const graph = new OnnxGraph('weft-features', versionsOf(model), PREFIX);
  const pixels = graph.input(`${PREFIX}pixels`, 'uint8', ['n', inputSize, inputSize, 3]);
  const channelsFirst = graph.cast(graph.apply('Transpose', [pixels], { perm: [0, 3, 1, 2] }), 'float');
  graph.rename(prepared(graph, channelsFirst, settings), input.name);
  graph.splice(model);
  const backbone = addUnit(graph, pooled(graph, output));
  const colour = addColourBlock(graph, cropped(graph, channelsFirst, inputSize), cropOf(inputSize));
  graph.output(graph.apply('Concat', [backbone, colour], { axis: 1 }), `${PREFIX}features`, 'float', ['n', 'width']);
  return graph.encode();
}

/** Versions up to 17 differ, for the operators that are allowed, in nothing that an older file can say. */
export function versionsOf({ opset, irVersion }: ReadModel): typeof ONNX_VERSIONS {
  return {
    opset: Math.max(opset, ONNX_VERSIONS.opset),
    irVersion: Math.max(irVersion, ONNX_VERSIONS.irVersion),
  };
}

function requireGiven({ name }: ReadValue, { nodes }: ReadModel): void {
  if (nodes.some(({ output }) => output.includes(name))) return;
  throw new BackboneRefused(`Nothing in the file computes its output ${name}.`, { value: name });
}

function refuseOwnNames({ nodes, tensors, inputs }: ReadModel): void {
  const names = [...nodes.flatMap(({ output }) => output), ...[...tensors, ...inputs].map(({ name }) => name)];
  const taken = names.find((name) => name.startsWith(PREFIX));
  if (taken === undefined) return;
  throw new BackboneRefused(`The file calls a value ${taken}, a name that Weft uses itself.`, {
    value: taken,
    remedy: 'Rename it when exporting: input_names and output_names of torch.onnx.export.',
  });
}

function inputOf({ inputs }: ReadModel, { inputSize, layout }: BackboneSettings): ReadValue {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => name).join(', ');
    throw new BackboneRefused(`The file has ${inputs.length} inputs (${names}); a backbone has one, the picture.`, {
      value: names,
    });
  }
  requireFloat('input', input);
  const wanted = layout === 'nchw' ? ['n', 3, inputSize, inputSize] : ['n', inputSize, inputSize, 3];
  const { shape } = input;
  const fits =
    shape === null ||
    (shape.length === 4 && shape.slice(1).every((size, at) => typeof size !== 'number' || size === wanted[at + 1]));
  if (!fits) {
    throw new BackboneRefused(
      `The input ${input.name} wants pictures of ${described(shape)}; ${layout} of size ${inputSize} is ${wanted.join(' x ')}.`,
      { value: shape, remedy: 'Correct --input-size or --layout.' },
    );
  }
  const batch = shape?.[0];
  if (typeof batch === 'number' && batch !== 1) {
    throw new BackboneRefused(
      `The input ${input.name} wants ${batch} pictures at once; one, or any number, is needed.`,
      {
        value: batch,
        remedy: 'Export it with a dynamic first dimension.',
      },
    );
  }
  return input;
}

function outputOf({ outputs, inner }: ReadModel, wanted: string | null): ReadValue {
  const names = outputs.map(({ name }) => name).join(', ');
  if (wanted === null && outputs.length !== 1) {
    throw new BackboneRefused(`The file has ${outputs.length} outputs (${names}), and none was chosen.`, {
      value: names,
      remedy: 'Name the one that holds the features: --output NAME',
    });
  }
  const output = wanted === null ? outputs[0] : [...outputs, ...inner].find(({ name }) => name === wanted);
  if (output === undefined) {
    throw new BackboneRefused(`The file has no output ${wanted} of a declared shape; its outputs are ${names}.`, {
      value: wanted,
    });
  }
  requireFloat('output', output);
  const { shape } = output;
  if (shape?.length !== 2 && shape?.length !== 4) {
    throw new BackboneRefused(
      `The output ${output.name} is ${described(shape)}; features are n x d, or n x d x height x width.`,
      { value: shape, remedy: 'Name another value of the graph, or export the backbone with a pooled output.' },
    );
  }
  return output;
}

function requireFloat(what: string, { name, type }: ReadValue): void {
  if (type === FLOAT) return;
  throw new BackboneRefused(`The ${what} ${name} is of the element type ${type}; Weft needs float32, which is 1.`, {
    value: type,
  });
}

function described(shape: ReadValue['shape']): string {
  return shape === null ? 'of no declared shape' : shape.map((size) => size ?? '?').join(' x ');
}

/** @param pixels float `[n, 3, size, size]` holding 0..255, RGB */
function prepared(graph: OnnxGraph, pixels: GraphValue, settings: BackboneSettings): GraphValue {
  const { mean, std, layout, channels } = settings;
  const perChannel = (values: readonly number[]) =>
    graph.tensor(
      [1, 3, 1, 1],
      Float32Array.from(values, (value) => value * 255),
    );
  const ordered = channels === 'rgb' ? pixels : graph.apply('Gather', [pixels, graph.integers(2, 1, 0)], { axis: 1 });
  const centred = graph.apply('Sub', [ordered, perChannel(mean)]);
  const scaled = graph.apply('Div', [centred, perChannel(std)]);
  return layout === 'nchw' ? scaled : graph.apply('Transpose', [scaled], { perm: [0, 2, 3, 1] });
}

function pooled(graph: OnnxGraph, { name, shape }: ReadValue): GraphValue {
  return shape?.length === 2 ? name : graph.apply('Flatten', [graph.apply('GlobalAveragePool', [name])]);
}

function cropOf(size: number): number {
  return size - (size % HISTOGRAM_STEP);
}

function cropped(graph: OnnxGraph, pixels: GraphValue, size: number): GraphValue {
  const side = cropOf(size);
  return side === size ? pixels : graph.slice(graph.slice(pixels, 2, 0, side), 3, 0, side);
}
