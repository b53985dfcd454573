import type { ModelVersion, ProductId, StyleId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { embeddingAt, productCard } from '../../test/support/products.js';
import type { CatalogReader, ProductCard } from './catalog-reader.js';
import { ExactIndex, type IndexedProduct } from './exact-index.js';
import { Recommender } from './recommender.js';

const GENERATION = 3;
const clock = { now: () => new Date('2026-11-24T12:00:00Z') };

type Row = [id: string, embedding: Float32Array | null, values?: Partial<ProductCard>];

/** A catalogue that is what the rows say; offer ids are the product id with `-m`. */
function shop(rows: Row[], dial = 0.5) {
  const cards = new Map<ProductId, ProductCard>();
  const indexed: IndexedProduct[] = [];
  for (const [id, embedding, values] of rows) {
    const card = productCard(id, values);
    cards.set(card.productId, card);
    if (embedding) indexed.push({ generation: GENERATION, card, embedding });
  }
  const catalog: CatalogReader = {
    resolve: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const card = [...cards.values()].find(({ productId, offerId }) => id === productId || id === offerId);
          return card ? [[id, card.productId] as const] : [];
        }),
      ),
    products: async (ids) => new Map(ids.flatMap((id) => (cards.has(id) ? [[id, cards.get(id)!] as const] : []))),
    activeGeneration: async () => ({ generation: GENERATION, modelVersion: 'm1' as ModelVersion, dial }),
  };
  return { catalog, cards, recommender: new Recommender(new ExactIndex(indexed), catalog, clock) };
}

const style = (styleId: string) => ({ styleId: styleId as StyleId });
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);

