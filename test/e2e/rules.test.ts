import { afterEach, describe, expect, it } from 'vitest';
import { batchResponse } from '../../apps/api/products/batch-schemas.js';
import {
  previewResponse,
  ruleResponse,
  rulesResponse,
  writtenRuleResponse,
} from '../../apps/api/merchandising/rule-schemas.js';
import { answerOf, askJson, problemOf, servedShop } from './served-shop.js';

const served = servedShop();
afterEach(async () => {
  const { rules } = rulesResponse.parse(await (await ask('GET', 'rules')).json());
  for (const { id } of rules) expect((await ask('DELETE', `rules/${id}`)).status).toBe(200);
});

type Body = Record<string, unknown>;

const ask = (method: string, path: string, body?: unknown) => askJson(served.api, method, path, body);
async function add(rule: Body) {
  const response = await ask('POST', 'rules', { name: 'a rule', ...rule });
  expect([response.status, await response.clone().text()]).toEqual([201, expect.anything()]);
  return writtenRuleResponse.parse(await response.json());
}
const signals = [{ productId: 'coat', type: 'view' }];
const recommend = async (body: Body = {}) => answerOf(await ask('POST', 'recommendations', { signals, ...body }));
const similar = async (query = '', id = 'coat') =>
  answerOf(await ask('GET', `products/${id}/similar?category=any&${query}`));
type Answer = Awaited<ReturnType<typeof similar>>;
const ids = ({ results }: Pick<Answer, 'results'>) => results.map(({ productId }) => productId);
/** Each result with the kinds of the rules that touched it. */
const touched = ({ results }: Pick<Answer, 'results'>) =>
  results.flatMap(({ productId, rules }) => (rules.length > 0 ? [[productId, ...rules.map(({ kind }) => kind)]] : []));

const ALL = ['both', 'near-colour', 'near-shape', 'like-dress', 'dress'];
const DRESSES = { filter: "category = 'Women > Dresses'" };

