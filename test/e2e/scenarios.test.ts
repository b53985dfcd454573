import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batchResponse } from '../../apps/api/products/batch-schemas.js';
import { recommendationsResponse } from '../../apps/api/products/product-schemas.js';
import { scenarioResponse, scenariosResponse } from '../../apps/api/merchandising/scenario-schemas.js';
import { answerOf, askJson, problemOf, servedShop } from './served-shop.js';
import { startApi } from './start-api.js';

const served = servedShop();
afterEach(async () => {
  const { scenarios } = scenariosResponse.parse(await (await ask('GET', 'scenarios')).json());
  for (const { name } of scenarios) expect((await ask('DELETE', `scenarios/${name}`)).status).toBe(200);
});

type Body = Record<string, unknown>;

const ask = (method: string, path: string, body?: unknown) => askJson(served.api, method, path, body);
async function put(name: string, settings: Body) {
  const response = await ask('PUT', `scenarios/${name}`, settings);
  expect([response.status, await response.clone().text()]).toEqual([200, expect.anything()]);
  return scenarioResponse.parse(await response.json());
}
const signals = [{ productId: 'coat', type: 'view' }];
const recommend = async (body: Body) => answerOf(await ask('POST', 'recommendations', { signals, ...body }));
const similar = async (query: string, id = 'coat') => answerOf(await ask('GET', `products/${id}/similar?${query}`));
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);

