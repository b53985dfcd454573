import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ProductId, Random, type StyleId } from '#foundation';
import { type IndexedProduct, type NeighbourQuery, scaleQuery, type VectorIndex } from '#similarity';
import { naiveNearest } from '../support/naive/nearest-products.js';
import { indexedProducts, randomEmbedding } from './indexed-products.js';

const SEED = 20_261_124;

/**
 * What every VectorIndex promises. The products are in generations 1 and 2; an index that assigns numbers itself makes
 * them in this order.
 */
export function vectorIndexConformance(
  name: string,
  makeIndex: (products: IndexedProduct[]) => Promise<VectorIndex>,
): void {
  describe(`${name} as a VectorIndex`, () => {
    const products = indexedProducts(SEED);
    const first = products.filter(({ generation }) => generation === 1);
    const productIds = first.map(({ card }) => card.productId);
    const styleIds = [...new Set(first.map(({ card }) => card.styleId))];
    const categories = [...new Set(first.flatMap(({ card }) => card.category ?? []))];
    let index: VectorIndex;

    beforeAll(async () => {
      index = await makeIndex(products);
    });

    const ask = (question: Partial<NeighbourQuery>): NeighbourQuery => ({
      generation: 1,
      query: randomEmbedding(new Random(1)),
      count: 10,
      filter: {},
      excludeProducts: [],
      excludeStyles: [],
      onePerStyle: false,
      ...question,
    });

    async function expectTheNearest(question: NeighbourQuery): Promise<void> {
      const answer = await index.search(question);
      const { matching, nearest } = naiveNearest(products, question);
      expect(answer.neighbours.map(({ productId }) => productId)).toEqual(nearest.map(({ productId }) => productId));
      answer.neighbours.forEach(({ similarity }, i) =>
        expect(similarity).toBeCloseTo(nearest[i]?.similarity ?? NaN, 6),
      );
      if (answer.matching !== null) expect(answer.matching).toBe(matching);
    }

    it('finds the nearest under any filter, exclusion and dial', async () => {
      const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
      const filter = fc.record({
        category: maybe(fc.constantFrom(...categories, 'Women')),
        gender: maybe(fc.subarray(['female', 'MALE', 'Unisex', 'other'])),
        minPrice: maybe(fc.integer({ min: 0, max: 120 })),
        maxPrice: maybe(fc.integer({ min: 0, max: 120 })),
        inStock: maybe(fc.boolean()),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom(0, 0.25, 0.5, 1),
          fc.constantFrom(1, 2),
          fc.integer({ min: 1, max: 30 }),
          filter,
          fc.subarray(productIds, { maxLength: 20 }),
          fc.subarray(styleIds, { maxLength: 20 }),
          fc.boolean(),
          async (seed, dial, generation, count, wanted, excludeProducts, excludeStyles, onePerStyle) => {
            const present = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
            const query = scaleQuery(randomEmbedding(new Random(seed)), dial);
            await expectTheNearest({
              ...{ generation, query, count, filter: present, excludeProducts, excludeStyles, onePerStyle },
            });
          },
        ),
        { numRuns: 60 },
      );
    });

    it('orders products that look the same by their ids', async () => {
      const twins = first.filter(({ embedding }, i) => embedding === first[i + 1]?.embedding);
      expect(twins.length).toBeGreaterThan(10);
      for (const { embedding } of twins) {
        const { neighbours } = await index.search(ask({ query: embedding, count: 2 }));
        const [one, two] = neighbours;
        expect(one?.similarity).toBe(two?.similarity);
        expect(String(one?.productId) < String(two?.productId)).toBe(true);
      }
    });

    it('compares prices with what a shopper pays', async () => {
      const onSale = first.find(({ card }) => card.salePrice !== null);
      const paid = onSale?.card.salePrice ?? NaN;
      const filter = { minPrice: paid, maxPrice: paid };
      const { neighbours } = await index.search(ask({ filter, count: 200 }));
      expect(neighbours.map(({ productId }) => productId)).toContain(onSale?.card.productId);
    });

    it('takes a category as it is written, not as the beginning of a path', async () => {
      const { neighbours } = await index.search(ask({ filter: { category: 'Women > Tops' }, count: 200 }));
      const cards = new Map(first.map(({ card }) => [card.productId, card]));
      expect(neighbours.length).toBeGreaterThan(0);
      expect(new Set(neighbours.map(({ productId }) => cards.get(productId)?.category))).toEqual(
        new Set(['Women > Tops']),
      );
    });

    it('gives all that match when they are fewer than asked for', async () => {
      const excludeStyles = styleIds.slice(2);
      const { neighbours, matching } = await index.search(ask({ excludeStyles, count: 100 }));
      const expected = first.filter(({ card }) => !excludeStyles.includes(card.styleId)).length;
      expect(neighbours).toHaveLength(expected);
      expect(matching ?? expected).toBe(expected);
    });

    it('gives as many styles as asked for, each once', async () => {
      const { neighbours } = await index.search(ask({ count: 60, onePerStyle: true }));
      expect(new Set(neighbours.map(({ styleId }) => styleId)).size).toBe(60);
    });

    it('gives embeddings as they were stored, not as the query was scaled', async () => {
      const query = scaleQuery(randomEmbedding(new Random(3)), 0.1);
      const stored = new Map(first.map(({ card, embedding }) => [card.productId, embedding]));
      const { neighbours } = await index.search(ask({ query }));
      for (const { productId, embedding } of neighbours) expect(embedding).toEqual(stored.get(productId));
    });

    it('hands out embeddings by product, leaving out what has none', async () => {
      const wanted = first.slice(0, 5);
      const ids = [...wanted.map(({ card }) => card.productId), 'nobody' as ProductId];
      const embeddings = await index.embeddings(1, ids);
      expect(embeddings).toEqual(new Map(wanted.map(({ card, embedding }) => [card.productId, embedding])));
    });

    it('never shows vectors of another generation', async () => {
      const second = products.filter(({ generation }) => generation === 2);
      const embeddings = await index.embeddings(2, productIds);
      expect(embeddings).toEqual(new Map(second.map(({ card, embedding }) => [card.productId, embedding])));
      const { neighbours } = await index.search(ask({ generation: 2, count: 500 }));
      expect(neighbours).toHaveLength(second.length);
      for (const { productId, embedding } of neighbours) expect(embedding).toEqual(embeddings.get(productId));
    });

    it('finds nothing in a generation that does not exist', async () => {
      expect((await index.search(ask({ generation: 99 }))).neighbours).toEqual([]);
      expect(await index.embeddings(99, productIds)).toEqual(new Map());
    });

    it('finds nothing when everything is excluded', async () => {
      const { neighbours } = await index.search(ask({ excludeStyles: styleIds, excludeProducts: [] }));
      expect(neighbours).toEqual([]);
      const none: StyleId[] = [];
      expect((await index.search(ask({ excludeStyles: none, excludeProducts: productIds }))).neighbours).toEqual([]);
    });
  });
}