describe('similar', () => {
  const rows: Row[] = [
    ['query', embeddingAt(0, 0), style('Q')],
    ['sibling', embeddingAt(0, 90), style('Q')],
    ['near-shape', embeddingAt(5, 100)],
    ['near-colour', embeddingAt(100, 5)],
    ['man', embeddingAt(0, 0), { gender: 'male' }],
    ['all', embeddingAt(20, 20), { gender: 'unisex' }],
    ['gone', embeddingAt(0, 0), { inStock: false }],
  ];

  it('leaves out the product, its style, other genders and what is out of stock', async () => {
    const answer = await shop(rows).recommender.similar('query');
    expect(ids(answer)).toEqual(['all', 'near-colour', 'near-shape']);
    expect(answer).toMatchObject({ modelVersion: 'm1', generation: GENERATION, dial: 0.5, unknown: [] });
  });

  it('takes an offer id', async () => {
    expect(ids(await shop(rows).recommender.similar('query-m', { count: 1 }))).toEqual(['all']);
  });

  it('follows the dial', async () => {
    const { recommender } = shop(rows);
    expect(ids(await recommender.similar('query', { dial: 0 }))).toEqual(['near-shape', 'all', 'near-colour']);
    expect(ids(await recommender.similar('query', { dial: 1 }))).toEqual(['near-colour', 'all', 'near-shape']);
    expect((await shop(rows, 0.2).recommender.similar('query')).dial).toBe(0.2);
  });

  it('tells similarity in total and by part', async () => {
    const answer = await shop(rows).recommender.similar('query', { dial: 0.25, count: 100 });
    for (const { similarity, productId } of answer.results) {
      const [shape, colour] = { all: [20, 20], 'near-shape': [5, 100], 'near-colour': [100, 5] }[
        productId as string
      ]!.map((degrees) => Math.cos((degrees * Math.PI) / 180)) as [number, number];
      expect(similarity.shape).toBeCloseTo(shape, 6);
      expect(similarity.colour).toBeCloseTo(colour, 6);
      expect(similarity.total).toBeCloseTo(0.75 * shape + 0.25 * colour, 6);
    }
    expect(answer.results.every(({ because }) => because === null)).toBe(true);
  });

  it('gives way on each default when asked', async () => {
    const { recommender } = shop(rows);
    expect(ids(await recommender.similar('query', { includeSeenStyles: true }))).toContain('sibling');
    expect(ids(await recommender.similar('query', { includeSeenStyles: true }))).not.toContain('query');
    expect(ids(await recommender.similar('query', { inStock: false }))).toContain('gone');
    expect(ids(await recommender.similar('query', { gender: 'any' }))).toContain('man');
    expect(ids(await recommender.similar('query', { gender: 'Male' }))).toEqual(['man', 'all']);
  });

  it('asks for no gender when the product is for all, or tells none', async () => {
    for (const gender of ['unisex', null]) {
      const { recommender } = shop([
        ['query', embeddingAt(0, 0), { gender }],
        ['man', embeddingAt(1, 1), { gender: 'male' }],
        ['untold', embeddingAt(2, 2), { gender: null }],
      ]);
      expect(ids(await recommender.similar('query'))).toEqual(['man', 'untold']);
    }
  });

  it('filters by price as paid and by category', async () => {
    const { recommender } = shop([
      ['query', embeddingAt(0, 0)],
      ['reduced', embeddingAt(1, 1), { price: 80, salePrice: 40 }],
      ['dear', embeddingAt(2, 2), { price: 80 }],
      ['unpriced', embeddingAt(3, 3), { price: null }],
      ['shoe', embeddingAt(4, 4), { price: 40, category: 'shoes' }],
    ]);
    expect(ids(await recommender.similar('query', { maxPrice: 40 }))).toEqual(['reduced', 'shoe']);
    expect(ids(await recommender.similar('query', { minPrice: 80 }))).toEqual(['dear']);
    expect(ids(await recommender.similar('query', { category: 'shoes' }))).toEqual(['shoe']);
  });

  it('keeps one product of each style, the nearest, and says so when that leaves too few', async () => {
    const { recommender } = shop([
      ['query', embeddingAt(0, 0)],
      ['b-far', embeddingAt(30, 30), style('B')],
      ['b-near', embeddingAt(10, 10), style('B')],
      ['c', embeddingAt(20, 20), style('C')],
    ]);
    const answer = await recommender.similar('query', { count: 3 });
    expect(ids(answer)).toEqual(['b-near', 'c']);
    expect(answer.shortfall).toEqual({
      asked: 3,
      given: 2,
      code: 'no-more-matches',
      reason: '3 products pass the filters and exclusions, of 2 styles, and one of each is shown.',
    });
    expect(ids(await recommender.similar('query', { onePerStyle: false, count: 3 }))).toEqual(['b-near', 'c', 'b-far']);
    expect((await recommender.similar('query', { onePerStyle: false, count: 3 })).shortfall).toBeNull();
  });

  it('breaks ties on the product id', async () => {
    const twins: Row[] = ['d', 'b', 'c'].map((id) => [id, embeddingAt(7, 7)]);
    expect(ids(await shop([['query', embeddingAt(0, 0)], ...twins]).recommender.similar('query'))).toEqual([
      'b',
      'c',
      'd',
    ]);
  });

  it('answers for a product without an embedding, and says that it has none', async () => {
    const { recommender } = shop([
      ['query', null],
      ['other', embeddingAt(0, 0)],
    ]);
    expect(await recommender.similar('query', { count: 2 })).toMatchObject({
      results: [],
      withoutVector: ['query'],
      shortfall: { asked: 2, given: 0, code: 'no-vector' },
    });
  });

  it('refuses an unknown id, and everything until a generation is active', async () => {
    const { recommender, catalog } = shop(rows);
    await expect(recommender.similar('nothing')).rejects.toMatchObject({ code: 'product-unknown', value: 'nothing' });
    const empty = { ...catalog, activeGeneration: async () => null };
    await expect(new Recommender(new ExactIndex([]), empty, clock).similar('query')).rejects.toMatchObject({
      code: 'no-active-generation',
      remedy: expect.stringContaining('weft embed') as string,
    });
  });

  it('drops a result that left the catalogue while the answer was made', async () => {
    const { recommender, cards } = shop(rows);
    cards.delete('all' as ProductId);
    const answer = await recommender.similar('query', { count: 3 });
    expect(ids(answer)).toEqual(['near-colour', 'near-shape']);
    expect(answer.shortfall).toMatchObject({ asked: 3, given: 2 });
  });
});

