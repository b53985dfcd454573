import { type BackboneSettings, DEFAULT_LAYOUT, HISTOGRAM_SIZE, Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { runGraph } from '../../test/support/run-graph.js';
import { SMALL_SETTINGS, smallBackbone, type SmallBackbone } from '../../test/support/small-backbone.js';
import { buildBroughtFeatureGraph, buildEncoderGraph, buildHeadsGraph } from './index.js';

const random = new Random(5);
const SIZE = 64;
const WIDTH = 32 + DEFAULT_LAYOUT.colour;
const pictures = (count: number, size = SIZE) =>
  Uint8Array.from({ length: count * size * size * 3 }, () => random.int(256));

/** What the backbone gives for pixels prepared in plain numbers, scaled to unit length. */
async function expected(backbone: Uint8Array, pixels: Uint8Array, settings: BackboneSettings): Promise<number[]> {
  const { inputSize: side, layout, channels, mean, std } = settings;
  const values = new Float32Array(side * side * 3);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const value = (pixels[pixel * 3 + (channels === 'rgb' ? channel : 2 - channel)] as number) / 255;
      const at = layout === 'nchw' ? channel * side * side + pixel : pixel * 3 + channel;
      values[at] = (value - (mean[channel] as number)) / (std[channel] as number);
    }
  }
  const shape = layout === 'nchw' ? [1, 3, side, side] : [1, side, side, 3];
  const { values: raw, shape: given } = await runGraph(backbone, values, shape);
  const cells = given.slice(2).reduce((product, size) => product * size, 1);
  const means = Array.from({ length: 32 }, (_, at) =>
    raw.subarray(at * cells, (at + 1) * cells).reduce((sum, value) => sum + value / cells, 0),
  );
  const length = Math.hypot(...means);
  return means.map((value) => value / length);
}

describe('the feature graph of a brought backbone', () => {
  it.each<[string, SmallBackbone, Partial<BackboneSettings>]>([
    ['channels first', {}, {}],
    ['channels last', { layout: 'nhwc' }, { layout: 'nhwc' }],
    ['blue first', {}, { channels: 'bgr', mean: [0.4, 0.5, 0.6] }],
    ['a map instead of a vector', { pooled: false }, {}],
    ['one picture at once', { batch: 1 }, {}],
    ['a size that is no multiple of four', { size: 54 }, { inputSize: 54 }],
    ...[13, 14, 15, 16, 18, 19, 20, 21].map((opset): [string, SmallBackbone, Partial<BackboneSettings>] => [
      `operator set ${opset}`,
      { opset },
      {},
    ]),
  ])('gives what the backbone gives for pictures as it wants them: %s', async (_, build, changes) => {
    const settings: BackboneSettings = { ...SMALL_SETTINGS, ...changes };
    const backbone = smallBackbone(build);
    const pixels = pictures(1, settings.inputSize);
    const graph = buildBroughtFeatureGraph(backbone, settings);
    const { shape, values } = await runGraph(graph, pixels, [1, settings.inputSize, settings.inputSize, 3]);
    expect(shape).toEqual([1, WIDTH]);
    const own = await expected(backbone, pixels, settings);
    own.forEach((value, at) => expect(Math.abs(value - (values[at] as number)), `${at}`).toBeLessThan(1e-5));
    // The HSV histogram is of length .5, the CIELAB one of length 1.
    expect(Math.hypot(...values.subarray(32, 32 + HISTOGRAM_SIZE))).toBeCloseTo(0.5, 5);
    expect(Math.hypot(...values.subarray(32 + HISTOGRAM_SIZE))).toBeCloseTo(1, 5);
  });

  it.each([17, 18, 21])('carries heads, as the encoder does, in operator set %i', async (opset) => {
    const head = (inputs: number, outputs: number) => ({
      weight: Float32Array.from({ length: inputs * outputs }, () => random.between(-1, 1)),
      bias: new Float32Array(outputs),
      inputs,
      outputs,
    });
    const heads = { shape: head(32, 64), colour: head(DEFAULT_LAYOUT.colour, 64) };
    const features = buildBroughtFeatureGraph(smallBackbone({ opset }), SMALL_SETTINGS);
    const pixels = pictures(2);
    const inSteps = await runGraph(features, pixels, [2, SIZE, SIZE, 3]);
    const wanted = await runGraph(buildHeadsGraph(heads), inSteps.values, [2, WIDTH]);
    const { values } = await runGraph(buildEncoderGraph(features, heads), pixels, [2, SIZE, SIZE, 3]);
    values.forEach((value, at) => expect(value).toBeCloseTo(wanted.values[at] as number, 5));
  });
});
