import { describe, expect, it } from 'vitest';
import { batchResponse } from '../../apps/api/products/batch-schemas.js';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { answerOf, servedShop } from './served-shop.js';

const served = servedShop();

type Parameters_ = Record<string, string | string[]>;
type Body = Record<string, unknown>;

function getSimilar(id: string, parameters: Parameters_): Promise<Response> {
  const pairs = Object.entries(parameters).flatMap(([name, values]) => [values].flat().map((value) => [name, value]));
  return fetch(
    `${served.api.url}/v1/products/${id}/similar?${new URLSearchParams(pairs as [string, string][]).toString()}`,
  );
}
function post(path: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${served.api.url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);
async function faultsOf(response: Response) {
  expect(response.status).toBe(400);
  return problemSchema.parse(await response.json()).errors;
}

const ALL = ['both', 'near-colour', 'near-shape', 'like-dress', 'dress'];

describe('GET /v1/products/{id}/similar', () => {
  const similar = async (parameters: Parameters_) =>
    ids(await answerOf(await getSimilar('coat', { category: 'any', ...parameters })));

  /** For each parameter what it makes of ALL. */
  const CASES: Record<string, [string | string[], string[]][]> = {
    count: [['2', ['both', 'near-colour']]],
    dial: [
      ['0', ['near-shape', 'both', 'near-colour', 'like-dress', 'dress']],
      ['1', ['near-colour', 'both', 'near-shape', 'dress', 'like-dress']],
    ],
    category: [
      ['same', ['near-shape']],
      ['women > coats', ['near-shape']],
      ['Women', ALL],
    ],
    gender: [
      ['any', ['for-men', ...ALL]],
      ['male', ['for-men', 'both']],
    ],
    minPrice: [['65', ['near-shape', 'like-dress', 'dress']]],
    maxPrice: [['60', ['both', 'near-colour']]],
    inStock: [['false', ['sold-out', ...ALL]]],
    groupBy: [['product', ['both', 'both--red', ...ALL.slice(1)]]],
    includeSeenStyles: [['true', ['both', 'coat--blue', ...ALL.slice(1)]]],
    excludeProduct: [
      ['near-shape', ['both', 'near-colour', 'like-dress', 'dress']],
      [
        ['near-shape/m', 'both'],
        ['both--red', 'near-colour', 'like-dress', 'dress'],
      ],
    ],
    excludeStyle: [
      [
        ['c', 'f'],
        ['near-colour', 'near-shape', 'like-dress'],
      ],
    ],
    boost: [
      ["0.9:category = 'Women > Dresses'", ['both', 'near-colour', 'near-shape', 'like-dress', 'dress']],
      ["-1:attribute.fit = 'slim'", ['both', 'near-colour', 'near-shape', 'like-dress', 'dress']],
      ["-0.6:brand = 'brand c'", ['near-colour', 'near-shape', 'both', 'like-dress', 'dress']],
      [
        ["-0.6:brand = 'brand c'", '0.1:NOT onSale'],
        ['near-shape', 'both', 'near-colour', 'like-dress', 'dress'],
      ],
    ],
    minimumSimilarity: [['0.4', ['both', 'near-colour', 'near-shape']]],
    diversity: [['0.7', ['both', 'like-dress', 'near-colour', 'near-shape', 'dress']]],
    filter: [
      ["gender = 'male'", ['for-men']],
      ["brand IN ('BRAND A', 'brand c')", ['both', 'near-shape']],
      ['price < 60 OR price >= 75', ['near-colour', 'near-shape', 'like-dress']],
      ['onSale', ['near-colour']],
      ['NOT onSale AND NOT inStock', ['sold-out']],
      ['age < 1', ALL],
      ['age > 1', []],
      ["size = 'L'", ALL],
      ["size = 'XL'", []],
      ["attribute.fit = 'slim'", ['near-colour', 'near-shape']],
      ["NOT (attribute.fit = 'slim' OR category = 'Women > Dresses')", ['both']],
    ],
  };

  it.each(
    Object.entries(CASES).flatMap(([name, cases]) =>
      cases.map(([value, expected]) => [name, value, expected] as const),
    ),
  )('%s=%s', async (name, value, expected) => {
    expect(await similar({})).toEqual(ALL);
    expect(await similar({ [name]: value })).toEqual(expected);
  });

  it('has a test here for every parameter that is documented', async () => {
    const document = (await (await fetch(`${served.api.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { parameters: { name: string; in: string }[] }>>;
    };
    const parameters = document.paths['/v1/products/{id}/similar']?.['get']?.parameters ?? [];
    const documented = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    // What a scenario does is tested in scenarios.test.ts, what a shopperId does in experiments.test.ts.
    expect(documented.sort()).toEqual([...Object.keys(CASES), 'cursor', 'scenario', 'shopperId'].sort());
  });

  it('goes through all results by cursor, and tells a foreign cursor from a stale one', async () => {
    const first = await answerOf(await getSimilar('coat', { category: 'any', count: '3' }));
    expect(ids(first)).toEqual(ALL.slice(0, 3));
    expect(first.filter).toBe("inStock AND gender IN ('female', 'unisex')");
    const cursor = first.nextCursor as string;
    const second = await answerOf(await getSimilar('coat', { category: 'any', count: '3', cursor }));
    expect(ids(second)).toEqual(ALL.slice(3));
    expect(second).toMatchObject({ nextCursor: null, shortfall: { asked: 3, given: 2 } });
    const refused = async (parameters: Parameters_, status: number) => {
      const response = await getSimilar('coat', parameters);
      expect(response.status).toBe(status);
      return problemSchema.parse(await response.json()).code;
    };
    expect(await refused({ category: 'same', cursor }, 400)).toBe('cursor-invalid');
    expect(await refused({ category: 'any', cursor: 'abc' }, 400)).toBe('cursor-invalid');
    const [, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const old = Buffer.from(JSON.stringify([99, ...rest])).toString('base64url');
    expect(await refused({ category: 'any', cursor: old }, 409)).toBe('cursor-stale');
  });

  it('shows a filter that can be sent back, and refuses what it could not show', async () => {
    const first = await answerOf(
      await getSimilar('coat', { minPrice: '0.000001', maxPrice: '79.5', category: 'any', filter: 'NOT onSale' }),
    );
    expect(first.filter).toBe(
      "inStock AND gender IN ('female', 'unisex') AND price >= 0.000001 AND price <= 79.5 AND NOT onSale",
    );
    const again = await answerOf(await getSimilar('coat', { category: 'any', filter: first.filter ?? '' }));
    expect([ids(again), again.filter]).toEqual([ids(first), first.filter]);
    for (const price of ['0.00000000001', '12.3456789', '1234567890']) {
      expect((await faultsOf(await getSimilar('coat', { maxPrice: price })))[0]?.path).toBe('maxPrice');
    }
    expect(await faultsOf(await getSimilar('coat', { gender: 'robot' }))).toEqual([
      { path: 'gender', message: expect.stringContaining('"female"|"male"|"unisex"|"any"') as string },
    ]);
    const gendered = await post('recommendations', { signals: [], gender: 'robot' });
    expect((await faultsOf(gendered))[0]?.path).toBe('gender');
  });

  it('says where a filter goes wrong', async () => {
    const { detail } = problemSchema.parse(await (await getSimilar('coat', { filter: 'price <' })).json());
    expect(detail).toBe('filter: Column 8: expected a number, not the end.');
    expect(await faultsOf(await getSimilar('coat', { filter: 'price < AND inStock' }))).toEqual([
      { path: 'filter', message: "Column 9: expected a number, not 'AND'.", column: 9 },
    ]);
    expect(await faultsOf(await getSimilar('coat', { boost: ['0.1:onSale', '0.2:on sale'] }))).toEqual([
      {
        path: 'boost[1]',
        message: expect.stringContaining("Column 5: expected '(', NOT or one of") as string,
        column: 5,
      },
    ]);
    expect((await faultsOf(await getSimilar('coat', { boost: '3:onSale' })))[0]?.message).toContain('from -1 to 1');
    expect(await faultsOf(await getSimilar('coat', { filter: ' '.repeat(5_001) }))).toEqual([
      { path: 'filter', message: expect.any(String) as string },
    ]);
  });
});

/** For each member what it makes of ALL. */
const MEMBERS: Record<string, [unknown, string[]][]> = {
  signals: [
    [[{ productId: 'dress', type: 'view' }], ['like-dress', 'near-colour', 'near-shape', 'coat--blue', 'both--red']],
  ],
  count: [[2, ['both', 'near-colour']]],
  dial: [[0, ['near-shape', 'both', 'near-colour', 'like-dress', 'dress']]],
  category: [
    ['same', ['near-shape']],
    ['Women > Dresses', ['like-dress', 'dress']],
  ],
  gender: [['male', ['for-men', 'both']]],
  minPrice: [[65, ['near-shape', 'like-dress', 'dress']]],
  maxPrice: [[60, ['both', 'near-colour']]],
  inStock: [[false, ['sold-out', ...ALL]]],
  groupBy: [['product', ['both', 'both--red', ...ALL.slice(1)]]],
  includeSeenStyles: [[true, ['both', 'coat--blue', ...ALL.slice(1)]]],
  exclude: [
    [{ products: ['near-shape'] }, ['both', 'near-colour', 'like-dress', 'dress']],
    [{ styles: ['c'] }, ALL.slice(1)],
  ],
  boosts: [
    [[{ filter: "brand = 'Brand c'", weight: -0.6 }], ['near-colour', 'near-shape', 'both', 'like-dress', 'dress']],
  ],
  minimumSimilarity: [[0.4, ['both', 'near-colour', 'near-shape']]],
  diversity: [[0.7, ['both', 'like-dress', 'near-colour', 'near-shape', 'dress']]],
  filter: [["attribute.fit = 'slim'", ['near-colour', 'near-shape']]],
  includeSeen: [[true, ['coat', ...ALL]]],
};

describe('POST /v1/recommendations', () => {
  const signals = [{ productId: 'coat', type: 'view' }];
  const recommend = async (body: Body) => ids(await answerOf(await post('recommendations', { signals, ...body })));

  const signal = (productId: string, type: string) => ({ productId, type });
  /** For each member that only means something beside others a body with and one without it, and what both come to. */
  const BESIDE_OTHERS: Record<string, [body: Body, expected: string[], without: string[]]> = {
    shopperId: [{ signals: [], fallback: false, shopperId: 'opa' }, ALL, []],
    rotation: [{ shopperId: 'opa', rotation: 1 }, ['near-colour', 'near-shape', 'both', 'like-dress', 'dress'], ALL],
    fallback: [{ signals: [signal('nothing', 'view')], count: 1, fallback: false }, [], ['coat']],
    interests: [
      { signals: [signal('coat', 'wishlist'), signal('dress', 'view')], interests: 1 },
      ['both', 'near-colour', 'near-shape', 'like-dress'],
      ['both', 'near-colour', 'like-dress', 'near-shape'],
    ],
    includeOwned: [
      { signals: [signal('coat', 'purchase')], includeOwned: true },
      ['both', 'coat', ...ALL.slice(1)],
      ALL,
    ],
    includeRejected: [
      { signals: [signal('coat', 'view'), signal('both', 'dislike')], includeRejected: true },
      ALL,
      ALL.slice(1),
    ],
  };

  it.each(Object.entries(BESIDE_OTHERS))('%s, beside others', async (name, [body, expected, without]) => {
    const at = new Date().toISOString();
    const events = ['coat', 'both'].map((productId, i) => {
      return { productId, type: i === 0 ? 'view' : 'impression', shopperId: 'opa', id: productId, at };
    });
    expect((await post('events', { events })).status).toBe(200);
    expect(await recommend(body)).toEqual(expected);
    expect(await recommend({ ...body, [name]: undefined })).toEqual(without);
  });

  it.each(
    Object.entries(MEMBERS).flatMap(([name, cases]) =>
      cases.map(([value, expected]) => [name, value, expected] as const),
    ),
  )('%s: %j', async (name, value, expected) => {
    expect(await recommend({})).toEqual(ALL);
    expect(await recommend({ [name]: value })).toEqual(expected);
  });

  it('has a test here for every member that is documented', async () => {
    const document = (await (await fetch(`${served.api.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: object }> };
    };
    const documented = Object.keys(document.components.schemas['RecommendationRequest']?.properties ?? {});
    const tested = [...Object.keys(MEMBERS), ...Object.keys(BESIDE_OTHERS), 'cursor', 'scenario'];
    expect(documented.sort()).toEqual(tested.sort());
  });

  it('goes on by cursor', async () => {
    const body = { signals, count: 4 };
    const first = await answerOf(await post('recommendations', body));
    expect(await recommend({ count: 4, cursor: first.nextCursor })).toEqual(ALL.slice(4));
  });

  it('says where a filter goes wrong', async () => {
    const boosts = [{ filter: "colour = 'red", weight: 0.1 }];
    expect(await faultsOf(await post('recommendations', { signals, boosts, filter: 'onSale AND' }))).toEqual([
      { path: 'filter', message: expect.stringContaining('Column 11') as string, column: 11 },
      { path: 'boosts[0].filter', message: expect.stringContaining('the quote that ends') as string, column: 14 },
    ]);
  });
});

describe('POST /v1/recommendations/batch', () => {
  const batch = async (body: Body) => {
    const response = await post('recommendations/batch', body);
    expect(response.status).toBe(200);
    return batchResponse.parse(await response.json()).answers;
  };
  const shown = (answers: Awaited<ReturnType<typeof batch>>) =>
    answers.map(({ answer }) => (answer ? ids(answer) : null));

  it('gives each request its own answer or its own problem', async () => {
    const answers = await batch({
      requests: [
        { similarTo: 'coat', count: 1 },
        { signals: [{ productId: 'dress', type: 'view' }], count: 1 },
        { similarTo: 'nothing' },
        { similarTo: 'coat', filter: 'price' },
        { similarTo: 'coat', signals: [] },
        { fallback: false },
      ],
    });
    expect(shown(answers)).toEqual([['near-shape'], ['like-dress'], null, null, null, []]);
    const [, , unknown, invalid, both] = answers.map(({ problem }) => problem);
    expect(unknown).toMatchObject({ code: 'product-unknown', status: 404 });
    expect(invalid).toMatchObject({ code: 'request-invalid', errors: [{ path: 'filter', column: 6 }] });
    expect(both).toMatchObject({
      code: 'request-invalid',
      errors: [{ path: 'signals', message: 'is not known here' }],
    });
    expect(answers[5]?.answer?.shortfall).toMatchObject({ code: 'no-signals' });
    const given = answers.flatMap(({ answer }) => answer?.recommendationId ?? []);
    expect(new Set(given).size).toBe(3);
  });

  const { signals: _, includeSeen: __, ...ofSimilar } = MEMBERS;

  it.each(
    Object.entries(ofSimilar).flatMap(([name, cases]) =>
      cases.map(([value, expected]) => [name, value, expected] as const),
    ),
  )('takes of a product %s: %j', async (name, value, expected) => {
    const request = { similarTo: 'coat', category: 'any' };
    expect(shown(await batch({ requests: [request, { ...request, [name]: value }] }))).toEqual([ALL, expected]);
  });

  it('goes on by the cursors of a product, each with what it was asked with', async () => {
    const request = { similarTo: 'coat', category: 'any', count: 3 };
    const [first] = await batch({ requests: [request] });
    const next = { ...request, cursor: first?.answer?.nextCursor };
    const answers = await batch({ requests: [next, { ...next, dial: 0.2 }] });
    expect(shown(answers)).toEqual([ALL.slice(3), null]);
    expect(answers[1]?.problem?.code).toBe('cursor-invalid');
  });

  it('has a test here for every member of a request about a product that is documented', async () => {
    const document = (await (await fetch(`${served.api.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: object }> };
    };
    const documented = Object.keys(document.components.schemas['SimilarRequest']?.properties ?? {});
    // What a scenario does is tested in scenarios.test.ts, what a shopperId does in experiments.test.ts.
    expect(documented.sort()).toEqual(
      [...Object.keys(ofSimilar), 'cursor', 'scenario', 'similarTo', 'shopperId'].sort(),
    );
  });

  it('shows nothing twice where that is asked, no second colour either', async () => {
    const request = { similarTo: 'coat', category: 'any', count: 2 };
    const requests = [request, request, { ...request, groupBy: 'product' }];
    expect(shown(await batch({ requests }))).toEqual([
      ['both', 'near-colour'],
      ['both', 'near-colour'],
      ['both', 'both--red'],
    ]);
    const distinct = await batch({ requests, distinct: true });
    expect(shown(distinct)).toEqual([
      ['both', 'near-colour'],
      ['near-shape', 'like-dress'],
      ['both--red', 'dress'],
    ]);
    expect(distinct.map(({ answer }) => answer?.nextCursor)).toEqual([null, null, null]);
    const paged = [request, { ...request, cursor: 'eyJ' }];
    expect(await faultsOf(await post('recommendations/batch', { requests: paged, distinct: true }))).toEqual([
      { path: 'requests[1].cursor', message: expect.stringContaining('no next pages') as string },
    ]);
  });

  it('takes one to ten requests', async () => {
    expect((await faultsOf(await post('recommendations/batch', { requests: [] })))[0]?.path).toBe('requests');
    const requests = Array.from({ length: 11 }, () => ({ similarTo: 'coat' }));
    expect((await faultsOf(await post('recommendations/batch', { requests })))[0]?.path).toBe('requests');
    expect((await faultsOf(await post('recommendations/batch', { requests: ['coat'] })))[0]?.path).toBe('requests[0]');
  });
});
