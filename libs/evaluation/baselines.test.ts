import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { baselineVectors, baselineWidth } from './baselines.js';

const layout = { shape: 1280, colour: 128 };

const features = (rows: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length: rows * 1408 }, () => random.next());
};

describe('baselineVectors', () => {
  it.each(['backbone', 'histogram'] as const)('are %s rows of unit length, as the formula gives by hand', (block) => {
    const all = features(4, 1);
    const width = baselineWidth(block, layout);
    const start = block === 'backbone' ? 0 : 1280;
    const unit = (row: number[]) => row.map((value) => value / Math.sqrt(row.reduce((sum, v) => sum + v * v, 0)));
    const rows = [0, 1, 2, 3].map((row) => unit([...all.slice(row * 1408 + start, row * 1408 + start + width)]));
    const centre = rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / 4);
    const expected = rows.flatMap((row) => unit(row.map((value, d) => value - centre[d]!)));
    const vectors = baselineVectors(all, block, layout);
    expect(vectors).toHaveLength(4 * width);
    vectors.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
  });

  it('may be centred on another set of photos', () => {
    const shop = features(6, 2);
    const whole = baselineVectors(shop, 'histogram', layout);
    const part = baselineVectors(shop.slice(0, 2 * 1408), 'histogram', layout, shop);
    part.forEach((value, i) => expect(value).toBeCloseTo(whole[i] as number, 6));
  });

  it('refuse features of another width', () => {
    expect(() => baselineVectors(new Float32Array(100), 'backbone', layout)).toThrow(/1408/);
  });
});
