import type { GraphValue, OnnxGraph } from './onnx-graph.js';

/** Bins of lightness, a and b. */
const BINS = { lightness: 8, a: 9, b: 9 };

/** Bins of the histogram in all. */
export const LAB_HISTOGRAM_BINS = BINS.lightness * BINS.a * BINS.b;

/** Light grey is background: lightness above, and chroma below. */
const BACKGROUND = { lightness: 94, chroma: 6 };
/** Below this share of foreground (a white shirt on white) all pixels count. */
const LEAST_FOREGROUND = 0.02;

/**
 * Linear sRGB to X, Y, Z over those of white under D65 (IEC 61966-2-1). Row-major.
 */
const WHITE = [0.95047, 1, 1.08883] as const;
const TO_XYZ = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
] as const;

/**
 * Adds the CIELAB histogram of the foreground to a graph. Neighbouring bins share a pixel, in the ratio of its distance to
 * their centres, so that a slightly other light moves little weight.
 *
 * L, a and b are rounded to whole numbers first, so that what float32 leaves open decides no bin. Centres of lightness lie
 * 100 / 7 apart. Those of a and b lie evenly on sign(a) (sqrt(1 + |a|) - 1), up to 80 either way: near grey, where most
 * clothes are, bins are narrower.
 *
 * @param reduced float `[n, 3, count]`, red, green and blue as whole numbers 0..255
 * @returns square roots of the shares, `[n, 648]`, a vector of unit length; bin = 81 lightness + 9 a + b
 */
export function addLabHistogram(graph: OnnxGraph, reduced: GraphValue): GraphValue {
  const one = graph.scalar(1);
  const times = (value: GraphValue, factor: number): GraphValue => graph.apply('Mul', [value, graph.scalar(factor)]);
  const add = (left: GraphValue, right: GraphValue): GraphValue => graph.apply('Add', [left, right]);
  const subtract = (from: GraphValue, what: GraphValue): GraphValue => graph.apply('Sub', [from, what]);
  const power = (value: GraphValue, exponent: number): GraphValue =>
    graph.apply('Pow', [value, graph.scalar(exponent)]);
  const rounded = (value: GraphValue): GraphValue => graph.apply('Floor', [add(value, graph.scalar(0.5))]);
  const least = (value: GraphValue, bound: number): GraphValue => graph.apply('Max', [value, graph.scalar(bound)]);

  const share = times(reduced, 1 / 255);
  const linear = graph.apply('Where', [
    graph.apply('LessOrEqual', [share, graph.scalar(0.04045)]),
    times(share, 1 / 12.92),
    power(times(add(share, graph.scalar(0.055)), 1 / 1.055), 2.4),
  ]); // [n, 3, count]
  const toXyz = graph.tensor(
    [3, 3],
    Float32Array.from(TO_XYZ.flatMap((row, at) => row.map((x) => x / WHITE[at as 0]))),
  );
  const xyz = graph.apply('MatMul', [toXyz, linear]);
  const curve = graph.apply('Where', [
    graph.apply('Greater', [xyz, graph.scalar(216 / 24389)]),
    power(least(xyz, 1e-9), 1 / 3),
    times(add(times(xyz, 24389 / 27), graph.scalar(16)), 1 / 116),
  ]);
  const [x, y, z] = [0, 1, 2].map((row) => graph.slice(curve, 1, row, row + 1)) as [GraphValue, GraphValue, GraphValue];
  const lightness = rounded(subtract(times(y, 116), graph.scalar(16))); // [n, 1, count]
  const a = rounded(times(subtract(x, y), 500));
  const b = rounded(times(subtract(y, z), 200));

  const chroma = graph.apply('Sqrt', [add(graph.apply('Mul', [a, a]), graph.apply('Mul', [b, b]))]);
  const isForeground = graph.apply('Or', [
    graph.apply('LessOrEqual', [lightness, graph.scalar(BACKGROUND.lightness)]),
    graph.apply('GreaterOrEqual', [chroma, graph.scalar(BACKGROUND.chroma)]),
  ]);
  const foreground = graph.cast(isForeground, 'float');
  const shareOfForeground = graph.apply('ReduceMean', [foreground], { axes: [2], keepdims: 1 }); // [n, 1, 1]
  const counted = graph.apply('Where', [
    graph.apply('Less', [shareOfForeground, graph.scalar(LEAST_FOREGROUND)]),
    one,
    foreground,
  ]); // [n, 1, count]

  /** How much of each pixel goes to each of the bins of one axis, from places in [0, bins - 1]: `[n, bins, count]`. */
  const shares = (place: GraphValue, bins: number): GraphValue => {
    const inside = graph.apply('Clip', [place, graph.scalar(0), graph.scalar(bins - 1)]);
    const centres = graph.tensor(
      [bins, 1],
      Float32Array.from({ length: bins }, (_, bin) => bin),
    );
    return graph.apply('Relu', [subtract(one, graph.apply('Abs', [subtract(inside, centres)]))]);
  };
  const chromatic = (value: GraphValue, bins: number): GraphValue => {
    const root = subtract(graph.apply('Sqrt', [add(graph.apply('Abs', [value]), one)]), one);
    const middle = (bins - 1) / 2;
    // sqrt(1 + 80) - 1 = 8, at the outermost centre.
    return shares(
      add(times(graph.apply('Mul', [graph.apply('Sign', [value]), root]), middle / 8), graph.scalar(middle)),
      bins,
    );
  };
  const ofLightness = graph.apply('Mul', [
    shares(times(lightness, (BINS.lightness - 1) / 100), BINS.lightness),
    counted,
  ]);
  const ofA = graph.apply('Unsqueeze', [chromatic(a, BINS.a), graph.integers(2)]); // [n, 9, 1, count]
  const ofB = graph.apply('Unsqueeze', [chromatic(b, BINS.b), graph.integers(1)]); // [n, 1, 9, count]
  const ofAB = graph.apply('Reshape', [graph.apply('Mul', [ofA, ofB]), graph.integers(0, BINS.a * BINS.b, -1)]);
  const sums = graph.apply('MatMul', [ofLightness, graph.apply('Transpose', [ofAB], { perm: [0, 2, 1] })]); // [n, 8, 81]
  const histogram = graph.apply('Reshape', [sums, graph.integers(0, LAB_HISTOGRAM_BINS)]);
  const total = graph.apply('ReduceL1', [histogram], { axes: [1], keepdims: 1 }); // [n, 1], never 0
  return graph.apply('Sqrt', [graph.apply('Div', [histogram, total])]);
}