describe('a rule', () => {
  it('is named in the answer and in what it touched', async () => {
    const { id } = await add({ kind: 'boost', name: 'Slim first', filter: "attribute.fit = 'slim'", weight: 0.9 });
    const answer = await similar();
    const reference = { id, name: 'Slim first', kind: 'boost' };
    expect(ids(answer)).toEqual(['near-colour', 'near-shape', 'both', 'like-dress', 'dress']);
    expect(answer.rules).toEqual([reference]);
    expect(answer.results.map(({ boost, rules }) => [boost, rules])).toEqual([
      ...[0.9, 0.9].map((boost) => [boost, [reference]]),
      ...[0, 0, 0].map((boost) => [boost, []]),
    ]);
  });

  const KINDS: [Body, string[], string[][]][] = [
    [{ kind: 'pin', product: 'dress', position: 2 }, ['both', 'dress', ...ALL.slice(1, 4)], [['dress', 'pin']]],
    [{ kind: 'pin', product: 'dress/m', position: 1 }, ['dress', ...ALL.slice(0, 4)], [['dress', 'pin']]],
    [{ kind: 'pin', product: 'both', position: 40 }, [...ALL.slice(1), 'both'], [['both', 'pin']]],
    [
      { kind: 'boost', filter: 'price >= 75', weight: 1 },
      ['near-shape', 'both', 'near-colour', 'like-dress', 'dress'],
      [
        ['near-shape', 'boost'],
        ['like-dress', 'boost'],
      ],
    ],
    [
      { kind: 'bury', filter: "brand = 'Brand c'", weight: 0.6 },
      ['near-colour', 'near-shape', 'both', 'like-dress', 'dress'],
      [['both', 'bury']],
    ],
    [{ kind: 'hide', what: DRESSES }, ALL.slice(0, 3), []],
    [
      { kind: 'hide', what: { products: ['both/l', 'dress'] } },
      ['both--red', 'near-colour', 'near-shape', 'like-dress'],
      [],
    ],
    [{ kind: 'never-together', sets: [DRESSES, { products: ['near-colour'] }] }, ALL.slice(0, 3), []],
    [{ kind: 'never-together', sets: [{ products: ['coat'] }, DRESSES] }, ALL.slice(0, 3), []],
  ];
  it.each(KINDS)('%j', async (rule, expected, by) => {
    expect(ids(await similar())).toEqual(ALL);
    await add(rule);
    const answer = await similar();
    expect([ids(answer), touched(answer)]).toEqual([expected, by]);
  });

  const later = new Date(Date.now() + 3_600_000).toISOString();
  const earlier = new Date(Date.now() - 3_600_000).toISOString();
  /** For each condition where the request to similar items of the coat meets it, and where it does not. */
  const CONDITIONS: Record<string, { met: [unknown, query?: string][]; unmet: [unknown, query?: string][] }> = {
    product: {
      met: [[{ products: ['coat/m'] }], [{ filter: 'price >= 100' }]],
      unmet: [[{ products: ['dress'] }], [{ filter: 'price < 100' }]],
    },
    category: {
      met: [['women'], ['Women > Coats'], ['Women > Tops', 'category=Women > Tops']],
      unmet: [['Women > Dresses'], ['Women > Coats > Long']],
    },
    scenarios: {
      met: [[['basket', 'home'], 'scenario=home']],
      unmet: [[['basket'], 'scenario=home'], [['home']]],
    },
    from: { met: [[earlier]], unmet: [[later]] },
    until: { met: [[later]], unmet: [[earlier]] },
  };
  it.each(Object.entries(CONDITIONS))('holds under a condition on %s', async (name, { met, unmet }) => {
    for (const [cases, holds] of [
      [met, true],
      [unmet, false],
    ] as const) {
      for (const [value, query = ''] of cases) {
        const { id } = await add({ kind: 'hide', what: { products: ['both'] }, when: { [name]: value } });
        const answer = await answerOf(await ask('GET', `products/coat/similar?${query || 'category=any'}`));
        expect([value, answer.rules.length, ids(answer).includes('both')]).toEqual([value, holds ? 1 : 0, !holds]);
        await ask('DELETE', `rules/${id}`);
      }
    }
  });

  it('has a test here for every kind and condition that is documented', async () => {
    type Schema = { oneOf?: Schema[]; anyOf?: Schema[]; properties: Record<string, Schema & { enum?: string[] }> };
    const document = (await (await fetch(`${served.api.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, Schema> };
    };
    const { oneOf, anyOf } = document.components.schemas['RuleRequest']!;
    const kinds = (oneOf ?? anyOf)!;
    expect(new Set(kinds.map(({ properties }) => properties['kind']?.enum?.[0]))).toEqual(
      new Set(KINDS.map(([{ kind }]) => kind)),
    );
    for (const { properties } of kinds) {
      expect(Object.keys(properties['when']!.properties).sort()).toEqual(Object.keys(CONDITIONS).sort());
    }
  });

  it('does nothing while it is disabled', async () => {
    const rule = { kind: 'hide', name: 'off', what: { products: ['both'] }, enabled: false };
    const { id } = await add(rule);
    expect(ids(await similar())).toEqual(ALL);
    expect((await ask('PUT', `rules/${id}`, { ...rule, enabled: true })).status).toBe(200);
    expect(ids(await similar())).not.toContain('both');
  });

  it('holds for shoppers, in a fallback, and in batches', async () => {
    await add({ kind: 'pin', product: 'dress', position: 1 });
    await add({ kind: 'hide', what: { products: ['both'] } });
    await add({ kind: 'boost', filter: "brand = 'Brand a'", weight: 0.5 });
    const answer = await recommend({ groupBy: 'product' });
    expect(ids(answer)).toEqual(['dress', 'near-shape', 'both--red', 'near-colour', 'like-dress']);
    expect(touched(answer)).toEqual([
      ['dress', 'pin'],
      ['near-shape', 'boost'],
    ]);
    expect(answer.results[0]).toMatchObject({ interest: { productId: 'coat', share: 1 }, boost: 0 });
    const fallback = await recommend({ signals: [], count: 3 });
    expect(fallback.fallback).not.toBeNull();
    expect([ids(fallback)[0], touched(fallback), ids(fallback).length]).toEqual(['dress', [['dress', 'pin']], 3]);
    expect(ids(await recommend({ signals: [], count: 50 }))).not.toContain('both');
    const requests = [
      { similarTo: 'coat', category: 'any', count: 2 },
      { signals, count: 2 },
    ];
    const { answers } = batchResponse.parse(
      await (await ask('POST', 'recommendations/batch', { requests, distinct: true })).json(),
    );
    expect(answers.map((one) => one.answer && ids(one.answer))).toEqual([
      ['dress', 'near-shape'],
      ['both--red', 'near-colour'],
    ]);
  });

  it('lets the answer stay as long as was asked for where there is more', async () => {
    await add({ kind: 'hide', what: { products: ['both'] } });
    await add({ kind: 'never-together', sets: [{ products: ['both--red'] }, { products: ['near-colour'] }] });
    const answer = await similar('count=3');
    expect([ids(answer), answer.shortfall]).toEqual([['both--red', 'near-shape', 'like-dress'], null]);
  });

  it('is counted where an answer is short', async () => {
    await add({ kind: 'pin', product: 'dress', position: 1 });
    const answer = await similar('count=50&groupBy=product');
    expect(answer.shortfall?.reason).toBe(
      `Only ${answer.results.length - 1} products pass the filters and exclusions. Rules pin 1 more.`,
    );
  });

  it('goes on over pages; a change between them makes the cursor stale', async () => {
    await add({ kind: 'pin', product: 'dress', position: 3 });
    const first = await similar('count=2');
    expect(ids(first)).toEqual(['both', 'near-colour']);
    const second = await similar(`count=2&cursor=${first.nextCursor}`);
    expect([ids(second), touched(second)]).toEqual([['dress', 'near-shape'], [['dress', 'pin']]]);
    expect(ids(await similar(`count=2&cursor=${second.nextCursor}`))).toEqual(['like-dress']);
    await add({ kind: 'hide', what: { products: ['both'] } });
    const response = await ask('GET', `products/coat/similar?category=any&count=2&cursor=${first.nextCursor}`);
    expect([response.status, (await problemOf(response)).code]).toEqual([409, 'cursor-stale']);
  });

  it('that changes is seen by who keeps an answer, also where the answer stays as it is', async () => {
    const path = 'products/coat/similar?category=any&count=2';
    const kept = (await ask('GET', path)).headers.get('etag') as string;
    const again = () => fetch(`${served.api.url}/v1/${path}`, { headers: { 'if-none-match': kept } });
    expect((await again()).status).toBe(304);
    await add({ kind: 'hide', what: { products: ['dress'] }, when: { category: 'Men' } });
    const response = await again();
    expect(response.status).toBe(200);
    const { nextCursor } = await answerOf(response);
    expect(ids(await similar(`count=2&cursor=${nextCursor}`))).toEqual(['near-shape', 'like-dress']);
  });
});

describe('a pin', () => {
  const pin = async (product: string, query = '') => {
    const { id } = await add({ kind: 'pin', product, position: 1 });
    const answer = await similar(query);
    await ask('DELETE', `rules/${id}`);
    return answer.results[0]?.productId === product;
  };

  it('gives way to what the request says and the shopper excludes, and not to what is taken over from the product', async () => {
    expect(await pin('for-men')).toBe(true);
    expect(await pin('for-men', 'gender=female')).toBe(false);
    expect(await pin('dress')).toBe(true);
    expect(await pin('dress', 'maxPrice=60')).toBe(false);
    expect(await pin('dress', 'filter=onSale')).toBe(false);
    expect(await pin('dress', 'minimumSimilarity=0.9')).toBe(true);
    expect(await pin('dress', 'excludeProduct=dress')).toBe(false);
    expect(await pin('dress', 'excludeStyle=f')).toBe(false);
    expect(await pin('coat')).toBe(false);
    expect(await pin('coat--blue')).toBe(false);
    expect(await pin('coat--blue', 'includeSeenStyles=true')).toBe(true);
  });

  it('shows what is sold out only where that is asked for', async () => {
    expect(await pin('sold-out')).toBe(false);
    expect(await pin('sold-out', 'inStock=false')).toBe(true);
  });

  it('shows a product without an embedding, compared with nothing', async () => {
    await add({ kind: 'pin', product: 'unembedded', position: 1 });
    const [first] = (await similar()).results;
    expect(first).toMatchObject({ productId: 'unembedded', similarity: null, because: null, boost: 0 });
    const [pinned] = (await recommend()).results;
    expect(pinned).toMatchObject({ productId: 'unembedded', similarity: null, interest: null });
  });

  it('takes its style with it', async () => {
    await add({ kind: 'pin', product: 'both--red', position: 3 });
    expect(ids(await similar())).toEqual(['near-colour', 'near-shape', 'both--red', 'like-dress', 'dress']);
    expect(ids(await similar('groupBy=product'))).toEqual(['both', 'near-colour', 'both--red', ...ALL.slice(2)]);
  });

  it('on a taken place stands behind: the higher priority first, then the older', async () => {
    await add({ kind: 'pin', product: 'near-shape', position: 1 });
    await add({ kind: 'pin', product: 'like-dress', position: 1 });
    await add({ kind: 'pin', product: 'dress', position: 1, priority: 1 });
    expect(ids(await similar())).toEqual(['dress', 'near-shape', 'like-dress', 'both', 'near-colour']);
  });

  it('gives way to hide, and of two that never come together the second does', async () => {
    await add({ kind: 'pin', product: 'dress', position: 2 });
    await add({ kind: 'pin', product: 'near-colour', position: 1, priority: -1 });
    await add({ kind: 'never-together', sets: [DRESSES, { filter: 'price < 50' }] });
    expect(ids(await similar())).toEqual(['both', 'dress', 'near-shape', 'like-dress']);
    await add({ kind: 'hide', what: DRESSES });
    expect(ids(await similar())).toEqual(['near-colour', 'both', 'near-shape']);
  });
});

describe('boosts and buries', () => {
  it('add up, with those of the request, and ten hold at most', async () => {
    await add({ kind: 'boost', filter: 'inStock', weight: 0.5 });
    await add({ kind: 'bury', filter: 'inStock', weight: 0.25 });
    const { results } = await similar(`boost=${encodeURIComponent('0.125:inStock')}`);
    expect(results.map(({ boost }) => boost)).toEqual([0.375, 0.375, 0.375, 0.375, 0.375]);
    for (let i = 0; i < 9; i += 1) await add({ kind: 'boost', filter: 'inStock', weight: 0.5, priority: -i });
    const answer = await similar();
    expect(answer.rules).toHaveLength(10);
    expect(answer.results[0]?.boost).toBe(0.5 - 0.25 + 8 * 0.5);
  });
});

describe('rules over HTTP', () => {
  const rule = { kind: 'hide', name: 'No dresses', what: DRESSES, when: { scenarios: ['home'] } };

  it('are made, shown, listed, replaced and removed, and tell by whom', async () => {
    const made = await add(rule);
    const { unknown, ...stored } = made;
    expect(made).toMatchObject({ rule: { ...rule, enabled: true, priority: 0 }, createdBy: 'anyone on this machine' });
    expect(unknown).toEqual([]);
    expect(ruleResponse.parse(await (await ask('GET', `rules/${made.id}`)).json())).toEqual(stored);
    const second = await add({ ...rule, name: 'Before', priority: 5 });
    expect(second.id).toBeGreaterThan(made.id);
    const { rules } = rulesResponse.parse(await (await ask('GET', 'rules')).json());
    expect(rules.map(({ id }) => id)).toEqual([second.id, made.id]);
    const put = await ask('PUT', `rules/${made.id}`, { ...rule, priority: 9 });
    const replaced = writtenRuleResponse.parse(await put.json());
    expect(replaced).toMatchObject({ id: made.id, createdAt: made.createdAt, rule: { priority: 9 } });
    expect(replaced.updatedAt > made.updatedAt).toBe(true);
    expect(await (await ask('DELETE', `rules/${second.id}`)).json()).toEqual({ removed: second.id });
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', rule]] as const) {
      const response = await ask(method, `rules/${second.id}`, body);
      expect([response.status, (await problemOf(response)).code]).toEqual([404, 'rule-unknown']);
    }
    expect((await add(rule)).id).toBeGreaterThan(second.id);
  });

  it('hold ids of products in place of those of offers, and name ids that are unknown', async () => {
    const sets = [{ products: ['coat/m', 'coat/l', 'nothing'] }, { products: ['dress'] }];
    const made = await add({ kind: 'never-together', sets, when: { product: { products: ['both/m', 'gone'] } } });
    expect(made.rule).toMatchObject({
      sets: [{ products: ['coat', 'nothing'] }, { products: ['dress'] }],
      when: { product: { products: ['both', 'gone'] } },
    });
    expect(made.unknown).toEqual(['gone', 'nothing']);
    const pin = await add({ kind: 'pin', product: 'nothing', position: 1 });
    expect([pin.unknown, ids(await similar())]).toEqual([['nothing'], ALL]);
  });

  it('are checked member by member, filters to the column', async () => {
    const faults = async (body: unknown) => {
      const response = await ask('POST', 'rules', body);
      expect(response.status).toBe(400);
      return (await problemOf(response)).errors;
    };
    const name = 'a rule';
    expect(await faults({ name, kind: 'boost', filter: 'price < AND inStock', weight: 0 })).toEqual([
      { path: 'filter', message: "Column 9: expected a number, not 'AND'.", column: 9 },
      { path: 'weight', message: expect.any(String) as string },
    ]);
    expect((await faults({ name, kind: 'lift', filter: 'inStock' }))[0]?.path).toBe('kind');
    expect((await faults({ name, kind: 'pin', product: 'a', position: 0 }))[0]?.path).toBe('position');
    expect((await faults({ name: ' ', kind: 'hide', what: DRESSES }))[0]?.path).toBe('name');
    expect(await faults({ name, kind: 'hide', what: { ...DRESSES, products: ['a'] } })).toEqual([
      { path: 'what', message: 'must have either filter or products' },
    ]);
    expect((await faults({ name, kind: 'never-together', sets: [DRESSES] }))[0]?.path).toMatch(/^sets/);
    expect(await faults({ name, kind: 'hide', what: DRESSES, position: 1 })).toEqual([
      { path: 'position', message: 'is not known here' },
    ]);
    const when = { from: '2026-12-24T00:00:00Z', until: '2026-12-24T01:00:00+01:00', product: { filter: 'on sale' } };
    expect(await faults({ name, kind: 'hide', what: DRESSES, when })).toEqual([
      { path: 'when.product.filter', message: expect.stringContaining("expected '('") as string, column: 1 },
      { path: 'when.from', message: 'must be before until' },
    ]);
    expect((await ask('GET', 'rules/0')).status).toBe(400);
    expect((await ask('GET', 'rules/9999999999')).status).toBe(400);
  });
});

describe('POST /v1/rules/preview', () => {
  const preview = async (body: Body) => {
    const response = await ask('POST', 'rules/preview', body);
    expect([response.status, await response.clone().text()]).toEqual([200, expect.anything()]);
    return previewResponse.parse(await response.json());
  };
  const request = { similarTo: 'coat', category: 'any', count: 4 };

  it('shows who moves, enters and leaves, and by which rule, and stores nothing', async () => {
    const hide = await add({ kind: 'hide', name: 'stored', what: { products: ['near-shape'] } });
    const rule = { kind: 'pin', name: 'Dress first', product: 'dress', position: 1 };
    const { before, after, moves, unknown } = await preview({ rule, request: { ...request, count: 3 } });
    expect([ids(before), ids(after)]).toEqual([
      ['both', 'near-colour', 'like-dress'],
      ['dress', 'both', 'near-colour'],
    ]);
    const by = { id: 0, name: 'Dress first', kind: 'pin' };
    expect(after.results[0]?.rules).toEqual([by]);
    expect(moves).toEqual([
      { productId: 'dress', from: null, to: 1, rules: [by] },
      { productId: 'both', from: 1, to: 2, rules: [] },
      { productId: 'near-colour', from: 2, to: 3, rules: [] },
      { productId: 'like-dress', from: 3, to: null, rules: [] },
    ]);
    expect(unknown).toEqual([]);
    const without = await preview({ id: hide.id, request });
    expect(without.moves).toEqual([
      { productId: 'near-shape', from: null, to: 3, rules: [{ id: hide.id, name: 'stored', kind: 'hide' }] },
      { productId: 'like-dress', from: 3, to: 4, rules: [] },
      { productId: 'dress', from: 4, to: null, rules: [] },
    ]);
    expect(rulesResponse.parse(await (await ask('GET', 'rules')).json()).rules).toHaveLength(1);
  });

  it('says which rule took a product out or lifted it', async () => {
    const name = 'tried';
    const takenBy = async (rule: Body) => (await preview({ rule: { name, ...rule }, request })).moves;
    const [hidden] = await takenBy({ kind: 'hide', what: { products: ['like-dress'] } });
    expect(hidden).toMatchObject({ productId: 'dress', from: null, to: 4, rules: [] });
    const gone = (moves: Awaited<ReturnType<typeof takenBy>>) => moves.find(({ to }) => to === null);
    expect(gone(await takenBy({ kind: 'hide', what: { products: ['like-dress'] } }))).toMatchObject({
      ...{ productId: 'like-dress', rules: [{ id: 0, name, kind: 'hide' }] },
    });
    expect(gone(await takenBy({ kind: 'bury', filter: "brand = 'brand c'", weight: 1 }))).toBeUndefined();
    const sets = [DRESSES, { products: ['both'] }];
    expect(gone(await takenBy({ kind: 'never-together', sets }))).toMatchObject({
      ...{ productId: 'like-dress', rules: [{ kind: 'never-together' }] },
    });
    const [first] = await takenBy({ kind: 'boost', filter: "brand = 'Brand a'", weight: 1 });
    expect(first).toMatchObject({ productId: 'near-shape', from: 3, to: 1, rules: [{ kind: 'boost' }] });
  });

  it('does not name a rule that touches a product as it did before', async () => {
    await add({ kind: 'boost', name: 'stored', filter: "brand = 'Brand a'", weight: 0.1 });
    const rule = { kind: 'pin', name: 'tried', product: 'dress', position: 1 };
    const { before, moves } = await preview({ rule, request });
    const boosted = before.results.find(({ rules }) => rules.length > 0)!.productId;
    expect(moves.find(({ productId }) => productId === boosted)).toMatchObject({ rules: [] });
    expect(moves[0]).toMatchObject({ productId: 'dress', rules: [{ name: 'tried' }] });
  });

  it('tries a rule in place of a stored one, on a shopper, and under a scenario', async () => {
    const { id } = await add({ kind: 'hide', what: DRESSES, when: { scenarios: ['home'] } });
    const rule = { kind: 'hide', name: 'other', what: { products: ['both'] }, when: { scenarios: ['home'] } };
    const { before, after } = await preview({ id, rule, request: { signals, scenario: 'home' } });
    expect([ids(before), ids(after)]).toEqual([ALL.slice(0, 3), ['both--red', ...ALL.slice(1)]]);
    expect(after.rules).toEqual([{ id, name: 'other', kind: 'hide' }]);
    const disabled = await preview({ id, rule: { ...rule, enabled: false }, request: { signals, scenario: 'home' } });
    expect(ids(disabled.after)).toEqual(ALL);
  });

  it('refuses what is no draft, no request or no rule', async () => {
    const refused = async (body: Body) => {
      const response = await ask('POST', 'rules/preview', body);
      const { code, errors } = await problemOf(response);
      return [response.status, code, errors[0]?.path];
    };
    expect(await refused({ request })).toEqual([400, 'request-invalid', '']);
    expect(await refused({ id: 4, request })).toEqual([404, 'rule-unknown', undefined]);
    const rule = { kind: 'hide', name: 'a', what: DRESSES };
    expect(await refused({ rule, request: { ...request, dial: 2 } })).toEqual([400, 'request-invalid', 'request.dial']);
    expect(await refused({ rule, request: { ...request, cursor: 'a' } })).toEqual([
      ...[400, 'request-invalid', 'request.cursor'],
    ]);
    expect(await refused({ rule, request: { similarTo: 'nothing' } })).toEqual([404, 'product-unknown', undefined]);
    expect(await refused({ rule: { ...rule, what: {} }, request })).toEqual([400, 'request-invalid', 'rule.what']);
  });
});
