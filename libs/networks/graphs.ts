import { DEFAULT_LAYOUT, featureWidth } from '#foundation';
import { addColourHistogram } from './colour-histogram.js';
import { addEfficientNetLite0, type Weights } from './efficientnet-lite0.js';
import { addHeads, type TwoPartHeads } from './linear-heads.js';
import { OnnxGraph, type GraphValue } from './onnx-graph.js';

/** Side of the canonical square images, in pixels. */
const SIZE = 224;

/**
 * The graph that features come from: backbone and colour histogram of one image, side by side. It is the only
 * implementation of either, in training, embedding and serving.
 *
 * Input `pixels`: uint8 `[n, 224, 224, 3]`, RGB. Output `features`: float32 `[n, 1408]`.
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
 * Input `features`: float32 `[n, width of both heads]`. Output `embedding`: float32 `[n, 128]`, shape 96 and colour 32, each of unit
 * length.
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
 * The whole encoder, for use outside Weft.
 *
 * Input `pixels`: uint8 `[n, 224, 224, 3]`, RGB, the photo fitted into the square on white. Output `embedding`: float32
 * `[n, 128]`. Weft rounds features to 16 bits between its two steps, so its own vectors differ by about 1e-4.
 *
 * @throws WeftError `weights-unsuitable`, `heads-unsuitable`
 */
export function buildEncoderGraph(weights: Weights, heads: TwoPartHeads): Uint8Array {
  const graph = new OnnxGraph('weft-encoder');
  addEmbedding(graph, heads, addFeatures(graph, weights));
  return graph.encode();
}

function addFeatures(graph: OnnxGraph, weights: Weights): GraphValue {
  const pixels = graph.input('pixels', 'uint8', ['n', SIZE, SIZE, 3]);
  const channelsFirst = graph.cast(graph.apply('Transpose', [pixels], { perm: [0, 3, 1, 2] }), 'float'); // [n, 3, 224, 224]
  const backbone = addEfficientNetLite0(graph, weights, channelsFirst); // [n, 1280]
  const histogram = addColourHistogram(graph, channelsFirst, SIZE); // [n, 128]
  return graph.apply('Concat', [backbone, histogram], { axis: 1 });
}

function addEmbedding(graph: OnnxGraph, heads: TwoPartHeads, features: GraphValue): void {
  const size = heads.shape.outputs + heads.colour.outputs;
  graph.output(addHeads(graph, heads, features), 'embedding', 'float', ['n', size]);
}