describe('recommend', () => {
  const rows: Row[] = [
    ['coat', embeddingAt(0, 0), style('coats')],
    ['coat-blue', embeddingAt(0, 90), style('coats')],
    ['dress', embeddingAt(90, 90), style('dresses')],
    ['like-coat', embeddingAt(10, 10)],
    ['like-dress', embeddingAt(80, 80)],
    ['unembedded', null],
    ['for-men', embeddingAt(5, 5), { gender: 'male' }],
    ['man-shirt', embeddingAt(200, 200), { gender: 'male' }],
  ];

  it('leaves out what was seen and its styles, whatever the signal, and names the responsible signal', async () => {
    const answer = await shop(rows).recommender.recommend([
      { productId: 'coat', type: 'wishlist' },
      { productId: 'dress-m', type: 'view' },
    ]);
    expect(answer.results.map(({ productId, because }) => [productId, because])).toEqual([
      ['like-coat', { productId: 'coat', type: 'wishlist' }],
      ['like-dress', { productId: 'dress', type: 'view' }],
    ]);
  });

  it('leaves out the style of what is disliked too, and turns away from it', async () => {
    const { recommender } = shop(rows);
    const answer = await recommender.recommend([
      { productId: 'coat', type: 'view' },
      { productId: 'dress', type: 'dislike' },
    ]);
    const plain = await recommender.recommend([{ productId: 'coat', type: 'view' }]);
    expect(ids(answer)).not.toContain('dress');
    const nearness = (from: typeof answer) =>
      from.results.find(({ productId }) => productId === 'like-dress')!.similarity;
    expect(nearness(answer).total).toBeLessThan(nearness(plain).total);
  });

  it('lets old signals fade', async () => {
    const { recommender } = shop(rows);
    const old = new Date('2026-09-01T00:00:00Z');
    const first = async (coatAt: Date | undefined, dressAt: Date | undefined) =>
      ids(
        await recommender.recommend([
          { productId: 'coat', type: 'view', at: coatAt },
          { productId: 'dress', type: 'view', at: dressAt },
        ]),
      )[0];
    expect(await first(undefined, old)).toBe('like-coat');
    expect(await first(old, undefined)).toBe('like-dress');
  });

  it('reports unknown ids and products without an embedding, and answers from the rest', async () => {
    const answer = await shop(rows).recommender.recommend([
      { productId: 'coat', type: 'view' },
      { productId: 'nothing', type: 'view' },
      { productId: 'nothing', type: 'cart' },
      { productId: 'unembedded', type: 'view' },
    ]);
    expect(answer).toMatchObject({ unknown: ['nothing'], withoutVector: ['unembedded'] });
    expect(ids(answer)[0]).toBe('like-coat');
  });

  it('says why nothing comes of signals that name nothing usable or nothing liked', async () => {
    const { recommender } = shop(rows);
    expect(await recommender.recommend([{ productId: 'nothing', type: 'view' }])).toMatchObject({
      results: [],
      unknown: ['nothing'],
      shortfall: { asked: 10, given: 0, code: 'no-vector' },
    });
    expect(await recommender.recommend([{ productId: 'coat', type: 'dislike' }])).toMatchObject({
      results: [],
      shortfall: { code: 'no-taste' },
    });
  });

  it('asks for the genders of what is liked, not of what is disliked', async () => {
    const { recommender } = shop(rows);
    const women = await recommender.recommend([
      { productId: 'coat', type: 'view' },
      { productId: 'man-shirt', type: 'dislike' },
    ]);
    expect(ids(women)).not.toContain('for-men');
    const both = await recommender.recommend([
      { productId: 'coat', type: 'view' },
      { productId: 'man-shirt', type: 'view' },
    ]);
    expect(ids(both)).toContain('for-men');
  });
});
