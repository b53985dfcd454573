import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { ProductId } from '#foundation';
import { describe, expect, it } from 'vitest';
import { ARMS, markOf, RecommendationIds } from './recommendation-ids.js';

const resultsOf = (...names: string[]) =>
  names.map((name) => ({ productId: name as ProductId, rules: [] as number[] }));
const ids = new RecommendationIds(async () => 'a secret of this installation');
const plain = { scenario: null, inExperiment: null };

describe('RecommendationIds', () => {
  const uint32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  const rules = fc.oneof(
    fc.constant([]),
    fc.uniqueArray(fc.oneof(uint32, fc.integer({ min: 1, max: 5 })), { maxLength: 4 }),
  );

  it('say when, by which generation, for which place, in which experiment, with which results and rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: 1, max: 2_000_000_000 }),
        fc.option(fc.stringMatching(/^[\w.-]{1,64}$/)),
        fc.option(fc.record({ experiment: uint32, arm: fc.constantFrom(...ARMS) })),
        fc.array(fc.record({ productId: fc.string({ minLength: 1, maxLength: 20 }), rules }), { maxLength: 100 }),
        async (seconds, generation, scenario, inExperiment, given) => {
          const at = new Date(1000 * seconds);
          const results = given.map((one) => ({ ...one, productId: one.productId as ProductId }));
          const record = await ids.read(await ids.issue({ at, generation, scenario, inExperiment, results }));
          expect(record).toMatchObject({ at, generation, scenario, inExperiment });
          expect(record?.results).toEqual(
            results.map((one) => ({ mark: markOf(one.productId), rules: one.rules.toSorted((a, b) => a - b) })),
          );
        },
      ),
    );
  });

  it('are short for ten results', async () => {
    const ten = resultsOf(...Array.from({ length: 10 }, (_, i) => `product-${i}`));
    const issue = (results: typeof ten, more: object = {}) =>
      ids.issue({ at: new Date(), generation: 1, ...plain, results, ...more });
    expect(await issue(ten)).toHaveLength(54);
    expect(await issue(ten, { inExperiment: { experiment: 3, arm: 'treatment' } })).toHaveLength(59);
    expect(await issue(ten.map((one, i) => ({ ...one, rules: i < 3 ? [7] : [] })))).toHaveLength(62);
  });

  it('tell of 64 rules at most, those that touched most results, and stay within what an event may carry', async () => {
    const results = Array.from({ length: 100 }, (_, i) => ({
      productId: `p${i}` as ProductId,
      // Rule 1,000 touched one result, rule 1,001 two, and so on.
      rules: Array.from({ length: 100 }, (__, rule) => 1_000 + rule).filter((rule) => i <= rule - 1_000),
    }));
    const id = await ids.issue({
      ...{ at: new Date(), generation: 2 ** 31, scenario: 's'.repeat(64), results },
      inExperiment: { experiment: 2 ** 31, arm: 'treatment' },
    });
    expect(id.length).toBeLessThanOrEqual(2_048);
    const told = new Set((await ids.read(id))!.results.flatMap(({ rules: touched }) => touched));
    expect([...told].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => 1_036 + i));
  });

  it('of the first version, without experiments and rules, are read', async () => {
    const first = 'AQAAASwAAAAHBGhvbWU6Q4pE';
    const said = Buffer.from(first, 'base64url');
    const signature = createHmac('sha256', 'recommendation ids a secret of this installation').update(said).digest();
    const id = Buffer.concat([said, signature.subarray(0, 8)]).toString('base64url');
    expect(await ids.read(id)).toEqual({
      ...{ at: new Date(300_000), generation: 7, scenario: 'home', inExperiment: null },
      results: [0x3a43, 0x8a44].map((mark) => ({ mark, rules: [] })),
    });
  });

  it('that were changed anywhere, cut off, or signed elsewhere are none', async () => {
    const answer = {
      at: new Date(0),
      generation: 7,
      scenario: 'home',
      inExperiment: null,
      results: resultsOf('a', 'b'),
    };
    const id = await ids.issue(answer);
    const bytes = Buffer.from(id, 'base64url');
    for (let bit = 0; bit < 8 * bytes.length; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(await ids.read(changed.toString('base64url'))).toBeNull();
    }
    for (let length = 0; length < id.length; length += 1) expect(await ids.read(id.slice(0, length))).toBeNull();
    expect(await ids.read(`${id}=`)).toBeNull();
    const elsewhere = new RecommendationIds(async () => 'a secret of another');
    expect(await ids.read(await elsewhere.issue(answer))).toBeNull();
  });

  it('ask for the secret once, and again after it could not be had', async () => {
    let asked = 0;
    const shaky = new RecommendationIds(async () => {
      asked += 1;
      if (asked === 1) throw new Error('the database is away');
      return 'a secret';
    });
    const answer = { at: new Date(0), generation: 1, ...plain, results: [] };
    await expect(shaky.issue(answer)).rejects.toThrow('away');
    expect(await shaky.issue(answer)).toBe(await shaky.issue(answer));
    expect(asked).toBe(2);
  });
});
