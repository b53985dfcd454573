import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { flat, naiveHead, randomHead, randomRows, rowsOf, worstDifference } from '../../test/support/head-training.js';
import { naiveForward } from '../../test/support/naive/heads-training.js';
import { naiveEmbedding } from '../../test/support/naive/linear-heads.js';
import { applyHead, embedFeatures, embedRows } from './apply-head.js';

const random = new Random(1);
const heads = { shape: randomHead(6, 4, random), colour: randomHead(5, 3, random) };

describe('applyHead', () => {
  it('is x W + b, worked by hand', () => {
    // (1, 2) times [[1, 2, 3], [10, 20, 30]] plus (.5, 0, -.5)
    const head = {
      weight: Float32Array.of(1, 2, 3, 10, 20, 30),
      bias: Float32Array.of(0.5, 0, -0.5),
      inputs: 2,
      outputs: 3,
    };
    expect([...applyHead(head, Float32Array.of(1, 2, 0, 1))]).toEqual([21.5, 42, 62.5, 10.5, 20, 29.5]);
  });

  it('gives no rows for no rows', () => expect(applyHead(heads.shape, new Float32Array(0))).toHaveLength(0));
});

describe('embedRows', () => {
  it('is both heads by the loop, each part of unit length, side by side', () => {
    const rows = { shape: randomRows(7, 6, random), colour: randomRows(7, 5, random) };
    const shape = naiveForward(rows.shape, naiveHead(heads.shape));
    const colour = naiveForward(rows.colour, naiveHead(heads.colour));
    const expected = shape.flatMap((row, at) => [...row, ...(colour[at] ?? [])]);
    const actual = embedRows(heads, { shape: flat(rows.shape), colour: flat(rows.colour) });
    expect(worstDifference(actual, expected)).toBeLessThan(1e-6);
  });
});

describe('embedFeatures', () => {
  const features = flat(randomRows(7, 11, random)).map((value) => value * 30);

  it('equals naive heads on unit blocks of the features, and leaves them as they are', () => {
    const before = features.slice();
    const expected = rowsOf(features, 11).flatMap((row) => naiveEmbedding(row, heads));
    expect(worstDifference(embedFeatures(heads, features), expected)).toBeLessThan(1e-6);
    expect(features).toEqual(before);
  });

  it('does not see how bright a block is', () => {
    const brighter = features.map((value, at) => (at % 11 < 6 ? value * 4 : value * 0.25));
    expect(worstDifference(embedFeatures(heads, brighter), embedFeatures(heads, features))).toBeLessThan(1e-6);
  });

  it('keeps features without length finite', () => {
    const withoutBias = {
      shape: { ...heads.shape, bias: new Float32Array(4) },
      colour: { ...heads.colour, bias: new Float32Array(3) },
    };
    expect([...embedFeatures(withoutBias, new Float32Array(11))]).toEqual(new Array(7).fill(0));
  });
});
