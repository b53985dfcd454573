import { DEFAULT_LAYOUT, featureWidth } from '#foundation';
import { addColourBlock } from './colour-block.js';
import { addEfficientNetLite0, type Weights } from './efficientnet-lite0.js';
import { addHeads, type TwoPartHeads } from './linear-heads.js';
import { versionsOf } from './brought-backbone.js';
import { OnnxGraph, type GraphValue } from './onnx-graph.js';
import { readOnnx } from './onnx-reader.js';

/** Side of the canonical square images, in pixels. */
const SIZE = 224;

/**
 * The graph that features come from: backbone and colour block of one image, side by side.
 *
 * Input `pixels`: uint8 `[n, 224, 224, 3]`, RGB. Output `features`: float32 `[n, 2056]`.
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
 * Input `features`: float32, as wide as both heads take. Output `embedding`: float32 `[n, 128]`, shape 96 and colour 32,
 * each of unit length.
 *
 * @throws WeftError `heads-unsuitable` when a head's numbers do not fit its size or are not finite
 */
export function buildHeadsGraph(heads: TwoPartHeads): Uint8Array {
  const graph = new OnnxGraph('weft-heads');
  const features = graph.input('features', 'float', ['n', heads.shape.inputs + heads.colour.inputs]);
  addEmbedding(graph, heads, features);
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
  addEmbedding(graph, heads, output.name, input.name.replace('pixels', 'embedding'));
  return graph.encode();
}

function addFeatures(graph: OnnxGraph, weights: Weights): GraphValue {
  const pixels = graph.input('pixels', 'uint8', ['n', SIZE, SIZE, 3]);
  const channelsFirst = graph.cast(graph.apply('Transpose', [pixels], { perm: [0, 3, 1, 2] }), 'float'); // [n, 3, 224, 224]
  const backbone = addEfficientNetLite0(graph, weights, channelsFirst); // [n, 1280]
  const colour = addColourBlock(graph, channelsFirst, SIZE); // [n, 776]
  return graph.apply('Concat', [backbone, colour], { axis: 1 });
}

function addEmbedding(graph: OnnxGraph, heads: TwoPartHeads, features: GraphValue, name = 'embedding'): void {
  const size = heads.shape.outputs + heads.colour.outputs;
  graph.output(addHeads(graph, heads, features), name, 'float', ['n', size]);
}
