import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { naiveColourBin, naiveHistogramCounts } from '../../test/support/naive/colour-histogram.js';
import { runGraph } from '../../test/support/run-graph.js';
import { addHsvHistogram, addReducedPixels } from './hsv-histogram.js';
import { OnnxGraph } from './onnx-graph.js';

function histogramGraph(size: number): Uint8Array {
  const graph = new OnnxGraph('histogram');
  const pixels = graph.input('pixels', 'uint8', ['n', size, size, 3]);
  const channelsFirst = graph.cast(graph.apply('Transpose', [pixels], { perm: [0, 3, 1, 2] }), 'float');
  const reduced = addReducedPixels(graph, channelsFirst, size);
  graph.output(addHsvHistogram(graph, reduced, (size / 4) ** 2), 'histogram', 'float', ['n', 128]);
  return graph.encode();
}

/** Counts that the histogram's square roots stand for. */
function countsOf(histogram: Float32Array, pixels: number): number[] {
  return Array.from(histogram, (value) => Math.round(value * value * pixels));
}

describe('the HSV histogram graph', () => {
  it('puts every colour into the bin of the formulas', async () => {
    const levels = [0, 1, 31, 32, 63, 64, 84, 85, 95, 96, 127, 128, 159, 160, 170, 191, 192, 223, 224, 254, 255];
    const colours = levels.flatMap((red) => levels.flatMap((green) => levels.map((blue) => [red, green, blue])));
    const random = new Random(7);
    for (let i = 0; i < 10_000; i += 1) colours.push([random.int(256), random.int(256), random.int(256)]);
    // One image of 4 x 4 equal pixels a colour: its histogram is 1 in the colour's bin.
    const pixels = Uint8Array.from(colours.flatMap((colour) => Array.from({ length: 16 }, () => colour).flat()));
    const { shape, values } = await runGraph(histogramGraph(4), pixels, [colours.length, 4, 4, 3]);
    expect(shape).toEqual([colours.length, 128]);
    const bins = colours.map((_, at) => values.subarray(at * 128, (at + 1) * 128).indexOf(1));
    expect(bins).toEqual(colours.map(([red, green, blue]) => naiveColourBin(red ?? 0, green ?? 0, blue ?? 0)));
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(colours.length);
  });

  it('counts the means of 4 x 4 pixels, rounded half up', async () => {
    const size = 24;
    const random = new Random(11);
    const images = Array.from({ length: 20 }, (_, at) =>
      // The later images have few levels, so that many means fall on halves.
      Uint8Array.from({ length: size * size * 3 }, () => (at < 10 ? random.int(256) : 63 + random.int(2))),
    );
    const pixels = Uint8Array.from(images.flatMap((image) => [...image]));
    const { values } = await runGraph(histogramGraph(size), pixels, [images.length, size, size, 3]);
    images.forEach((image, at) => {
      const counts = countsOf(values.subarray(at * 128, (at + 1) * 128), (size / 4) ** 2);
      expect(counts, `image ${at}`).toEqual(naiveHistogramCounts(image, size));
    });
  });

  it('has unit length', async () => {
    const random = new Random(3);
    const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, () => random.int(256));
    const { values } = await runGraph(histogramGraph(8), pixels, [1, 8, 8, 3]);
    expect(Math.hypot(...values)).toBeCloseTo(1, 6);
  });
});
