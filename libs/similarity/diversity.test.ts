import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProductId, Random, type StyleId } from '#foundation';
import { randomEmbedding } from '../../test/conformance/indexed-products.js';
import { naivelyDiverse } from '../../test/support/naive/diversity.js';
import { embeddingAt } from '../../test/support/products.js';
import { diversify } from './diversity.js';
import { innerProduct, scaleQuery } from './parts.js';
import { type Neighbour, rankNeighbours } from './vector-index.js';

function neighbour(id: string, embedding: Float32Array, query: Float32Array, boost = 0): Neighbour {
  const [productId, styleId] = [id as ProductId, id as StyleId];
  return { productId, styleId, embedding, similarity: innerProduct(query, embedding), boost };
}
const ids = (chosen: Neighbour[]) => chosen.map(({ productId }) => productId);

describe('diversify', () => {
  it('chooses as the definition does', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom(0, 0.2, 0.5, 0.8, 1),
        fc.constantFrom(0, 0.3, 1),
        fc.integer({ min: 1, max: 40 }),
        (seed, size, diversity, dial, count) => {
          const random = new Random(seed);
          const query = scaleQuery(randomEmbedding(random), dial);
          const found = Array.from({ length: size }, (_, i) =>
            neighbour(`${i}`, randomEmbedding(random), query, random.pick([0, 0, 0.2, -0.1])),
          );
          const pool = rankNeighbours(found, { count: size, onePerStyle: false });
          const naive = pool.map(({ productId, similarity, boost, embedding }) => {
            return { id: productId, score: similarity + boost, embedding };
          });
          expect(ids(diversify(pool, diversity, dial, count))).toEqual(naivelyDiverse(naive, diversity, dial, count));
        },
      ),
    );
  });

  it('leaves the order at 0, and puts what is alike apart at more', () => {
    const query = scaleQuery(embeddingAt(0, 0), 0.5);
    const pool = [
      neighbour('near', embeddingAt(5, 5), query),
      neighbour('twin', embeddingAt(6, 6), query),
      neighbour('other', embeddingAt(-30, -30), query),
    ];
    expect(ids(diversify(pool, 0, 0.5, 3))).toEqual(['near', 'twin', 'other']);
    expect(ids(diversify(pool, 0.5, 0.5, 3))).toEqual(['near', 'other', 'twin']);
    expect(ids(diversify(pool, 0.5, 0.5, 2))).toEqual(['near', 'other']);
  });
});
