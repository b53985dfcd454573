import type { LinearHead, TwoPartHeads } from '#networks';
import { scaleRowsToUnit, takeColumns } from './rows.js';

/**
 * y = x W + b in typed arrays.
 *
 * @param rows [n, inputs]
 * @returns [n, outputs], not of unit length
 */
export function applyHead(head: LinearHead, rows: Float32Array): Float32Array {
  const { inputs, outputs, weight, bias } = head;
  const count = rows.length / inputs;
  const result = new Float32Array(count * outputs);
  const sums = new Float64Array(outputs);
  for (let row = 0; row < count; row += 1) {
    sums.set(bias);
    for (let input = 0; input < inputs; input += 1) {
      const value = rows[row * inputs + input] as number;
      // Most bins of a histogram are empty.
      if (value === 0) continue;
      const at = input * outputs;
      for (let output = 0; output < outputs; output += 1) {
        sums[output] = (sums[output] as number) + value * (weight[at + output] as number);
      }
    }
    result.set(sums, row * outputs);
  }
  return result;
}

/**
 * Embeddings of features by folded heads, in typed arrays: the reference that the ONNX graphs are held against.
 *
 * @param features [n, shape inputs + colour inputs]
 * @returns [n, shape outputs + colour outputs], both parts of unit length
 */
export function embedFeatures(heads: TwoPartHeads, features: Float32Array): Float32Array {
  const { shape, colour } = heads;
  const width = shape.inputs + colour.inputs;
  const rows = {
    shape: takeColumns(features, width, 0, shape.inputs),
    colour: takeColumns(features, width, shape.inputs, width),
  };
  scaleRowsToUnit(rows.shape, shape.inputs);
  scaleRowsToUnit(rows.colour, colour.inputs);
  return embedRows(heads, rows);
}

/**
 * Embeddings of prepared rows: of a block by the heads trained on it, or of unit rows by folded heads.
 *
 * @param rows [n, shape inputs] and [n, colour inputs]
 * @returns [n, shape outputs + colour outputs], both parts of unit length
 */
export function embedRows(heads: TwoPartHeads, rows: { shape: Float32Array; colour: Float32Array }): Float32Array {
  const { shape, colour } = heads;
  const width = shape.outputs + colour.outputs;
  const parts = { shape: applyHead(shape, rows.shape), colour: applyHead(colour, rows.colour) };
  scaleRowsToUnit(parts.shape, shape.outputs);
  scaleRowsToUnit(parts.colour, colour.outputs);
  const count = parts.shape.length / shape.outputs;
  const embeddings = new Float32Array(count * width);
  for (let row = 0; row < count; row += 1) {
    embeddings.set(parts.shape.subarray(row * shape.outputs, (row + 1) * shape.outputs), row * width);
    const ofColour = parts.colour.subarray(row * colour.outputs, (row + 1) * colour.outputs);
    embeddings.set(ofColour, row * width + shape.outputs);
  }
  return embeddings;
}
