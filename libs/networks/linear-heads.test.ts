import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { naiveEmbedding } from '../../test/support/naive/linear-heads.js';
import { runGraph } from '../../test/support/run-graph.js';
import { buildFeatureGraph, buildHeadsGraph, type LinearHead } from './index.js';

const random = new Random(5);

function randomHead(inputs: number, outputs: number): LinearHead {
  const values = (length: number) => Float32Array.from({ length }, () => random.between(-1, 1));
  return { weight: values(inputs * outputs), bias: values(outputs), inputs, outputs };
}

const heads = { shape: randomHead(1280, 64), colour: randomHead(128, 64) };

describe('buildHeadsGraph', () => {
  it('agrees with naive heads to 1e-5', async () => {
    const rows = 5;
    const features = Float32Array.from({ length: rows * 1408 }, () => random.between(-0.5, 6));
    const { shape, values } = await runGraph(buildHeadsGraph(heads), features, [rows, 1408]);
    expect(shape).toEqual([rows, 128]);
    for (let row = 0; row < rows; row += 1) {
      const expected = naiveEmbedding([...features.subarray(row * 1408, (row + 1) * 1408)], heads);
      const worst = Math.max(...expected.map((value, at) => Math.abs(value - (values[row * 128 + at] as number))));
      expect(worst).toBeLessThan(1e-5);
    }
  });

  it('gives both parts unit length', async () => {
    const features = Float32Array.from({ length: 1408 }, () => random.next());
    const { values } = await runGraph(buildHeadsGraph(heads), features, [1, 1408]);
    expect(Math.hypot(...values.subarray(0, 64))).toBeCloseTo(1, 5);
    expect(Math.hypot(...values.subarray(64))).toBeCloseTo(1, 5);
  });

  it('keeps features without length finite', async () => {
    const withoutBias = {
      shape: { ...heads.shape, bias: new Float32Array(64) },
      colour: { ...heads.colour, bias: new Float32Array(64) },
    };
    const { values } = await runGraph(buildHeadsGraph(withoutBias), new Float32Array(1408), [1, 1408]);
    expect([...values]).toEqual(new Array(128).fill(0));
  });

  it('gives equal bytes for equal heads', () => {
    expect(Buffer.compare(buildHeadsGraph(heads), buildHeadsGraph(heads))).toBe(0);
  });

  it('refuses heads that are not finite or do not fit their size', () => {
    const broken = { ...heads.shape, weight: heads.shape.weight.map((value, at) => (at === 9 ? NaN : value)) };
    expect(() => buildHeadsGraph({ ...heads, shape: broken })).toThrow('not finite');
    const short = { ...heads.colour, bias: new Float32Array(31) };
    expect(() => buildHeadsGraph({ ...heads, colour: short })).toThrow('128 x 64');
  });
});

describe('buildFeatureGraph', () => {
  it('names the tensor that is missing or of another shape', () => {
    expect(() => buildFeatureGraph(new Map())).toThrow('"_conv_stem.weight" of 32 x 3 x 3 x 3');
    const stem = { shape: [32, 3, 3, 3], values: new Float32Array(864) };
    const short = { shape: [31], values: new Float32Array(31) };
    const weights = new Map([
      ['_conv_stem.weight', stem],
      ['_bn0.weight', short],
    ]);
    expect(() => buildFeatureGraph(weights)).toThrow('"_bn0.weight" of 32');
  });
});
