import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter, passesFilter } from '#filters';
import { type ProductId, Random, sha256 } from '#foundation';
import { NOW, randomEmbedding } from '../../../test/conformance/indexed-products.js';
import { allPages, anyRules, rulesConformance, someProducts } from '../../../test/conformance/rules.js';
import { shopThatDecided } from '../../../test/support/decisions.js';
import { exactCatalog } from '../../../test/support/exact-catalog.js';
import { shopperMemory } from '../../../test/support/shopper-memory.js';
import type { CatalogReader } from '../catalog-reader.js';
import { ExactIndex } from '../exact-index.js';
import { Recommender, type Recommendations } from '../recommender.js';
import type { ShelfProduct, ShelfQuery } from '../shopper-memory.js';
import type { VectorIndex } from '../vector-index.js';
import type { ProductSet, Rule, RuleEffect } from './rule.js';

rulesConformance(
  'ExactIndex',
  async (products, withoutVector) => {
    const embedded = products.filter(({ card }) => !withoutVector.has(card.productId));
    return [new ExactIndex(embedded), exactCatalog(products)];
  },
  250,
);

const SEED = 20_261_130;
const products = someProducts();
const ids = products.map(({ card }) => card.productId);
const factsOf = new Map(products.map(({ card, facts }) => [card.productId, facts]));
const isIn = (product: ProductId, set: ProductSet) =>
  'filter' in set ? passesFilter(factsOf.get(product)!, set.filter, NOW) : set.products.has(product);
const under = (rules: Rule[], index: VectorIndex = new ExactIndex(products), catalog = exactCatalog(products)) => {
  const decided = shopThatDecided({ rules, rulesKey: sha256(JSON.stringify(rules.map(({ id }) => id))) });
  const cards = new Map(products.map(({ card }) => [card.productId, card]));
  const memory = shopperMemory(cards, { popular: ids.slice(0, 30), newest: ids.slice(20, 60) });
  const filtered = (shelf: (question: ShelfQuery) => Promise<ShelfProduct[]>) => async (question: ShelfQuery) => {
    const { filter, count } = question;
    const found = await shelf({ ...question, count: ids.length });
    return found.filter(({ productId }) => filter === null || isIn(productId, { filter })).slice(0, count);
  };
  const shelves = {
    popular: filtered((question) => memory.popular(question)),
    newest: filtered((question) => memory.newest(question)),
  };
  return new Recommender(index, catalog, { now: () => NOW }, { ...memory, ...shelves }, decided);
};

/** What holds of every answer under rules, in whatever way it was found. */
function expectRuled(pages: Recommendations[], rules: Rule[], count: number): void {
  const results = pages.flatMap((page) => page.results);
  const shown = results.map(({ productId }) => productId);
  expect(new Set(shown).size).toBe(shown.length);
  for (const page of pages.slice(0, -1)) expect(page.results).toHaveLength(count);
  const holding = rules.filter(({ id }) => pages[0]!.rules.some((rule) => rule.id === id));
  for (const rule of holding) {
    if (rule.kind === 'hide') expect(shown.filter((product) => isIn(product, rule.what))).toEqual([]);
    if (rule.kind === 'never-together') {
      const [one, other] = rule.sets.map((set) => shown.filter((product) => isIn(product, set)));
      expect([rule.id, Math.min(one!.length, other!.length)]).toEqual([rule.id, 0]);
    }
  }
  results.forEach(({ productId, rules: by }, i) => {
    for (const { id } of by) {
      const rule = rules.find((one) => one.id === id)!;
      if (rule.kind === 'pin') {
        expect(rule.product).toBe(productId);
        const isAtEnd = results.slice(i).every((one) => one.rules.some(({ kind }) => kind === 'pin'));
        expect(i + 1 >= rule.position || isAtEnd).toBe(true);
      } else expect(isIn(productId, { filter: (rule as Extract<Rule, { filter: unknown }>).filter })).toBe(true);
    }
  });
}

