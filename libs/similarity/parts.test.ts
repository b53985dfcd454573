import fc from 'fast-check';
import { Random } from '#foundation';
import { describe, expect, it } from 'vitest';
import { randomEmbedding } from '../../test/conformance/indexed-products.js';
import { dialSimilarity } from '../../test/support/naive/similarity.js';
import { embeddingAt } from '../../test/support/products.js';
import { innerProduct, normaliseParts, scaleQuery, similarityByPart } from './parts.js';

const dial = fc.double({ min: 0, max: 1, noNaN: true });
const seed = fc.integer();

describe('the dial', () => {
  it('makes one inner product of the scaled query the weighted mean of both cosines', () => {
    fc.assert(
      fc.property(seed, dial, (seed, t) => {
        const random = new Random(seed);
        const [a, b] = [randomEmbedding(random), randomEmbedding(random)];
        const expected = dialSimilarity([...a], [...b], t);
        expect(innerProduct(scaleQuery(a, t), b)).toBeCloseTo(expected, 5);
        expect(similarityByPart(a, b, t).total).toBeCloseTo(expected, 5);
      }),
    );
  });

  it('asks for shape alone at 0 and for colour alone at 1', () => {
    const query = embeddingAt(0, 0);
    const [sameShape, sameColour] = [embeddingAt(0, 90), embeddingAt(90, 0)];
    expect(innerProduct(scaleQuery(query, 0), sameShape)).toBeCloseTo(1, 6);
    expect(innerProduct(scaleQuery(query, 0), sameColour)).toBeCloseTo(0, 6);
    expect(innerProduct(scaleQuery(query, 1), sameShape)).toBeCloseTo(0, 6);
    expect(innerProduct(scaleQuery(query, 1), sameColour)).toBeCloseTo(1, 6);
    expect(innerProduct(scaleQuery(query, 0.25), sameShape)).toBeCloseTo(0.75, 6);
  });

  it('scales every row of many and leaves its input alone', () => {
    const one = embeddingAt(10, 20);
    const two = Float32Array.from([...one, ...embeddingAt(30, 40)]);
    const before = two.slice();
    expect(scaleQuery(two, 0.3).slice(128)).toEqual(scaleQuery(embeddingAt(30, 40), 0.3));
    expect(two).toEqual(before);
  });

  it('refuses what is no dial and what is no embedding', () => {
    for (const wrong of [-0.01, 1.01, NaN]) expect(() => scaleQuery(embeddingAt(0, 0), wrong)).toThrow(RangeError);
    expect(() => scaleQuery(new Float32Array(127), 0.5)).toThrow(RangeError);
  });
});

describe('similarityByPart', () => {
  it('stays within what cosines can be, though rounding does not', () => {
    const random = new Random(1);
    const embeddings = Array.from({ length: 100 }, () => randomEmbedding(random));
    expect(Math.max(...embeddings.map((one) => innerProduct(one, one, 0, 64)))).toBeGreaterThan(1);
    for (const one of embeddings) {
      const { shape, colour, total } = similarityByPart(one, one, 0.5);
      const opposite = similarityByPart(
        one,
        one.map((value) => -value),
        0.5,
      );
      for (const value of [shape, colour, total]) expect([value <= 1, value > 0.999]).toEqual([true, true]);
      for (const value of Object.values(opposite)) expect([value >= -1, value < -0.999]).toEqual([true, true]);
    }
  });
});

describe('normaliseParts', () => {
  it('gives each part unit length, whatever the other has, and leaves a part without direction at zero', () => {
    const embedding = new Float32Array(128);
    embedding[0] = 3;
    embedding[1] = 4;
    expect([...normaliseParts(embedding).slice(0, 2)]).toEqual([Math.fround(0.6), Math.fround(0.8)]);
    expect(embedding.slice(64).every((value) => value === 0)).toBe(true);
    expect(similarityByPart(embedding, embedding, 0.5)).toMatchObject({ colour: 0 });
  });
});
