import type { ReadModel } from './onnx-reader.js';

/** The model without what the value `output` does not need, such as the classifier behind a backbone. */
export function neededFor(output: string, model: ReadModel): ReadModel {
  const wanted = new Set([output]);
  const nodes = model.nodes
    .toReversed()
    .filter((node) => {
      if (!node.output.some((name) => wanted.has(name))) return false;
      for (const name of node.input) wanted.add(name);
      return true;
    })
    .reverse();
  return { ...model, nodes, tensors: model.tensors.filter(({ name }) => wanted.has(name)) };
}
