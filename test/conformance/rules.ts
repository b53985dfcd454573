import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { printFilter } from '#filters';
import { type ProductId, sha256 } from '#foundation';
import {
  type CatalogReader,
  type IndexedProduct,
  type ProductSet,
  type Recommendations,
  Recommender,
  type Rule,
  type RuleEffect,
  similarityByPart,
  type VectorIndex,
} from '#similarity';
import { shopThatDecided } from '../support/decisions.js';
import { anyFilter } from '../support/filters.js';
import { naivelyRuled, type NaiveRanked } from '../support/naive/rules.js';
import { shopperMemory } from '../support/shopper-memory.js';
import { FILTER_WORDS, indexedProducts, NOW } from './indexed-products.js';

const SEED = 20_261_129;
const SCENARIOS = ['home', 'basket'];
const DAY_MS = 86_400_000;

/** Rules over these products; many of them hold, meet each other and clash. */
export function anyRules(ids: ProductId[]): fc.Arbitrary<Rule[]> {
  const filter = anyFilter(FILTER_WORDS);
  const product = fc.constantFrom(...ids);
  const set: fc.Arbitrary<ProductSet> = fc.oneof(
    filter.map((one): ProductSet => ({ filter: one })),
    fc.uniqueArray(product, { minLength: 1, maxLength: 20 }).map((some): ProductSet => ({ products: new Set(some) })),
  );
  const weight = fc.integer({ min: 1, max: 8 }).map((eighths) => eighths / 8);
  const effect: fc.Arbitrary<RuleEffect> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('pin' as const), product, position: fc.integer({ min: 1, max: 40 }) }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('boost' as const, 'bury' as const), filter, weight }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide' as const), what: set }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('never-together' as const), sets: fc.tuple(set, set) }) },
  );
  const seldom = <T>(value: fc.Arbitrary<T>) =>
    fc.tuple(fc.integer({ min: 0, max: 7 }), value).map(([one, known]) => (one === 7 ? known : null));
  const moment = fc.integer({ min: -2, max: 2 }).map((days) => new Date(NOW.getTime() + days * DAY_MS));
  const when = fc.record({
    product: seldom(set),
    category: seldom(fc.constantFrom('Women', 'women > tops', 'Men > Bottoms')),
    scenarios: seldom(fc.subarray(SCENARIOS, { minLength: 1 }).map((some) => new Set(some))),
    from: seldom(moment),
    until: seldom(moment),
  });
  const rule = fc.tuple(effect, when, fc.integer({ min: -1, max: 1 }));
  return fc.array(rule, { maxLength: 25 }).map((all) =>
    all.map(([made, conditions, priority], i): Rule => {
      return { ...made, ...{ id: i + 1, name: `rule ${i + 1}`, priority, when: conditions } };
    }),
  );
}

/**
 * What every index and catalogue promise together: answers under rules are those that loops over the whole ranked list give.
 *
 * @param open with the products of generation 1, those in `withoutVector` in the catalogue alone
 */
