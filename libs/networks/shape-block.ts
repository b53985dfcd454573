import { addUnit } from './linear-heads.js';
import { addEfficientNetLite0, type Weights } from './efficientnet-lite0.js';
import type { GraphValue, OnnxGraph } from './onnx-graph.js';
import { STAGE_STATISTICS } from './stage-statistics.js';

/** Of each earlier stage beside the last one: figures in docs/evaluation.md. */
const STAGE_LENGTH = 0.5;

/**
 * Adds the shape block of the graph that Weft comes with: what EfficientNet-Lite0 gives in the end, pooled, of length 1, and
 * of each of three earlier stages mean and deviation of every channel over the picture, of length .5. Those are standardised
 * first, by what they are on many photos of clothes: a few channels would outweigh all others.
 *
 * @param pixels float `[n, 3, height, width]` holding 0..255
 * @returns `[n, 2048]`: 1280, then 160, 224 and 384
 * @throws WeftError `weights-unsuitable` when a tensor is missing or of another shape
 */
export function addShapeBlock(graph: OnnxGraph, weights: Weights, pixels: GraphValue): GraphValue {
  const { last, stages } = addEfficientNetLite0(graph, weights, pixels);
  const earlier = stages.map((stage, at) => {
    const mean = graph.apply('GlobalAveragePool', [stage]); // [n, channels, 1, 1]
    const apart = graph.apply('Sub', [stage, mean]);
    const variance = graph.apply('GlobalAveragePool', [graph.apply('Mul', [apart, apart])]);
    const both = graph.apply('Concat', [mean, graph.apply('Sqrt', [variance])], { axis: 1 });
    const columns = graph.apply('Flatten', [both]); // [n, 2 channels]
    const { means, deviations } = STAGE_STATISTICS[at] as (typeof STAGE_STATISTICS)[number];
    const constant = (values: readonly number[]) => graph.tensor([1, values.length], Float32Array.from(values));
    const centred = graph.apply('Sub', [columns, constant(means)]);
    const standardised = graph.apply('Div', [centred, constant(deviations)]);
    return graph.apply('Mul', [addUnit(graph, standardised), graph.scalar(STAGE_LENGTH)]);
  });
  const pooled = addUnit(graph, graph.apply('Flatten', [graph.apply('GlobalAveragePool', [last])]));
  return graph.apply('Concat', [pooled, ...earlier], { axis: 1 });
}
