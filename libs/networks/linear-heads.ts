import { WeftError } from '#foundation';
import type { GraphValue, OnnxGraph } from './onnx-graph.js';

/**
 * A linear head over one block of the features: y = unit(unit(x) W + b), unit(x) = x / max(|x|, 1e-9).
 * Centring on the shop and scaling are folded into W and b.
 */
export interface LinearHead {
  /** Row-major. */
  weight: Float32Array; // [inputs, outputs]
  bias: Float32Array; // [outputs]
  inputs: number;
  outputs: number;
}

/** The two heads of an embedding; its parts stay apart to the end. */
export interface TwoPartHeads {
  /** Over the backbone's features. */
  shape: LinearHead; // -> 64
  /** Over the colour histograms. */
  colour: LinearHead; // -> 64
}

/** Shorter vectors have no direction and stay next to zero. */
const SHORTEST = 1e-9;

/**
 * Adds both heads to a graph.
 *
 * @param features `[n, inputs of shape + inputs of colour]`
 * @returns both parts side by side, `[n, outputs of shape + outputs of colour]`: each of unit length, and before that
 * @throws WeftError `heads-unsuitable` when a head's numbers do not fit its size or are not finite
 */
export function addHeads(
  graph: OnnxGraph,
  heads: TwoPartHeads,
  features: GraphValue,
): { embedding: GraphValue; unscaled: GraphValue } {
  const { shape, colour } = heads;
  const block = (start: number, head: LinearHead, name: string): GraphValue => {
    requireSound(head, name);
    const unit = addUnit(graph, graph.slice(features, 1, start, start + head.inputs)); // [n, inputs]
    const weight = graph.tensor([head.inputs, head.outputs], head.weight);
    return graph.apply('Gemm', [unit, weight, graph.tensor([head.outputs], head.bias)]);
  };
  const parts = [block(0, shape, 'shape'), block(shape.inputs, colour, 'colour')];
  const sideBySide = (values: GraphValue[]) => graph.apply('Concat', values, { axis: 1 });
  return { embedding: sideBySide(parts.map((part) => addUnit(graph, part))), unscaled: sideBySide(parts) };
}

/** Scales the rows of `[n, d]` to unit length. */
export function addUnit(graph: OnnxGraph, value: GraphValue): GraphValue {
  return graph.apply('Div', [value, graph.apply('Max', [graph.lengths(value), graph.scalar(SHORTEST)])]);
}

function requireSound({ weight, bias, inputs, outputs }: LinearHead, name: string): void {
  if (weight.length !== inputs * outputs || bias.length !== outputs) {
    throw new WeftError('heads-unsuitable', `The ${name} head does not hold ${inputs} x ${outputs} numbers.`, {
      value: { weight: weight.length, bias: bias.length },
    });
  }
  if (![weight, bias].every((numbers) => numbers.every(Number.isFinite))) {
    throw new WeftError('heads-unsuitable', `The ${name} head holds numbers that are not finite.`);
  }
}
