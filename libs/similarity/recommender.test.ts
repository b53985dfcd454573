import { type ModelVersion, type ProductId, Random, type StyleId } from '#foundation';
import { parseFilter, passesFilter } from '#filters';
import { describe, expect, it } from 'vitest';
import { shopThatDecided } from '../../test/support/decisions.js';
import { embeddingAt, factsOf, productCard } from '../../test/support/products.js';
import { type Remembered, shopperMemory } from '../../test/support/shopper-memory.js';
import type { CatalogReader, ProductCard } from './catalog-reader.js';
import { ExactIndex, type IndexedProduct } from './exact-index.js';
import type { RecommendationOptions } from './recommendation-options.js';
import { Recommender } from './recommender.js';
import type { Signal } from './shopper.js';

const GENERATION = 3;
const OTHER_GENERATION = 4;
const clock = { now: () => new Date('2026-11-24T12:00:00Z') };

/** @param other the embedding of the generation that is kept beside the active one; default: the same */
type Row = [id: string, embedding: Float32Array | null, values?: Partial<ProductCard>, other?: Float32Array];

/** A catalogue that is what the rows say; offer ids are the product id with `-m`. */
function shop(rows: Row[], dial = 0.5, known: Remembered = {}, at = clock, merchandising = shopThatDecided()) {
  const cards = new Map<ProductId, ProductCard>();
  const indexed: IndexedProduct[] = [];
  for (const [id, embedding, values, other = embedding] of rows) {
    const card = productCard(id, values);
    cards.set(card.productId, card);
    if (embedding) indexed.push({ generation: GENERATION, card, facts: factsOf(card), embedding });
    if (other) indexed.push({ generation: OTHER_GENERATION, card, facts: factsOf(card), embedding: other });
  }
  const cardOf = (id: string) =>
    [...cards.values()].find(({ productId, offerId }) => id === productId || id === offerId);
  const embeddingOf = (id: ProductId, wanted = GENERATION) =>
    indexed.find(({ generation, card }) => generation === wanted && card.productId === id)?.embedding ?? null;
  const catalog: CatalogReader = {
    async lookUp(ids, wanted) {
      const found = ids.flatMap((id) => {
        const card = cardOf(id);
        return card ? [[id, { card, embedding: embeddingOf(card.productId, wanted) }] as const] : [];
      });
      const generation =
        wanted === undefined || wanted === GENERATION
          ? await this.activeGeneration()
          : wanted === OTHER_GENERATION
            ? { generation: wanted, modelVersion: 'm2' as ModelVersion, dial }
            : null;
      return { generation, known: new Map(generation && found) };
    },
    resolve: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const card = cardOf(id);
          return card ? [[id, card.productId] as const] : [];
        }),
      ),
    products: async (ids) => new Map(ids.flatMap((id) => (cards.has(id) ? [[id, cards.get(id)!] as const] : []))),
    categoriesOf: async (ids) =>
      new Map(ids.flatMap((id) => (cards.has(id) ? [[id, cards.get(id)!.category] as const] : []))),
    passing: async (ids, filters, now) =>
      new Map(
        ids.flatMap((id) => {
          const card = cards.get(id);
          return card ? [[id, filters.map((filter) => passesFilter(factsOf(card), filter, now))] as const] : [];
        }),
      ),
    activeGeneration: async () => ({ generation: GENERATION, modelVersion: 'm1' as ModelVersion, dial }),
  };
  const memory = shopperMemory(cards, known);
  return {
    catalog,
    cards,
    memory,
    recommender: new Recommender(new ExactIndex(indexed), catalog, at, memory, merchandising),
  };
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
      expect(similarity!.shape).toBeCloseTo(shape, 6);
      expect(similarity!.colour).toBeCloseTo(colour, 6);
      expect(similarity!.total).toBeCloseTo(0.75 * shape + 0.25 * colour, 6);
    }
    expect(answer.results.every(({ because }) => because === null)).toBe(true);
  });

  it('gives way on each default when asked', async () => {
    const { recommender } = shop(rows);
    expect(ids(await recommender.similar('query', { includeSeenStyles: true }))).toContain('sibling');
    expect(ids(await recommender.similar('query', { includeSeenStyles: true }))).not.toContain('query');
    expect(ids(await recommender.similar('query', { inStock: false }))).toContain('gone');
    expect(ids(await recommender.similar('query', { gender: 'any' }))).toContain('man');
    expect(ids(await recommender.similar('query', { gender: 'male' }))).toEqual(['man', 'all']);
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
    expect(ids(await recommender.similar('query', { maxPrice: 40, category: 'any' }))).toEqual(['reduced', 'shoe']);
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
    expect(ids(await recommender.similar('query', { groupBy: 'product', count: 3 }))).toEqual(['b-near', 'c', 'b-far']);
    expect((await recommender.similar('query', { groupBy: 'product', count: 3 })).shortfall).toBeNull();
  });

  const ofCategories: Row[] = [
    ['query', embeddingAt(0, 0), { category: 'Women > Dresses' }],
    ['below', embeddingAt(9, 9), { category: 'Women > Dresses > Maxi' }],
    ['beside', embeddingAt(1, 1), { category: 'Women > Tops' }],
    ['untold', embeddingAt(2, 2), { category: null }],
  ];

  it('brings the category of the product first and fills up with others, unless asked otherwise', async () => {
    const { recommender } = shop(ofCategories);
    const answer = await recommender.similar('query', { count: 3 });
    expect(ids(answer)).toEqual(['below', 'beside', 'untold']);
    expect(answer).toMatchObject({
      filledUp: { categories: ['Women > Dresses'], given: 2 },
      ...{ filter: "inStock AND gender IN ('female', 'unisex')", shortfall: null, nextCursor: null },
    });
    const full = await recommender.similar('query', { count: 1 });
    expect([ids(full), full.filledUp]).toEqual([['below'], null]);
    expect(full.filter).toBe("inStock AND category = 'Women > Dresses' AND gender IN ('female', 'unisex')");
    const short = await recommender.similar('query', { count: 4 });
    expect(short.shortfall?.reason).toBe('Only 3 products pass the filters and exclusions.');
    const same = await recommender.similar('query', { category: 'same' });
    expect([ids(same), same.filledUp]).toEqual([['below'], null]);
    expect(same.shortfall?.reason).toBe(
      'Only 1 product passes the filters and exclusions. They must be of Women > Dresses: category=any looks further.',
    );
    expect(ids(await recommender.similar('query', { category: 'any' }))).toEqual(['beside', 'untold', 'below']);
    expect(ids(await recommender.similar('query', { category: 'women' }))).toEqual(['beside', 'below']);
    expect(ids(await recommender.similar('query', { filter: parseFilter("category = 'Women > Tops'") }))).toEqual([
      'beside',
    ]);
    expect(ids(await recommender.similar('untold'))).toEqual(['beside', 'query', 'below']);
    const signals: Signal[] = [{ productId: 'query', type: 'view' }];
    expect(ids(await recommender.recommend({ signals }))).toEqual(['beside', 'untold', 'below']);
    expect(ids(await recommender.recommend({ signals }, { category: 'same' }))).toEqual(['below']);
  });

  it('goes from one page to the next over the end of the category, and shows no style again beyond it', async () => {
    const { recommender } = shop([
      ...ofCategories,
      ['below-too', embeddingAt(12, 12), { category: 'Women > Dresses' }],
      ['below--top', embeddingAt(3, 3), { ...style('below'), category: 'Women > Tops' }],
      ['top', embeddingAt(40, 40), { category: 'Women > Tops' }],
    ]);
    const all = ['below', 'below-too', 'beside', 'untold', 'top'];
    const pages: string[][] = [];
    const filledUp: (number | undefined)[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await recommender.similar('query', { count: 2, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(ids(page));
      filledUp.push(page.filledUp?.given);
      cursor = page.nextCursor;
    }
    expect(pages).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    expect(filledUp).toEqual([undefined, 2, 1]);
    const diverse = await recommender.similar('query', { diversity: 1 });
    expect([ids(diverse).slice(0, 2), diverse.filledUp?.given]).toEqual([all.slice(0, 2), 3]);
  });

  it('takes a filter beside its defaults, which give way to what it speaks of', async () => {
    const { recommender } = shop(rows);
    const ask = async (filter: string, more = {}) =>
      ids(await recommender.similar('query', { filter: parseFilter(filter), ...more }));
    expect(await ask("gender = 'unisex'")).toEqual(['all']);
    expect((await recommender.similar('query', { filter: parseFilter('price > 50 OR onSale') })).filter).toBe(
      "inStock AND category = 'tops' AND gender IN ('female', 'unisex') AND (price > 50 OR onSale)",
    );
    expect(await ask("NOT gender = 'unisex'")).toEqual(['man', 'near-colour', 'near-shape']);
    expect(await ask("NOT gender = 'unisex'", { gender: 'female' })).toEqual(['near-colour', 'near-shape']);
    expect(await ask('NOT inStock')).toEqual(['gone']);
    expect(await ask('price > 50')).toEqual([]);
  });

  it('leaves out what is excluded, by product, offer or style, and names ids that are unknown', async () => {
    const { recommender } = shop(rows);
    const answer = await recommender.similar('query', {
      exclude: { products: ['all-m', 'nothing'], styles: ['near-shape'] },
    });
    expect(ids(answer)).toEqual(['near-colour']);
    expect(answer.unknown).toEqual(['nothing']);
  });

  it('boosts softly: what passes comes forward as far as the weight carries it', async () => {
    const { recommender } = shop(rows);
    const ask = (weight: number) =>
      recommender.similar('query', { dial: 0, boosts: [{ filter: parseFilter("gender = 'unisex'"), weight }] });
    expect(ids(await ask(0.01))).toEqual(['near-shape', 'all', 'near-colour']);
    expect(ids(await ask(0.1))).toEqual(['all', 'near-shape', 'near-colour']);
    const boosts = [{ filter: parseFilter("gender = 'unisex'"), weight: -0.6 }];
    expect(ids(await recommender.similar('query', { boosts }))).toEqual(['near-colour', 'near-shape', 'all']);
    const [first] = (await ask(0.1)).results;
    expect(first?.boost).toBe(0.1);
    expect(first?.similarity?.total).toBeCloseTo(Math.cos((20 * Math.PI) / 180), 6);
  });

  it('gives nothing below the least similarity, and says so', async () => {
    const answer = await shop(rows).recommender.similar('query', { dial: 0, minimumSimilarity: 0.5 });
    expect(ids(answer)).toEqual(['near-shape', 'all']);
    expect(answer.shortfall?.reason).toContain('at least 0.5 similar');
  });

  it('puts what is alike apart with diversity', async () => {
    const { recommender } = shop([
      ['query', embeddingAt(0, 0)],
      ['near', embeddingAt(5, 5)],
      ['twin', embeddingAt(6, 6)],
      ['other', embeddingAt(-30, -30)],
    ]);
    expect(ids(await recommender.similar('query', { count: 2 }))).toEqual(['near', 'twin']);
    expect(ids(await recommender.similar('query', { count: 2, diversity: 0.5 }))).toEqual(['near', 'other']);
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
    const { recommender, catalog, memory } = shop(rows);
    await expect(recommender.similar('nothing')).rejects.toMatchObject({ code: 'product-unknown', value: 'nothing' });
    const empty = { ...catalog, activeGeneration: async () => null };
    await expect(
      new Recommender(new ExactIndex([]), empty, clock, memory, shopThatDecided()).similar('query'),
    ).rejects.toMatchObject({
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

describe('pages', () => {
  const rows: Row[] = [
    ['query', embeddingAt(0, 0)],
    ...Array.from({ length: 30 }, (_, i): Row => {
      return [`p${i}`, embeddingAt(i + 1, 2 * i + 1), style(`s${i % 20}`)];
    }),
  ];

  /** All pages of a question, and the ids in their order. */
  async function allPages(recommender: Recommender, options: RecommendationOptions): Promise<string[][]> {
    const pages: string[][] = [];
    let cursor: string | undefined;
    do {
      const answer = await recommender.similar('query', { ...options, cursor });
      pages.push(ids(answer));
      cursor = answer.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return pages;
  }

  it.each<[string, RecommendationOptions, number]>([
    ['styles', {}, 20],
    ['products', { groupBy: 'product' }, 30],
    ['diverse results', { diversity: 0.6 }, 20],
    ['boosted results', { boosts: [{ filter: parseFilter('price < 100'), weight: 0.2 }] }, 20],
  ])('give all %s, each once, in the order of one long answer', async (_name, options, total) => {
    const { recommender } = shop(rows);
    const whole = ids(await recommender.similar('query', { ...options, count: 100 }));
    expect(whole).toHaveLength(total);
    for (const count of [7, 10]) {
      const pages = await allPages(recommender, { ...options, count });
      expect(pages.flat()).toEqual(whole);
      expect(pages).toHaveLength(Math.ceil(total / count));
    }
  });

  it('end with the reason, and with no cursor', async () => {
    const { recommender } = shop(rows);
    const first = await recommender.similar('query', { count: 15 });
    const last = await recommender.similar('query', { count: 15, cursor: first.nextCursor ?? undefined });
    expect(first.shortfall).toBeNull();
    expect(last).toMatchObject({ nextCursor: null, shortfall: { asked: 15, given: 5, code: 'no-more-matches' } });
    expect(last.shortfall?.reason).toContain('15 came on the pages before.');
  });

  it('go on after the last result shown when others came or went before it', async () => {
    const before = await shop(rows).recommender.similar('query', { count: 5 });
    const cursor = before.nextCursor ?? undefined;
    const [, one, two, ...rest] = rows as [Row, Row, Row, ...Row[]];
    const gone = [rows[0] as Row, two, ...rest];
    const come: Row[] = [...rows, ['new', embeddingAt(0, 1)]];
    for (const changed of [gone, come]) {
      const page = await shop(changed).recommender.similar('query', { count: 5, cursor });
      expect(ids(page)).toEqual(['p5', 'p6', 'p7', 'p8', 'p9']);
    }
    expect(ids(before)[0]).toBe(one[0]);
  });

  it('count ages and weights from the time of the first page', async () => {
    const later = { now: () => new Date('2026-11-25T11:00:00Z') };
    const options = { count: 5, filter: parseFilter('age <= 328') };
    const first = await shop(rows).recommender.similar('query', options);
    const cursor = first.nextCursor ?? undefined;
    const { recommender } = shop(rows, 0.5, {}, later);
    expect(ids(await recommender.similar('query', options))).toEqual([]);
    expect(ids(await recommender.similar('query', { ...options, cursor }))).toEqual(['p5', 'p6', 'p7', 'p8', 'p9']);
  });

  it('are refused once the first page is a day old, and for a time that is not yet', async () => {
    const { nextCursor } = await shop(rows).recommender.similar('query', { count: 5 });
    const cursor = nextCursor ?? undefined;
    const at = (time: string) => shop(rows, 0.5, {}, { now: () => new Date(time) }).recommender;
    expect(ids(await at('2026-11-25T11:59:00Z').similar('query', { cursor, count: 1 }))).toEqual(['p5']);
    await expect(at('2026-11-25T12:01:00Z').similar('query', { cursor })).rejects.toMatchObject({
      code: 'cursor-stale',
    });
    await expect(at('2026-11-24T11:58:00Z').similar('query', { cursor })).rejects.toMatchObject({
      code: 'cursor-invalid',
    });
  });

  it('are refused for another question, another generation, and for what is no cursor', async () => {
    const { recommender, catalog, memory } = shop(rows);
    const { nextCursor } = await recommender.similar('query', { count: 5 });
    const cursor = nextCursor ?? undefined;
    await expect(recommender.similar('query', { cursor, dial: 0.4 })).rejects.toMatchObject({ code: 'cursor-invalid' });
    await expect(recommender.similar('p0', { cursor })).rejects.toMatchObject({ code: 'cursor-invalid' });
    const [generation, question, shown, last] = JSON.parse(
      Buffer.from(cursor ?? '', 'base64url').toString(),
    ) as unknown[];
    const madeUp = [
      [generation, question, 1e9, last, 0],
      [generation, question, shown, last, 8e15],
      [generation, question, -1, last, 0],
    ].map((values) => Buffer.from(JSON.stringify(values)).toString('base64url'));
    for (const forged of ['x', ...madeUp, `${cursor}x`.slice(9)]) {
      await expect(recommender.similar('query', { cursor: forged })).rejects.toMatchObject({ code: 'cursor-invalid' });
    }
    const next = {
      ...catalog,
      activeGeneration: async () => ({ generation: 4, modelVersion: 'm2' as ModelVersion, dial: 0.5 }),
    };
    const promoted = new Recommender(new ExactIndex([]), next, clock, memory, shopThatDecided());
    await expect(promoted.similar('query', { cursor })).rejects.toMatchObject({
      ...{ code: 'cursor-stale', message: 'The cursor goes through generation 3, and generation 4 answers now.' },
    });
  });
});

describe('recommend', () => {
  const rows: Row[] = [
    ['coat', embeddingAt(0, 0), { ...style('coats'), category: 'coats', colour: 'red' }],
    ['coat-blue', embeddingAt(0, 90), { ...style('coats'), category: 'coats', colour: 'blue' }],
    ['dress', embeddingAt(90, 90), { ...style('dresses'), category: 'dresses' }],
    ['like-coat', embeddingAt(10, 10), { category: 'coats' }],
    ['like-dress', embeddingAt(80, 80), { category: 'dresses' }],
    ['unembedded', null],
    ['for-men', embeddingAt(5, 5), { gender: 'male' }],
    ['man-shirt', embeddingAt(200, 200), { gender: 'male' }],
  ];
  const minutesAgo = (minutes: number) => new Date(clock.now().getTime() - 60_000 * minutes);

  it('leaves out what was signalled and its styles, and says which interest and which signal brought each', async () => {
    const answer = await shop(rows).recommender.recommend({
      signals: [
        { productId: 'coat', type: 'wishlist' },
        { productId: 'dress-m', type: 'view' },
      ],
    });
    expect(answer.results.map(({ productId, interest, because }) => [productId, interest, because?.type])).toEqual([
      ['like-coat', { productId: 'coat', share: 0.75 }, 'wishlist'],
      ['like-dress', { productId: 'dress', share: 0.25 }, 'view'],
    ]);
    expect(answer.results[0]).toMatchObject({
      taken: { dislikes: 0, purchase: 0, shown: 0 },
      because: { productId: 'coat', text: 'Because you wishlisted coat: same cut, same colour' },
      shelf: null,
    });
    expect(answer.results[0]!.because!.similarity.shape).toBeCloseTo(Math.cos(Math.PI / 18), 6);
    expect(answer.fallback).toBeNull();
  });

  it('gives each interest its share of the places, not all to the heavier', async () => {
    const near = (heap: string, degrees: number) =>
      Array.from({ length: 9 }, (_, i): Row => [`${heap}-${i}`, embeddingAt(degrees + i, degrees + i)]);
    const { recommender } = shop([...rows.slice(0, 3), ...near('coatlike', 1), ...near('dresslike', 80)]);
    const signals = [
      { productId: 'coat', type: 'wishlist' as const },
      { productId: 'dress', type: 'view' as const },
    ];
    const answer = await recommender.recommend({ signals }, { count: 8 });
    expect(ids(answer).map((id) => id.split('-')[0])).toEqual([
      ...['coatlike', 'coatlike', 'dresslike', 'coatlike', 'coatlike', 'coatlike', 'dresslike', 'coatlike'],
    ]);
    const more = await recommender.recommend({ signals }, { count: 12 });
    expect(ids(more).slice(0, 8)).toEqual(ids(answer));
    const one = await recommender.recommend({ signals }, { count: 8, interests: 1 });
    expect(new Set(ids(one).map((id) => id.split('-')[0]))).toEqual(new Set(['coatlike']));
  });

  it('pushes what is near a dislike behind what is not', async () => {
    const { recommender } = shop([
      ...rows.slice(0, 1),
      ['a', embeddingAt(40, 40)],
      ['b', embeddingAt(-45, -45)],
      ['hated', embeddingAt(50, 50)],
    ]);
    const signals = [{ productId: 'coat', type: 'view' as const }];
    expect(ids(await recommender.recommend({ signals }))).toEqual(['a', 'b', 'hated']);
    const answer = await recommender.recommend({ signals: [...signals, { productId: 'hated', type: 'dislike' }] });
    expect(ids(answer)).toEqual(['b', 'a']);
    expect(answer.results[1]!.taken!.dislikes).toBeCloseTo(0.5 * Math.cos(Math.PI / 18) ** 2, 5);
  });

  it('lowers the category of a purchase', async () => {
    const bag: Row = ['bag', embeddingAt(20, 20), { category: 'bags' }];
    const ask = (type: 'cart' | 'purchase') =>
      shop([...rows, bag]).recommender.recommend({ signals: [{ productId: 'coat', type }] }, { count: 2 });
    expect(ids(await ask('cart'))).toEqual(['like-coat', 'bag']);
    const bought = await ask('purchase');
    expect(ids(bought)).toEqual(['bag', 'like-coat']);
    expect(bought.results[1]!.taken!.purchase).toBeCloseTo(0.3 * Math.cos(Math.PI / 18), 5);
  });

  it('shows what was seen, owned or rejected when asked, each by itself', async () => {
    const signals = [
      { productId: 'coat', type: 'view' as const },
      { productId: 'dress', type: 'purchase' as const },
      { productId: 'like-dress', type: 'dislike' as const },
    ];
    const shown = async (options: object) =>
      ids(await shop(rows).recommender.recommend({ signals }, options)).filter((id) =>
        ['coat', 'dress', 'like-dress'].includes(id),
      );
    expect(await shown({})).toEqual([]);
    expect(await shown({ includeSeen: true })).toEqual(['coat']);
    expect(await shown({ includeOwned: true })).toEqual(['dress']);
    expect(await shown({ includeRejected: true })).toEqual(['like-dress']);
    expect(ids(await shop(rows).recommender.recommend({ signals }))).not.toContain('coat-blue');
    expect(ids(await shop(rows).recommender.recommend({ signals }, { includeSeenStyles: true }))).toContain(
      'coat-blue',
    );
  });

  it('goes by the events that are kept of a shopper, and by both', async () => {
    const known: Remembered = {
      signals: {
        ines: [
          { productId: 'coat', type: 'wishlist', at: minutesAgo(5) },
          { productId: 'sold-no-more', type: 'view', at: minutesAgo(9) },
        ],
      },
    };
    const { recommender } = shop(rows, 0.5, known);
    const kept = await recommender.recommend({ shopperId: 'ines' });
    expect(kept).toMatchObject({ unknown: [], fallback: null });
    expect(ids(kept)[0]).toBe('like-coat');
    const both = await recommender.recommend({ shopperId: 'ines', signals: [{ productId: 'dress', type: 'view' }] });
    expect(both.results.map(({ interest }) => interest?.productId)).toEqual(['coat', 'dress']);
  });

  it('rotates: what was shown of late goes back for a time, when asked', async () => {
    const near: Row = ['near', embeddingAt(25, 25)];
    const shownAt = (at: Date) => shop([...rows, near], 0.5, { shown: { ines: { 'like-coat': at } } }).recommender;
    const signals = [{ productId: 'coat', type: 'view' as const }];
    const ask = async (at: Date, rotation?: number) =>
      shownAt(at).recommend({ shopperId: 'ines', signals }, { count: 2, rotation });
    expect(ids(await ask(minutesAgo(0)))).toEqual(['like-coat', 'near']);
    const rotated = await ask(minutesAgo(0), 0.5);
    expect(ids(rotated)).toEqual(['near', 'like-coat']);
    expect(rotated.results[1]!.taken!.shown).toBe(0.5);
    expect((await ask(minutesAgo(120), 0.5)).results[1]!.taken!.shown).toBeCloseTo(0.25, 9);
    expect(ids(await ask(minutesAgo(800), 0.5))).toEqual(['like-coat', 'near']);
  });

  it('lets old signals fade', async () => {
    const { recommender } = shop(rows);
    const old = new Date('2026-09-01T00:00:00Z');
    const first = async (coatAt: Date | undefined, dressAt: Date | undefined) =>
      ids(
        await recommender.recommend({
          signals: [
            { productId: 'coat', type: 'view', at: coatAt },
            { productId: 'dress', type: 'view', at: dressAt },
          ],
        }),
      )[0];
    expect(await first(undefined, old)).toBe('like-coat');
    expect(await first(old, undefined)).toBe('like-dress');
  });

  it('reports unknown ids and products without an embedding, and answers from the rest', async () => {
    const answer = await shop(rows).recommender.recommend({
      signals: [
        { productId: 'coat', type: 'view' },
        { productId: 'nothing', type: 'view' },
        { productId: 'nothing', type: 'cart' },
        { productId: 'unembedded', type: 'view' },
      ],
    });
    expect(answer).toMatchObject({ unknown: ['nothing'], withoutVector: ['unembedded'] });
    expect(ids(answer)[0]).toBe('like-coat');
  });

  describe('where no taste is known', () => {
    const known: Remembered = {
      popular: ['coat', 'coat-blue', 'like-coat', 'like-dress'],
      newest: ['for-men', 'coat', 'dress', 'unembedded'],
    };
    const ask = (shopper: Parameters<Recommender['recommend']>[0], options = {}) =>
      shop(rows, 0.5, known).recommender.recommend(shopper, { count: 4, ...options });

    it('shows what is popular, then what is new, by turns of categories, and says so', async () => {
      const answer = await ask({});
      expect(answer.fallback).toEqual({ code: 'no-signals', reason: 'Nothing is known of this shopper.' });
      expect(answer.results.map(({ productId, shelf }) => [productId, shelf])).toEqual([
        ['coat', 'popular'],
        ['like-dress', 'popular'],
        ['like-coat', 'popular'],
        ['for-men', 'new'],
      ]);
      expect(answer.results[0]).toMatchObject({
        similarity: null,
        interest: null,
        taken: null,
        because: null,
        boost: 0,
      });
      expect(answer).toMatchObject({ filter: 'inStock', nextCursor: null });
      expect(answer.shortfall).toBeNull();
      expect(await ask({ shopperId: 'nobody' })).toMatchObject({ fallback: { code: 'no-signals' } });
      expect((await ask({}, { count: 9 })).shortfall).toMatchObject({ asked: 9, given: 6, code: 'no-more-matches' });
    });

    it('says what the signals lack, and leaves out what they are about', async () => {
      expect(await ask({ signals: [{ productId: 'nothing', type: 'view' }] })).toMatchObject({
        ...{ unknown: ['nothing'], fallback: { code: 'no-vector' } },
      });
      const rejected = await ask({ signals: [{ productId: 'coat', type: 'dislike' }] });
      expect(rejected.fallback?.code).toBe('no-taste');
      expect(ids(rejected)).toEqual(['like-coat', 'like-dress', 'for-men', 'dress']);
    });

    it('shows nothing when nothing else is wanted', async () => {
      expect(await ask({}, { fallback: false })).toMatchObject({
        ...{ results: [], fallback: null, shortfall: { asked: 4, given: 0, code: 'no-signals' } },
      });
      expect(
        (await ask({ signals: [{ productId: 'coat', type: 'dislike' }] }, { fallback: false })).shortfall?.code,
      ).toBe('no-taste');
    });
  });

  it('boosts what passes a filter, beside what dislikes take, and says both', async () => {
    const { recommender } = shop([
      ...rows.slice(0, 1),
      ['a', embeddingAt(20, 20), { price: 90 }],
      ['b', embeddingAt(30, 30), { price: 10 }],
      ['hated', embeddingAt(60, 60)],
    ]);
    const signals: Signal[] = [
      { productId: 'coat', type: 'view' },
      { productId: 'hated', type: 'dislike' },
    ];
    expect(ids(await recommender.recommend({ signals }))).toEqual(['a', 'b']);
    const boosts = [{ filter: parseFilter('price < 50'), weight: 0.4 }];
    const [first] = (await recommender.recommend({ signals }, { boosts })).results;
    expect(first).toMatchObject({ productId: 'b', boost: 0.4 });
    expect(first!.similarity!.total).toBeCloseTo(Math.cos(Math.PI / 6), 6);
    expect(first!.taken!.dislikes).toBeCloseTo(0.5 * Math.cos(Math.PI / 6) ** 2, 5);
  });

  it('puts what is alike apart within each interest, whose places stay as they are', async () => {
    const heap = (name: string, degrees: number): Row[] =>
      [1, 2, 3, 25].map((far) => [`${name}-${far}`, embeddingAt(degrees + far, degrees + far)]);
    const { recommender } = shop([...rows.slice(0, 3), ...heap('coat', 0), ...heap('dress', 90)]);
    const signals: Signal[] = [
      { productId: 'coat', type: 'cart' },
      { productId: 'dress', type: 'view' },
    ];
    const near = await recommender.recommend({ signals }, { count: 3 });
    expect(ids(near)).toEqual(['coat-1', 'dress-1', 'coat-2']);
    const diverse = await recommender.recommend({ signals }, { count: 3, diversity: 0.7 });
    expect(ids(diverse)).toEqual(['coat-1', 'dress-1', 'coat-25']);
  });

  it('leaves out what is excluded and what is too far, and takes the filter of a request', async () => {
    const { recommender } = shop(rows);
    const signals: Signal[] = [{ productId: 'coat', type: 'view' }];
    const answer = await recommender.recommend({ signals }, { exclude: { products: ['like-coat-m', 'nothing'] } });
    expect(ids(answer)).not.toContain('like-coat');
    expect(answer).toMatchObject({ unknown: ['nothing'], filter: "inStock AND gender IN ('female', 'unisex')" });
    expect(ids(await recommender.recommend({ signals }, { minimumSimilarity: 0.9 }))).toEqual(['like-coat']);
    expect(ids(await recommender.recommend({ signals }, { filter: parseFilter("category = 'dresses'") }))).toEqual([
      ...['like-dress', 'dress'],
    ]);
  });

  describe('in pages', () => {
    const random = new Random(7);
    const many: Row[] = Array.from({ length: 90 }, (_, i): Row => {
      const [shape, colour] = [random.between(0, 180), random.between(0, 180)];
      const category = random.pick(['coats', 'dresses']);
      return [`p${i}`, embeddingAt(shape, colour), { ...style(`s${i % 60}`), category, price: 10 + i }];
    });
    const signals: Signal[] = [
      { productId: 'p0', type: 'wishlist' },
      { productId: 'p1', type: 'purchase' },
      { productId: 'p2', type: 'view' },
      { productId: 'p3', type: 'dislike' },
      { productId: 'p4', type: 'dislike' },
    ];
    const shown = Object.fromEntries(many.map(([id], i) => [id, minutesAgo(7 * i)]));

    it.each<[string, Parameters<Recommender['recommend']>[1]]>([
      ['styles', {}],
      ['products', { groupBy: 'product' }],
      ['diverse results', { diversity: 0.5 }],
      ['boosted results', { boosts: [{ filter: parseFilter('price < 50'), weight: 0.2 }] }],
      ['rotated results', { rotation: 0.8 }],
    ])('gives all %s, each once', async (_name, options) => {
      const { recommender } = shop(many, 0.5, { shown: { ines: shown } });
      const shopper = { shopperId: 'ines', signals };
      const whole = await recommender.recommend(shopper, { ...options, count: 100 });
      for (const count of [4, 9]) {
        const pages: string[][] = [];
        let cursor: string | undefined;
        do {
          const answer = await recommender.recommend(shopper, { ...options, count, cursor });
          pages.push(ids(answer));
          cursor = answer.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(new Set(pages.flat()).size).toBe(pages.flat().length);
        expect(pages.slice(0, -1).every((page) => page.length === count)).toBe(true);
        expect(pages.flat()).toHaveLength(whole.results.length);
      }
    });

    it('goes on by what was known at the first page, whatever was seen and shown since', async () => {
      const known: Remembered = { signals: { ines: [] }, shown: { ines: {} } };
      known.signals!.ines!.push({ productId: 'p0', type: 'view', at: minutesAgo(60) });
      const later = { now: () => new Date(clock.now().getTime() + 60_000) };
      const options = { count: 5, rotation: 1 };
      const first = await shop(many, 0.5, known).recommender.recommend({ shopperId: 'ines' }, options);
      const next = { ...options, cursor: first.nextCursor ?? undefined };
      const undisturbed = await shop(many, 0.5, known, later).recommender.recommend({ shopperId: 'ines' }, next);
      known.signals!.ines!.unshift({ productId: ids(first)[4]!, type: 'wishlist', at: later.now() });
      known.shown!.ines = Object.fromEntries(ids(first).map((id) => [id, later.now()]));
      const { recommender } = shop(many, 0.5, known, later);
      const second = await recommender.recommend({ shopperId: 'ines' }, next);
      expect(ids(second)).toEqual(ids(undisturbed));
      const afresh = await recommender.recommend({ shopperId: 'ines' }, options);
      expect(ids(afresh)).not.toEqual(ids(first));
    });

    it('is refused for another shopper, other options of the shopper, and another length of pages', async () => {
      const known: Remembered = { signals: { ines: [{ productId: 'p0', type: 'view', at: minutesAgo(60) }] } };
      const { recommender } = shop(many, 0.5, known);
      const { nextCursor } = await recommender.recommend({ shopperId: 'ines' }, { count: 5 });
      const next = { count: 5, cursor: nextCursor ?? undefined };
      expect((await recommender.recommend({ shopperId: 'ines' }, next)).results).toHaveLength(5);
      const refused = { code: 'cursor-invalid' };
      await expect(recommender.recommend({ shopperId: 'tom' }, next)).rejects.toMatchObject(refused);
      await expect(recommender.recommend({ signals }, next)).rejects.toMatchObject(refused);
      for (const more of [{ includeOwned: true }, { rotation: 0.5 }, { interests: 1 }, { count: 6 }]) {
        await expect(recommender.recommend({ shopperId: 'ines' }, { ...next, ...more })).rejects.toMatchObject(refused);
      }
    });
  });

  it('asks for the genders of what is liked, not of what is disliked', async () => {
    const { recommender } = shop(rows);
    const women = await recommender.recommend({
      signals: [
        { productId: 'coat', type: 'view' },
        { productId: 'man-shirt', type: 'dislike' },
      ],
    });
    expect(ids(women)).not.toContain('for-men');
    const both = await recommender.recommend({
      signals: [
        { productId: 'coat', type: 'view' },
        { productId: 'man-shirt', type: 'view' },
      ],
    });
    expect(ids(both)).toContain('for-men');
  });
});

describe('a variant', () => {
  const rows: Row[] = [
    ['query', embeddingAt(0, 0)],
    ['near', embeddingAt(5, 5), {}, embeddingAt(170, 170)],
    ['middle', embeddingAt(50, 50)],
    ['far', embeddingAt(90, 90), {}, embeddingAt(1, 1)],
  ];
  const active = { generation: null, settings: {} };
  const other = { generation: OTHER_GENERATION, settings: {} };

  it('answers from its own generation, for a product and for a shopper', async () => {
    const { recommender } = shop(rows);
    expect(ids(await recommender.similar('query', {}, active))).toEqual(['near', 'middle', 'far']);
    const answer = await recommender.similar('query', {}, other);
    expect(answer).toMatchObject({ generation: OTHER_GENERATION, modelVersion: 'm2' });
    expect(ids(answer)).toEqual(['far', 'middle', 'near']);
    const signals: Signal[] = [{ productId: 'query', type: 'view' }];
    expect(ids(await recommender.recommend({ signals }, {}, other))).toEqual(['far', 'middle', 'near']);
  });

  it('goes on page by page, and a page of another arm is stale', async () => {
    const { recommender } = shop(rows);
    const { nextCursor } = await recommender.similar('query', { count: 2 }, other);
    const cursor = nextCursor!;
    expect(ids(await recommender.similar('query', { cursor }, other))).toEqual(['near']);
    for (const variant of [null, active, { ...other, settings: { diversity: 0.1 } }]) {
      await expect(recommender.similar('query', { cursor }, variant)).rejects.toMatchObject({ code: 'cursor-stale' });
    }
  });

  it('says what the scenario would say, and less than the request', async () => {
    const scenarios = new Map([['home', { count: 1, exclude: { products: ['near'] } }]]);
    const { recommender } = shop(rows, 0.5, {}, clock, shopThatDecided({ scenarios }));
    const ask = async (options: RecommendationOptions, settings: RecommendationOptions) =>
      ids(await recommender.similar('query', { scenario: 'home', ...options }, { generation: null, settings }));
    expect(await ask({}, {})).toEqual(['middle']);
    expect(await ask({}, { count: 2 })).toEqual(['middle', 'far']);
    expect(await ask({ count: 1 }, { count: 2 })).toEqual(['middle']);
    expect(await ask({}, { count: 3, exclude: { products: ['far'] } })).toEqual(['middle']);
  });

  it('of a generation that is not kept is refused, not answered by another', async () => {
    const { recommender } = shop(rows);
    const gone = { generation: 99, settings: {} };
    await expect(recommender.similar('query', {}, gone)).rejects.toMatchObject({
      code: 'generation-not-kept',
      value: 99,
    });
  });
});
