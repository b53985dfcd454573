import type { GraphValue, OnnxGraph } from './onnx-graph.js';

/** Bins of hue, saturation and value. */
const BINS = { hue: 8, saturation: 4, value: 4 };

/** Bins of the histogram in all. */
const HISTOGRAM_BINS = BINS.hue * BINS.saturation * BINS.value;

/** Side of the squares of pixels whose mean colour is counted. */
const POOL = 4;

/**
 * Adds the image reduced four times to a graph: means of 4 x 4 pixels, rounded half up, so that every implementation agrees
 * bit for bit.
 *
 * @param pixels float `[n, 3, size, size]` holding the whole numbers 0..255
 * @param size side of the image, a multiple of 4
 * @returns `[n, 3, size / 4 * size / 4]`, whole numbers
 */
export function addReducedPixels(graph: OnnxGraph, pixels: GraphValue, size: number): GraphValue {
  const means = graph.apply('AveragePool', [pixels], { kernel_shape: [POOL, POOL], strides: [POOL, POOL] });
  const reduced = graph.apply('Floor', [graph.apply('Add', [means, graph.scalar(0.5)])]);
  return graph.apply('Reshape', [reduced, graph.integers(0, 3, (size / POOL) ** 2)]);
}

/**
 * Adds the HSV histogram of 8 x 4 x 4 bins to a graph.
 *
 * In whole numbers, so that every implementation agrees bit for bit: with c = max - min of the three channels,
 * n = g - b where r is max, else 2c + b - r where g is max, else 4c + r - g, plus 6c where that is negative,
 * hue = floor(85 n / (64 c)), saturation = floor(255 c / (64 max)), value = floor(max / 64); hue = saturation = 0 for
 * c = 0; bin = 16 hue + 4 saturation + value. All quotients are of integers below 2^24 and far enough from the next
 * integer that float32 division and floor are exact.
 *
 * @param reduced float `[n, 3, count]`, red, green and blue as whole numbers 0..255
 * @returns sqrt(bin's count / count), `[n, 128]`, a vector of unit length
 */
export function addHsvHistogram(graph: OnnxGraph, reduced: GraphValue, count: number): GraphValue {
  const zero = graph.scalar(0);
  const one = graph.scalar(1);
  const times = (value: GraphValue, factor: number): GraphValue => graph.apply('Mul', [value, graph.scalar(factor)]);
  const quotient = (dividend: GraphValue, divisor: GraphValue): GraphValue =>
    graph.apply('Floor', [graph.apply('Div', [dividend, divisor])]);
  const subtract = (from: GraphValue, what: GraphValue): GraphValue => graph.apply('Sub', [from, what]);
  const add = (left: GraphValue, right: GraphValue): GraphValue => graph.apply('Add', [left, right]);

  const red = graph.slice(reduced, 1, 0, 1); // [n, 1, count]
  const green = graph.slice(reduced, 1, 1, 2);
  const blue = graph.slice(reduced, 1, 2, 3);
  const max = graph.apply('Max', [red, green, blue]);
  const chroma = subtract(max, graph.apply('Min', [red, green, blue]));

  const fromGreen = add(times(chroma, 2), subtract(blue, red));
  const fromBlue = add(times(chroma, 4), subtract(red, green));
  const notRed = graph.apply('Where', [graph.apply('Equal', [green, max]), fromGreen, fromBlue]);
  const angle = graph.apply('Where', [graph.apply('Equal', [red, max]), subtract(green, blue), notRed]);
  const turned = graph.apply('Where', [
    graph.apply('Less', [angle, zero]),
    add(angle, times(chroma, BINS.hue - 2)),
    angle,
  ]);
  // Where chroma or max is 0 the dividend is 0 too, so any divisor gives bin 0.
  const hue = quotient(times(turned, 85), times(graph.apply('Max', [chroma, one]), 64));
  const saturation = quotient(times(chroma, 255), times(graph.apply('Max', [max, one]), 64));
  const value = graph.apply('Floor', [times(max, 1 / 64)]);
  const within = add(times(saturation, BINS.value), value);
  const bin = add(times(hue, BINS.saturation * BINS.value), within);

  const bins = graph.apply('Reshape', [bin, graph.integers(0, count)]); // [n, count]
  const images = graph.slice(graph.apply('Shape', [bins]), 0, 0, 1);
  const empty = graph.apply('Expand', [
    zero,
    graph.apply('Concat', [images, graph.integers(HISTOGRAM_BINS)], { axis: 0 }),
  ]); // [n, 128]
  const ones = add(times(bins, 0), one);
  const counts = graph.apply('ScatterElements', [empty, graph.cast(bins, 'int64'), ones], {
    axis: 1,
    reduction: 'add',
  });
  return graph.apply('Sqrt', [times(counts, 1 / count)]);
}
