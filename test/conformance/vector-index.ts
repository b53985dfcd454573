import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '#filters';
import { type ProductId, Random, type StyleId } from '#foundation';
import { type IndexedProduct, type NeighbourQuery, scaleQuery, type VectorIndex } from '#similarity';
import { naiveNearest } from '../support/naive/nearest-products.js';
import { anyFilter } from '../support/filters.js';
import { FILTER_WORDS, indexedProducts, NOW, randomEmbedding } from './indexed-products.js';

const SEED = 20_261_124;

/** A question that asks for the ten nearest of all, unless it says otherwise. */
export function askFor(question: Partial<NeighbourQuery> = {}): NeighbourQuery {
  return {
    generation: 1,
    query: randomEmbedding(new Random(1)),
    count: 10,
    filter: null,
    now: NOW,
    boosts: [],
    minimumSimilarity: null,
    excludeProducts: [],
    excludeStyles: [],
    onePerStyle: false,
    ...question,
  };
}

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
    let index: VectorIndex;

    beforeAll(async () => {
      index = await makeIndex(products);
    });

    async function expectTheNearest(question: NeighbourQuery): Promise<void> {
      const answer = await index.search(question);
      const { matching, nearest } = naiveNearest(products, question);
      expect(answer.neighbours.map(({ productId }) => productId)).toEqual(nearest.map(({ productId }) => productId));
      answer.neighbours.forEach(({ similarity, boost }, i) => {
        expect(similarity).toBeCloseTo(nearest[i]?.similarity ?? NaN, 6);
        expect(boost).toBe(nearest[i]?.boost);
      });
      if (answer.matching !== null) expect(answer.matching).toBe(matching);
    }

    it('finds the nearest under any filter, boost, exclusion and dial', async () => {
      const filter = anyFilter(FILTER_WORDS);
      const boost = fc.record({ filter, weight: fc.constantFrom(-1, -0.3, -0.05, 0.05, 0.3, 1) });
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.constantFrom(0, 0.25, 0.5, 1),
          fc.constantFrom(1, 2),
          fc.integer({ min: 1, max: 30 }),
          fc.option(filter),
          fc.array(boost, { maxLength: 3 }),
          fc.option(fc.constantFrom(-0.1, 0, 0.05)),
          fc.subarray(productIds, { maxLength: 20 }),
          fc.subarray(styleIds, { maxLength: 20 }),
          fc.boolean(),
          async (
            seed,
            dial,
            generation,
            count,
            wanted,
            boosts,
            minimum,
            excludeProducts,
            excludeStyles,
            onePerStyle,
          ) => {
            const query = scaleQuery(randomEmbedding(new Random(seed)), dial);
            await expectTheNearest(
              askFor({
                ...{ generation, query, count, filter: wanted, boosts, minimumSimilarity: minimum },
                ...{ excludeProducts, excludeStyles, onePerStyle },
              }),
            );
          },
        ),
        { numRuns: 100 },
      );
    });

    it('passes exactly what each comparison means', async () => {
      // Everything that passes, by every leaf of the grammar: the property above seldom looks beyond the first few.
      for (const { subject, values } of FILTER_WORDS.texts) {
        for (const value of fc.sample(values, 20)) {
          await expectTheNearest(askFor({ filter: { kind: 'text', subject, values: [value] }, count: 500 }));
        }
      }
      for (const { subject, values } of FILTER_WORDS.numbers) {
        for (const value of fc.sample(values, 5)) {
          for (const comparison of ['<', '<=', '=', '>=', '>'] as const) {
            await expectTheNearest(askFor({ filter: { kind: 'number', subject, comparison, value }, count: 500 }));
          }
        }
      }
    });

    it('orders products that look the same by their ids', async () => {
      const twins = first.filter(({ embedding }, i) => embedding === first[i + 1]?.embedding);
      expect(twins.length).toBeGreaterThan(10);
      for (const { embedding } of twins) {
        const { neighbours } = await index.search(askFor({ query: embedding, count: 2 }));
        const [one, two] = neighbours;
        expect(one?.similarity).toBe(two?.similarity);
        expect(String(one?.productId) < String(two?.productId)).toBe(true);
      }
    });

    it('compares prices with what a shopper pays', async () => {
      const onSale = first.find(({ card }) => card.salePrice !== null);
      const filter = parseFilter(`price = ${onSale?.card.salePrice} AND onSale`);
      const { neighbours } = await index.search(askFor({ filter, count: 200 }));
      expect(neighbours.map(({ productId }) => productId)).toContain(onSale?.card.productId);
    });

    it('takes a category with what lies below it, and not with what is only called alike', async () => {
      const { neighbours } = await index.search(
        askFor({ filter: parseFilter("category = 'women > tops'"), count: 500 }),
      );
      const cards = new Map(first.map(({ card }) => [card.productId, card]));
      expect(new Set(neighbours.map(({ productId }) => cards.get(productId)?.category))).toEqual(
        new Set(['Women > Tops', 'WOMEN>Tops > Jackets']),
      );
    });

    it('lets a boost bring forward and put back what passes its filter', async () => {
      const query = scaleQuery(randomEmbedding(new Random(5)), 0.5);
      const plain = (await index.search(askFor({ query, count: 500 }))).neighbours;
      const cards = new Map(first.map(({ card }) => [card.productId, card]));
      const isMan = ({ productId }: { productId: ProductId }) => cards.get(productId)?.gender === 'male';
      for (const weight of [1, -1]) {
        const boosts = [{ filter: parseFilter("gender = 'male'"), weight }];
        const { neighbours } = await index.search(askFor({ query, boosts, count: 500 }));
        const order = weight > 0 ? [true, false] : [false, true];
        expect(neighbours.map(({ productId }) => productId)).toEqual(
          order.flatMap((men) => plain.filter((one) => isMan(one) === men).map(({ productId }) => productId)),
        );
        expect(neighbours.every((one) => one.boost === (isMan(one) ? weight : 0))).toBe(true);
      }
    });

    it('gives all that match when they are fewer than asked for', async () => {
      const excludeStyles = styleIds.slice(2);
      const { neighbours, matching } = await index.search(askFor({ excludeStyles, count: 100 }));
      const expected = first.filter(({ card }) => !excludeStyles.includes(card.styleId)).length;
      expect(neighbours).toHaveLength(expected);
      expect(matching ?? expected).toBe(expected);
    });

    it('gives as many styles as asked for, each once', async () => {
      const { neighbours } = await index.search(askFor({ count: 60, onePerStyle: true }));
      expect(new Set(neighbours.map(({ styleId }) => styleId)).size).toBe(60);
    });

    it('gives embeddings as they were stored, not as the query was scaled', async () => {
      const query = scaleQuery(randomEmbedding(new Random(3)), 0.1);
      const stored = new Map(first.map(({ card, embedding }) => [card.productId, embedding]));
      const { neighbours } = await index.search(askFor({ query }));
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
      const { neighbours } = await index.search(askFor({ generation: 2, count: 500 }));
      expect(neighbours).toHaveLength(second.length);
      for (const { productId, embedding } of neighbours) expect(embedding).toEqual(embeddings.get(productId));
    });

    it('finds nothing in a generation that does not exist', async () => {
      expect((await index.search(askFor({ generation: 99 }))).neighbours).toEqual([]);
      expect(await index.embeddings(99, productIds)).toEqual(new Map());
    });

    it('finds nothing when everything is excluded', async () => {
      const { neighbours } = await index.search(askFor({ excludeStyles: styleIds, excludeProducts: [] }));
      expect(neighbours).toEqual([]);
      const none: StyleId[] = [];
      expect((await index.search(askFor({ excludeStyles: none, excludeProducts: productIds }))).neighbours).toEqual([]);
    });
  });
}