describe('rules over other answers', () => {
  const count = fc.constantFrom(4, 9, 30);
  const diversity = fc.constantFrom(0, 0.6);
  const signals = fc.uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.constantFrom('view', 'wishlist', 'dislike')), {
    ...{ minLength: 1, maxLength: 5, selector: ([productId]) => productId },
  });

  it('hold for what shoppers like, interest by interest', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(signals, anyRules(ids), count, diversity, async (told, rules, asked, spread) => {
        const recommender = under(rules);
        const shopper = { signals: told.map(([productId, type]) => ({ productId, type })) };
        const options = { count: asked, diversity: spread, gender: 'any' as const, fallback: false };
        const pages = await allPages((cursor) => recommender.recommend(shopper, { ...options, cursor }));
        expectRuled(pages, rules, asked);
        const seen = new Set<ProductId>(told.map(([productId]) => productId));
        expect(pages.flatMap(({ results }) => results).filter(({ productId }) => seen.has(productId))).toEqual([]);
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('hold for what looks like a photo, and for what a photo was found to show', { timeout: 60_000 }, async () => {
    const embedding = randomEmbedding(new Random(SEED));
    const active = { generation: 1, modelVersion: 'model' as never, dial: 0.5 };
    const found = fc.option(fc.constantFrom(...products), { nil: null });
    await fc.assert(
      fc.asyncProperty(found, anyRules(ids), count, diversity, async (product, rules, asked, spread) => {
        const recommender = under(rules);
        const shown = product === null ? [] : [product.card];
        const options = { count: asked, diversity: spread };
        const ask = (cursor: string | undefined) =>
          recommender.similarToPhoto(active, embedding, shown, { ...options, cursor });
        const pages = await allPages(ask);
        expectRuled(pages, rules, asked);
        for (const rule of rules.filter(({ id }) => pages[0]!.rules.some((one) => one.id === id))) {
          if (rule.kind !== 'never-together' || product === null || !isIn(product.card.productId, rule.sets[0]))
            continue;
          const others = pages
            .flatMap(({ results }) => results)
            .filter(({ productId }) => isIn(productId, rule.sets[1]));
          expect(others).toEqual([]);
        }
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('hold for what is shown where nothing is known', async () => {
    await fc.assert(
      fc.asyncProperty(anyRules(ids), count, async (rules, asked) => {
        const answer = await under(rules).recommend({}, { count: asked, inStock: false });
        expectRuled([answer], rules, asked);
        expect(answer.results.length === asked).toBe(answer.shortfall === null);
        for (const { shelf, rules: by } of answer.results) expect(shelf === null).toBe(by.length > 0);
      }),
      { numRuns: 60, seed: SEED },
    );
  });
});

describe('what rules cost', () => {
  const asked = ids[0]!;
  const pinned = ids[20]!;
  const ruleOf = (id: number, effect: RuleEffect, product: ProductSet | null = null): Rule => {
    const when = { product, category: null, scenarios: null, from: null, until: null };
    return { ...effect, ...{ id, name: `rule ${id}`, priority: 0, when } };
  };
  /** What is read of the catalogue for an answer, and which rules held. */
  const readFor = async (...rules: Rule[]) => {
    const catalog = exactCatalog(products);
    const reads: string[] = [];
    const watched: CatalogReader = {
      ...catalog,
      passing: (some, filters, now) => {
        reads.push(`what ${some.join()} passes`);
        return catalog.passing(some, filters, now);
      },
      products: (some) => {
        reads.push(`cards of ${some.join()}`);
        return catalog.products(some);
      },
    };
    const { rules: held } = await under(rules, undefined, watched).similar(asked, options);
    return { held: held.map(({ id }) => id), reads };
  };
  const options = { category: 'any', gender: 'any' as const };
  const pin: RuleEffect = { kind: 'pin', product: pinned, position: 1 };
  const hide: RuleEffect = { kind: 'hide', what: { filter: parseFilter('onSale') } };
  const nobodys = { filter: parseFilter("brand = 'nobody makes this'") };

  it('is nothing where they hold of other products', async () => {
    const others = { products: new Set(ids.slice(1, 5)) };
    const apart: RuleEffect = { kind: 'never-together', sets: [nobodys, { products: new Set([pinned]) }] };
    const read = await readFor(ruleOf(1, pin, others), ruleOf(2, hide, others), ruleOf(3, apart, others));
    expect(read).toEqual(await readFor());
  });

  it('is a look at the product asked about where that settles that none holds', async () => {
    const read = await readFor(ruleOf(1, pin, nobodys), ruleOf(2, hide, nobodys));
    expect(read).toEqual({ held: [], reads: [`what ${asked} passes`, ...(await readFor()).reads] });
  });

  it('is a look at what is pinned where it is', async () => {
    const { held, reads } = await readFor(ruleOf(1, pin, { products: new Set([asked]) }));
    expect(held).toEqual([1]);
    expect(reads).toContain(`cards of ${pinned}`);
  });

  it('is bounded: of what is never together the first ten hold, by priority, then age', async () => {
    const all = { ...options, count: 40, inStock: false, groupBy: 'product' as const };
    const plain = await under([]).similar(asked, all);
    const others = plain.results.map(({ productId }) => productId);
    expect(others).toHaveLength(40);
    // The nearest forbids the farthest, the next one the next to that.
    const apart = Array.from({ length: 13 }, (_, i): Rule => {
      const [near, far] = [others[i]!, others.at(-1 - i)!].map((product) => ({ products: new Set([product]) }));
      return { ...ruleOf(i + 1, { kind: 'never-together', sets: [near!, far!] }), priority: i === 12 ? 1 : 0 };
    });
    const index = new ExactIndex(products);
    let searches = 0;
    const counted: VectorIndex = {
      embeddings: (generation, some) => index.embeddings(generation, some),
      search: (question) => {
        searches += 1;
        return index.search(question);
      },
    };
    const answer = await under(apart.reverse(), counted).similar(asked, all);
    expect(answer.rules.map(({ id }) => id)).toEqual([13, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const left = new Set(answer.results.map(({ productId }) => productId));
    expect([13, 1, 9].map((id) => left.has(others.at(-id)!))).toEqual([false, false, false]);
    expect([10, 11, 12].map((id) => left.has(others.at(-id)!))).toEqual([true, true, true]);
    expect(searches).toBeGreaterThan(1);
    expect(searches).toBeLessThanOrEqual(21);
  });
});
