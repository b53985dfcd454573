import { addHsvHistogram, addReducedPixels } from './hsv-histogram.js';
import { addLabHistogram } from './lab-histogram.js';
import type { GraphValue, OnnxGraph } from './onnx-graph.js';

/** Of the HSV histogram beside the CIELAB one, which tells colours better: figures in docs/evaluation.md. */
const HSV_LENGTH = 0.5;
/** Pixels become means of 4 x 4 before they are counted. */
const REDUCTION = 4;

/**
 * Adds the colour block that every feature graph has: the HSV histogram of length .5 and the CIELAB histogram of length 1,
 * side by side. It is the only implementation of either, in training, embedding and serving.
 *
 * @param pixels float `[n, 3, size, size]` holding the whole numbers 0..255
 * @param size side of the image, a multiple of 4
 * @returns `[n, 776]`
 */
export function addColourBlock(graph: OnnxGraph, pixels: GraphValue, size: number): GraphValue {
  const reduced = addReducedPixels(graph, pixels, size);
  const hsv = addHsvHistogram(graph, reduced, (size / REDUCTION) ** 2); // [n, 128]
  const lab = addLabHistogram(graph, reduced); // [n, 648]
  return graph.apply('Concat', [graph.apply('Mul', [hsv, graph.scalar(HSV_LENGTH)]), lab], { axis: 1 });
}
