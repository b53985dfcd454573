import { DEFAULT_LAYOUT, featureWidth } from '#foundation';
import { addColourBlock } from './colour-block.js';
import type { Weights } from './efficientnet-lite0.js';
import { addHeads, type TwoPartHeads } from './linear-heads.js';
import { versionsOf } from './brought-backbone.js';
import { OnnxGraph, type GraphValue } from './onnx-graph.js';
import { readOnnx } from './onnx-reader.js';
import { addShapeBlock } from './shape-block.js';

/** Side of the canonical square images, in pixels. */
const SIZE = 224;

/**
 * The graph that features come from: shape and colour block of one image, side by side.
 *
 * Input `pixels`: uint8 `[n, 224, 224, 3]`, RGB. Output `features`: float32 `[n, 2824]`.
 *
 * @param weights of EfficientNet-Lite0, see `readTorchTensors`
 * @throws WeftError `weights-unsuitable` when a tensor is missing or of another shape
 */
export function buildFeatureGraph(weights: Weights): Uint8Array {
  const graph = new OnnxGraph('weft-features');
  graph.output(addFeatures(graph, weights), 'features', 'float', ['n', featureWidth(DEFAULT_LAYOUT)]);
  return graph.encode();
}

/**
 * The graph that turns features into embeddings.
 *
 * Input `features`: float32, as wide as both heads take. Outputs: float32 `[n, 128]`, shape 64 and colour 64. `embedding` has
 * parts of unit length; `unscaled` is what they are before that, for whoever centres them on photos of another shop.
 *
 * @throws WeftError `heads-unsuitable` when a head's numbers do not fit its size or are not finite
 */
export function buildHeadsGraph(heads: TwoPartHeads): Uint8Array {
  const graph = new OnnxGraph('weft-heads');
  const features = graph.input('features', 'float', ['n', heads.shape.inputs + heads.colour.inputs]);
  const { embedding, unscaled } = addHeads(graph, heads, features);
  graph.output(embedding, 'embedding', 'float', ['n', sizeOf(heads)]);
  graph.output(unscaled, 'unscaled', 'float', ['n', sizeOf(heads)]);
  return graph.encode();
}

/**
 * The whole encoder, for use outside Weft: a feature graph, and heads behind it.
 *
 * Input `pixels`: uint8 `[n, 224, 224, 3]`, RGB, the photo fitted into the square on white. Output `embedding`: float32
 * `[n, 128]`. Over a brought backbone they are called `weft/pixels` and `weft/embedding`, and the square is of its size. Weft rounds features to 16 bits between its two steps, so its own vectors differ by about 1e-4.
 *
 * @param featureGraph of {@link buildFeatureGraph} or {@link buildBroughtFeatureGraph}
 * @throws WeftError `heads-unsuitable`
 */
export function buildEncoderGraph(featureGraph: Uint8Array, heads: TwoPartHeads): Uint8Array {
  const features = readOnnx(featureGraph);
  const [[input], [output]] = [features.inputs, features.outputs];
  const side = input?.shape?.[1];
  if (input === undefined || output === undefined || typeof side !== 'number') {
    throw new TypeError('The feature graph does not say how large its pictures are.');
  }
  const graph = new OnnxGraph('weft-encoder', versionsOf(features), 'heads/');
  graph.input(input.name, 'uint8', ['n', side, side, 3]);
  graph.splice(features);
  const { embedding } = addHeads(graph, heads, output.name);
  graph.output(embedding, input.name.replace('pixels', 'embedding'), 'float', ['n', sizeOf(heads)]);
  return graph.encode();
}

function addFeatures(graph: OnnxGraph, weights: Weights): GraphValue {
  const pixels = graph.input('pixels', 'uint8', ['n', SIZE, SIZE, 3]);
  const channelsFirst = graph.cast(graph.apply('Transpose', [pixels], { perm: [0, 3, 1, 2] }), 'float'); // [n, 3, 224, 224]
  const shape = addShapeBlock(graph, weights, channelsFirst); // [n, 2048]
  const colour = addColourBlock(graph, channelsFirst, SIZE); // [n, 776]
  return graph.apply('Concat', [shape, colour], { axis: 1 });
}

const sizeOf = ({ shape, colour }: TwoPartHeads) => shape.outputs + colour.outputs;