export function rulesConformance(
  name: string,
  open: (products: IndexedProduct[], withoutVector: ReadonlySet<string>) => Promise<[VectorIndex, CatalogReader]>,
  runs: number,
): void {
  describe(`rules over ${name}`, () => {
    const products = someProducts();
    const ids = products.map(({ card }) => card.productId);
    const withoutVector = new Set<string>(ids.filter((_, i) => i % 17 === 5));
    const embedded = products.filter(({ card }) => !withoutVector.has(card.productId));
    let index: VectorIndex;
    let catalog: CatalogReader;

    beforeAll(async () => {
      [index, catalog] = await open(products, withoutVector);
    });

    it('are those of loops over the whole list, page by page', { timeout: 120_000 }, async () => {
      const asking = fc.record({
        asked: fc.nat(embedded.length - 1).map((i) => (embedded[i] as IndexedProduct).card.productId),
        dial: fc.constantFrom(0, 0.5, 0.75),
        scenario: fc.constantFrom(null, ...SCENARIOS),
        filter: fc.option(anyFilter(FILTER_WORDS), { freq: 1, nil: null }),
        sameFirst: fc.boolean(),
        onePerStyle: fc.boolean(),
        excluded: fc.subarray(ids.slice(0, 20), { maxLength: 3 }),
        count: fc.constantFrom(3, 7, 40),
      });
      await fc.assert(
        fc.asyncProperty(asking, anyRules(ids), async ({ count, dial, ...question }, rules) => {
          const { scenario, filter, sameFirst, onePerStyle, excluded } = question;
          const asked = embedded.find(({ card }) => card.productId === question.asked) as IndexedProduct;
          const speaksOfMore = filter !== null && /inStock|category/.test(printFilter(filter));
          fc.pre(!speaksOfMore);
          const decided = shopThatDecided({ rules, rulesKey: sha256(JSON.stringify(rules.map(({ id }) => id))) });
          const recommender = new Recommender(index, catalog, { now: () => NOW }, shopperMemory(new Map()), decided);
          const ranked = products.map((product) => naiveOf(product, asked, dial, withoutVector));
          const expected = naivelyRuled(ranked, rules, {
            ...{
              asked: naiveOf(asked, asked, dial, withoutVector),
              scenario,
              now: NOW,
              filter,
              sameFirst,
              onePerStyle,
            },
            excluded,
          });
          const options = {
            ...{ count, dial, gender: 'any' as const, category: sameFirst ? undefined : 'any' },
            ...{ scenario: scenario ?? undefined, filter: filter ?? undefined },
            ...{ groupBy: onePerStyle ? ('style' as const) : ('product' as const), exclude: { products: excluded } },
          };
          const pages = await allPages((cursor) => recommender.similar(asked.card.productId, { ...options, cursor }));
          const given = pages.flatMap(({ results }) => results);
          expect(given.map(({ productId, rules: by }) => [productId, by.map(({ id }) => id)])).toEqual(
            expected.map(({ id, rules: by }) => [id, by]),
          );
          pages.forEach(({ results, shortfall }, i) => {
            const left = expected.length - i * count;
            expect(results.length).toBe(Math.min(count, left));
            expect(shortfall === null).toBe(left >= count);
          });
          for (const { productId, similarity } of given) {
            expect(similarity === null).toBe(withoutVector.has(productId));
          }
        }),
        { numRuns: runs, seed: SEED },
      );
    });
  });
}

/** Some 70 products; of every third style the second colour lies in another category. */
export function someProducts(): IndexedProduct[] {
  return indexedProducts(SEED)
    .filter(({ generation, card }) => generation === 1 && Number(/\d+/.exec(card.styleId)?.[0]) < 20)
    .map((product) => {
      const isElsewhere = /-\d*[036]--colour-1$/.test(product.card.productId);
      const category = isElsewhere ? 'Women > Tops' : product.card.category;
      return { ...product, card: { ...product.card, category }, facts: { ...product.facts, category } };
    });
}

/** All pages of an answer. @param ask for the page of a cursor */
export async function allPages(
  ask: (cursor: string | undefined) => Promise<Recommendations>,
): Promise<Recommendations[]> {
  const pages = [await ask(undefined)];
  for (let { nextCursor } = pages[0]!; nextCursor !== null; nextCursor = pages.at(-1)!.nextCursor) {
    pages.push(await ask(nextCursor));
  }
  return pages;
}

function naiveOf(
  { card, facts, embedding }: IndexedProduct,
  asked: IndexedProduct,
  dial: number,
  withoutVector: ReadonlySet<string>,
): NaiveRanked {
  const similarity = withoutVector.has(card.productId)
    ? null
    : similarityByPart(asked.embedding, embedding, dial).total;
  return { id: card.productId, style: card.styleId, facts, similarity };
}
