import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#config';
import { readSafetensorsFile } from '#embedder';
import { ensureParts, featureGraphPath } from '#provision';
import { beforeAll, describe, expect, it } from 'vitest';
import { STAGE_STATISTICS } from '../../../libs/networks/stage-statistics.js';
import { naiveHistogramCounts, naiveReducedColours } from '../../support/naive/colour-histogram.js';
import { naiveLabHistogram } from '../../support/naive/lab-histogram.js';
import { runGraph } from '../../support/run-graph.js';

const SIZE = 224;
const FEATURES = 2824;
const HSV = 128;
const BACKBONE = 1280;
const STAGES = [160, 224, 384];
const SHAPE = 2048;

/** The images of make.py, by the same formulas in whole numbers. */
const IMAGES: Record<string, (x: number, y: number, c: number) => number> = {
  ramp: (x, y, c) => [x, y, 128][c] as number,
  rings: (x, y, c) => (Math.floor(((x - 112) ** 2 + (y - 100) ** 2) / 64) * (c + 1)) % 256,
  squares: (x, y, c) => ((Math.floor(x / 16) + Math.floor(y / 24)) % 2 === 0 ? 40 + 70 * c : 230 - 60 * c),
  grain: (x, y, c) => (x * 7919 + y * 104729 + c * 1299709 + x * y * (31 + c)) % 251,
  blank: () => 255,
};

function draw(colour: (x: number, y: number, c: number) => number): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE * 3);
  for (let y = 0; y < SIZE; y += 1) {
    for (let x = 0; x < SIZE; x += 1) {
      for (let c = 0; c < 3; c += 1) pixels[(y * SIZE + x) * 3 + c] = colour(x, y, c);
    }
  }
  return pixels;
}

describe('the feature graph', () => {
  const names = Object.keys(IMAGES);
  const images = Object.values(IMAGES).map(draw);
  let features: Float32Array; // [5, 2824]
  let golden: { features: Float32Array; stages: Float32Array }; // [5, 1280], [5, 768]

  beforeAll(async () => {
    const config = loadConfig();
    await ensureParts(config, ['backbone'], () => undefined);
    const graph = await readFile(featureGraphPath(config));
    const output = await runGraph(graph, Buffer.concat(images), [images.length, SIZE, SIZE, 3]);
    expect(output.shape).toEqual([images.length, FEATURES]);
    features = output.values;
    const tensors = await readSafetensorsFile(fileURLToPath(new URL('golden.safetensors', import.meta.url)));
    const valuesOf = (name: string, width: number) => {
      const tensor = tensors.get(name);
      expect(tensor?.shape).toEqual([images.length, width]);
      return tensor?.values as Float32Array;
    };
    golden = { features: valuesOf('features', BACKBONE), stages: valuesOf('stages', SHAPE - BACKBONE) };
  });

  it.each(names.map((name, at) => [name, at] as const))('gives the features of PyTorch to 1e-3: %s', (_, at) => {
    const expected = golden.features.subarray(at * BACKBONE, (at + 1) * BACKBONE);
    const actual = features.subarray(at * FEATURES, at * FEATURES + BACKBONE);
    expect(Math.hypot(...actual)).toBeCloseTo(1, 5);
    expect(Math.max(...expected)).toBeGreaterThan(0.5);
    const length = Math.hypot(...expected);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number) * length)))).toBeLessThan(1e-3);
  });

  it.each(names.map((name, at) => [name, at] as const))('gives what earlier stages do, to 1e-3: %s', (_, at) => {
    let from = 0;
    STAGES.forEach((width, stage) => {
      const { means, deviations } = STAGE_STATISTICS[stage] as (typeof STAGE_STATISTICS)[number];
      const start = at * (SHAPE - BACKBONE) + from;
      const ofTorch = [...golden.stages.subarray(start, start + width)];
      const expected = ofTorch.map((value, i) => (value - (means[i] as number)) / (deviations[i] as number));
      const begin = at * FEATURES + BACKBONE + from;
      const actual = features.subarray(begin, begin + width);
      expect(Math.hypot(...actual)).toBeCloseTo(0.5, 5);
      const length = Math.hypot(...expected) / 0.5;
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number) * length)));
      expect(worst).toBeLessThan(1e-3);
      from += width;
    });
  });

  it.each(names.map((name, at) => [name, at] as const))('counts colours as the naive histogram: %s', (_, at) => {
    const histogram = features.subarray(at * FEATURES + SHAPE, at * FEATURES + SHAPE + HSV);
    const counts = Array.from(histogram, (value) => Math.round((2 * value) ** 2 * 56 * 56));
    expect(counts).toEqual(naiveHistogramCounts(images[at] as Uint8Array, SIZE));
  });

  it.each(names.map((name, at) => [name, at] as const))('shares colours out as the naive CIELAB one: %s', (_, at) => {
    const histogram = features.subarray(at * FEATURES + SHAPE + HSV, (at + 1) * FEATURES);
    const expected = naiveLabHistogram(naiveReducedColours(images[at] as Uint8Array, SIZE));
    const worst = Math.max(...expected.map((share, bin) => Math.abs(share - (histogram[bin] as number) ** 2)));
    expect(worst).toBeLessThan(1e-5);
  });
});