describe('a stored scenario', () => {
  const signal = (productId: string, type: string) => ({ productId, type });
  /** For each setting a value that changes the answer to a request. */
  const SETTINGS: Record<string, [value: unknown, request?: Body]> = {
    count: [2],
    dial: [0],
    filter: ["attribute.fit = 'slim'"],
    category: ['Women > Dresses'],
    gender: ['male'],
    minPrice: [65],
    maxPrice: [60],
    inStock: [false],
    groupBy: ['product'],
    includeSeenStyles: [true],
    exclude: [{ products: ['near-shape'], styles: ['c'] }],
    boosts: [[{ filter: "brand = 'Brand c'", weight: -0.6 }]],
    minimumSimilarity: [0.4],
    diversity: [0.7],
    interests: [1, { signals: [signal('coat', 'wishlist'), signal('dress', 'view')] }],
    includeSeen: [true],
    includeOwned: [true, { signals: [signal('coat', 'purchase')] }],
    includeRejected: [true, { signals: [signal('coat', 'view'), signal('both', 'dislike')] }],
    rotation: [1, { shopperId: 'opa' }],
    fallback: [false, { signals: [signal('nothing', 'view')] }],
  };

  beforeAll(async () => {
    const events = ['coat', 'both'].map((productId, i) => {
      return { productId, type: i === 0 ? 'view' : 'impression', shopperId: 'opa', id: productId };
    });
    expect((await ask('POST', 'events', { events })).status).toBe(200);
  });

  it.each(Object.entries(SETTINGS))('says %s where the request does not', async (name, [value, request = {}]) => {
    await put('home', { [name]: value });
    const plain = await recommend(request);
    const steered = await recommend({ ...request, scenario: 'home' });
    expect(ids(steered)).not.toEqual(ids(plain));
    const { recommendationId: one, ...given } = steered;
    const { recommendationId: other, ...said } = await recommend({ ...request, [name]: value });
    expect(one).not.toBe(other);
    const comparable = (answer: typeof given) => ({ ...answer, results: ids(answer), nextCursor: null });
    expect(comparable(given)).toEqual(comparable(said));
  });

  it('has a test here for every setting that is documented', async () => {
    const document = (await (await fetch(`${served.api.url}/openapi.json`)).json()) as {
      components: { schemas: Record<string, { properties: object }> };
    };
    const documented = Object.keys(document.components.schemas['ScenarioSettings']?.properties ?? {});
    expect(documented.sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('gives way to the request, member by member; what both exclude is excluded', async () => {
    await put('home', { category: 'any', count: 2, dial: 0, exclude: { styles: ['c'] } });
    const scenario = 'scenario=home';
    expect(await similar(scenario)).toMatchObject({ dial: 0, results: [{ productId: 'near-shape' }, {}] });
    expect(ids(await similar(scenario))).toEqual(['near-shape', 'near-colour']);
    expect(ids(await similar(`${scenario}&dial=1`))).toEqual(['near-colour', 'near-shape']);
    expect(ids(await similar(`${scenario}&count=1&excludeProduct=near-shape`))).toEqual(['near-colour']);
    expect(ids(await similar(`${scenario}&category=same`))).toEqual(['near-shape']);
  });

  it('holds for similar items, for shoppers and in batches alike', async () => {
    await put('home', { filter: "category = 'Women > Dresses'", groupBy: 'product' });
    const dresses = ['like-dress', 'dress'];
    expect(ids(await similar('scenario=home'))).toEqual(dresses);
    expect(ids(await recommend({ scenario: 'home' }))).toEqual(dresses);
    const requests = [
      { similarTo: 'coat', scenario: 'home', count: 1 },
      { signals, scenario: 'home' },
    ];
    const batch = await ask('POST', 'recommendations/batch', { requests, distinct: true });
    const { answers } = batchResponse.parse(await batch.json());
    expect(answers.map(({ answer }) => answer && ids(answer))).toEqual([['like-dress'], ['dress']]);
    expect(answers[0]?.answer?.filter).toContain("category = 'Women > Dresses'");
  });

  it('is a mere name where nothing is stored under it', async () => {
    await put('home', { count: 1 });
    expect(ids(await recommend({ scenario: 'elsewhere' }))).toEqual(ids(await recommend({})));
    await ask('DELETE', 'scenarios/home');
    expect(ids(await recommend({ scenario: 'home' }))).toEqual(ids(await recommend({})));
  });

  it('that changes between two pages makes the cursor stale', async () => {
    await put('home', { dial: 0, count: 2 });
    const first = await recommend({ scenario: 'home' });
    const { nextCursor: cursor } = first;
    expect(ids(await recommend({ scenario: 'home', cursor }))).toEqual(['near-colour', 'like-dress']);
    await put('home', { dial: 0.1, count: 2 });
    const response = await ask('POST', 'recommendations', { signals, scenario: 'home', cursor });
    expect([response.status, (await problemOf(response)).code]).toEqual([409, 'cursor-stale']);
    expect((await similar('scenario=home')).dial).toBe(0.1);
  });

  it('is read once, whatever the number of requests, and a change through another process holds a second later', async () => {
    let now = new Date();
    const other = await startApi(served.shop.database, {
      ...{ feedDir: served.shop.directory, home: served.shop.directory, clock: { now: () => now } },
    });
    try {
      const dial = async () => {
        const response = await fetch(`${other.url}/v1/products/coat/similar?scenario=home`);
        return recommendationsResponse.parse(await response.json()).dial;
      };
      expect(await dial()).toBe(0.5);
      await put('home', { dial: 0.9 });
      expect(await dial()).toBe(0.5);
      now = new Date(now.getTime() + 1_000);
      expect(await dial()).toBe(0.9);
    } finally {
      await other.close();
    }
  });
});

describe('scenarios over HTTP', () => {
  it('are stored, shown, listed and removed', async () => {
    const settings = { dial: 0.3, boosts: [{ filter: 'onSale', weight: 0.1 }] };
    const stored = await put('home-top', settings);
    expect(stored).toMatchObject({ name: 'home-top', settings, updatedBy: 'anyone on this machine' });
    expect(await (await ask('GET', 'scenarios/home-top')).json()).toEqual(stored);
    expect(await (await ask('GET', 'scenarios')).json()).toEqual({ scenarios: [stored] });
    expect(await (await ask('DELETE', 'scenarios/home-top')).json()).toEqual({ removed: 'home-top' });
    for (const method of ['GET', 'DELETE']) {
      const response = await ask(method, 'scenarios/home-top');
      expect([response.status, (await problemOf(response)).code]).toEqual([404, 'scenario-unknown']);
    }
  });

  it('are checked member by member, filters to the column', async () => {
    const faults = async (settings: unknown) => {
      const response = await ask('PUT', 'scenarios/home', settings);
      expect(response.status).toBe(400);
      return (await problemOf(response)).errors;
    };
    expect(await faults({ filter: 'price < AND inStock', boosts: [{ filter: 'on sale', weight: 2 }] })).toEqual([
      { path: 'filter', message: "Column 9: expected a number, not 'AND'.", column: 9 },
      { path: 'boosts[0].filter', message: expect.stringContaining("expected '('") as string, column: 1 },
      { path: 'boosts[0].weight', message: expect.any(String) as string },
    ]);
    for (const unknown of ['cursor', 'scenario', 'signals', 'similarTo', 'diall']) {
      expect(await faults({ [unknown]: 'x' })).toEqual([{ path: unknown, message: 'is not known here' }]);
    }
    expect(await faults({ minPrice: 5, maxPrice: 4 })).toEqual([
      { path: 'minPrice', message: 'must not be above maxPrice' },
    ]);
    expect((await faults([]))[0]?.path).toBe('');
    expect((await ask('PUT', 'scenarios/no%20name', {})).status).toBe(400);
    expect((await ask('GET', 'scenarios/home')).status).toBe(404);
  });
});
