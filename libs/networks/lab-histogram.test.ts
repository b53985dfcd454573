import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { naiveLabHistogram } from '../../test/support/naive/lab-histogram.js';
import { runGraph } from '../../test/support/run-graph.js';
import { addLabHistogram } from './lab-histogram.js';
import { OnnxGraph } from './onnx-graph.js';

type Colour = [number, number, number];

/** Square roots of the shares of each image's bins. */
async function histograms(images: Colour[][]): Promise<Float32Array[]> {
  const count = images[0]?.length ?? 0;
  const graph = new OnnxGraph('histogram');
  graph.output(addLabHistogram(graph, graph.input('pixels', 'float', ['n', 3, count])), 'bins', 'float', ['n', 648]);
  const pixels = Float32Array.from(
    images.flatMap((image) => [0, 1, 2].flatMap((c) => image.map((rgb) => rgb[c] ?? 0))),
  );
  const { shape, values } = await runGraph(graph.encode(), pixels, [images.length, 3, count]);
  expect(shape).toEqual([images.length, 648]);
  return images.map((_, at) => values.subarray(at * 648, (at + 1) * 648));
}

const image = (count: number, colour: (at: number) => Colour): Colour[] =>
  Array.from({ length: count }, (_, at) => colour(at));
const distance = (one: Float32Array, other: Float32Array) =>
  Math.hypot(...one.map((value, bin) => value - (other[bin] as number)));

describe('the CIELAB histogram graph', () => {
  it('agrees with the naive histogram to 1e-5, colour by colour', async () => {
    const levels = [0, 1, 10, 11, 51, 102, 128, 153, 204, 240, 254, 255];
    const colours = levels.flatMap((red) =>
      levels.flatMap((green) => levels.map((blue): Colour => [red, green, blue])),
    );
    const random = new Random(4);
    for (let i = 0; i < 2_000; i += 1) colours.push([random.int(256), random.int(256), random.int(256)]);
    const found = await histograms(colours.map((colour) => [colour]));
    found.forEach((bins, at) => {
      const expected = naiveLabHistogram([colours[at] as Colour]);
      const worst = Math.max(...expected.map((share, bin) => Math.abs(share - (bins[bin] as number) ** 2)));
      expect(worst, String(colours[at])).toBeLessThan(1e-5);
    });
  });

  it('agrees with the naive histogram on images, with background, without, and with nothing else', async () => {
    const random = new Random(5);
    const images = [
      image(400, () => [random.int(256), random.int(256), random.int(256)]),
      image(400, (at) => (at % 3 === 0 ? [30, 60, 90 + random.int(40)] : [250, 250, 252])),
      // 1 % of foreground is too little: all pixels count.
      image(400, (at) => (at < 4 ? [200, 0, 0] : [255, 255, 255])),
      image(400, (at) => (at < 8 ? [200, 0, 0] : [255, 255, 255])),
      image(400, () => [255, 255, 255]),
    ];
    (await histograms(images)).forEach((bins, at) => {
      const expected = naiveLabHistogram(images[at] ?? []);
      const worst = Math.max(...expected.map((share, bin) => Math.abs(share - (bins[bin] as number) ** 2)));
      expect(worst, `image ${at}`).toBeLessThan(1e-5);
      expect(Math.hypot(...bins)).toBeCloseTo(1, 5);
    });
  });

  it('does not see the background, and moves little with the light', async () => {
    const [shirt, smallShirt, brighter, red] = (await histograms([
      image(100, () => [60, 90, 140]),
      image(100, (at) => (at < 30 ? [60, 90, 140] : [255, 255, 255])),
      image(100, () => [62, 92, 142]),
      image(100, () => [160, 40, 40]),
    ])) as [Float32Array, Float32Array, Float32Array, Float32Array];
    expect(distance(shirt, smallShirt)).toBeLessThan(1e-6);
    expect(distance(shirt, brighter)).toBeLessThan(0.25);
    expect(distance(shirt, red)).toBeGreaterThan(1.3);
  });
});
