import { featureWidth } from '#foundation';
import type { TwoPartHeads } from '#networks';
import type { Snapshot } from '#datasets';

/**
 * Heads whose origin is what they make of some photos on average, as `weft evaluate --feed` puts it. Heads are linear on rows of
 * unit length, so that is what they make of the mean row, and the bias goes.
 *
 * @param rows of the snapshot, the photos of the shop that is asked
 */
export function aboutCentre(heads: TwoPartHeads, snapshot: Snapshot, rows: readonly number[]): TwoPartHeads {
  const { features, layout } = snapshot;
  const width = featureWidth(layout);
  const about = (head: TwoPartHeads['shape'], from: number) => {
    const { inputs, outputs, weight } = head;
    const mean = new Float64Array(inputs);
    for (const row of rows) {
      const block = features.subarray(row * width + from, row * width + from + inputs);
      const length = Math.max(Math.hypot(...block), 1e-9);
      block.forEach((value, at) => (mean[at] = (mean[at] as number) + value / length / rows.length));
    }
    const bias = Float32Array.from({ length: outputs }, (_, output) =>
      mean.reduce((sum, value, input) => sum - value * (weight[input * outputs + output] as number), 0),
    );
    return { ...head, bias };
  };
  return { shape: about(heads.shape, 0), colour: about(heads.colour, heads.shape.inputs) };
}
