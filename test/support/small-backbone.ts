import { type BackboneSettings, Random } from '#foundation';
import { OnnxGraph } from '../../libs/networks/onnx-graph.js';

export interface SmallBackbone {
  size?: number;
  layout?: 'nchw' | 'nhwc';
  /** Pictures at once: `n`, any number. */
  batch?: number | 'n';
  /** Whether the output is pooled to `[n, 32]` or left `[n, 32, h, w]`. */
  pooled?: boolean;
  opset?: number;
  /** Another network of the same build. */
  seed?: number;
}

const [INNER, FEATURES, STRIDE] = [24, 32, 8];

/** The bytes of a backbone of two convolutions with drawn weights: what a person might bring, but small. */
export function smallBackbone(options: SmallBackbone = {}): Uint8Array {
  const { size = 64, layout = 'nchw', batch = 'n', pooled = true, opset = 17, seed = 1 } = options;
  const random = new Random(seed);
  const graph = new OnnxGraph('small', { opset, irVersion: 8 });
  const shape = layout === 'nchw' ? [batch, 3, size, size] : [batch, size, size, 3];
  const input = graph.input('picture', 'float', shape);
  const first = layout === 'nchw' ? input : graph.apply('Transpose', [input], { perm: [0, 3, 1, 2] });
  const values = (count: number) => Float32Array.from({ length: count }, () => random.between(-1, 1));
  const kernel = graph.tensor([INNER, 3, STRIDE, STRIDE], values(INNER * 3 * STRIDE * STRIDE));
  const edges = graph.apply('Relu', [graph.apply('Conv', [first, kernel], { strides: [STRIDE, STRIDE] })]);
  const mixed = graph.apply('Conv', [edges, graph.tensor([FEATURES, INNER, 1, 1], values(FEATURES * INNER))]);
  const map = graph.apply('Relu', [mixed]);
  const side = Math.floor(size / STRIDE);
  if (pooled)
    graph.output(graph.apply('Flatten', [graph.apply('GlobalAveragePool', [map])]), 'features', 'float', [
      batch,
      FEATURES,
    ]);
  else graph.output(map, 'features', 'float', [batch, FEATURES, side, side]);
  return graph.encode();
}

/** How a small backbone is described. */
export const SMALL_SETTINGS: BackboneSettings = {
  inputSize: 64,
  layout: 'nchw',
  channels: 'rgb',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  output: null,
};
