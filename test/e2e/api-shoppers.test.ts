import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../apps/api/http/endpoint.js';
import { batchResponse } from '../../apps/api/products/batch-schemas.js';
import { recommendationsResponse } from '../../apps/api/products/product-schemas.js';
import { erasedResponse, recordedEventsResponse, shopperResponse } from '../../apps/api/shoppers/shopper-schemas.js';
import { RecommendationIds } from '#shoppers';
import { type ApiShop, openApiShop } from './api-shop.js';
import { type StartedApi, startApi } from './start-api.js';

let now = new Date('2026-11-24T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - 60_000 * minutes).toISOString();
let shop: ApiShop;
let api: StartedApi;

beforeAll(async () => {
  shop = await openApiShop();
  api = await startApi(shop.database, { feedDir: shop.directory, clock: { now: () => now }, eventDays: 30 });
});
afterAll(async () => {
  await api?.close();
  await shop?.close();
});

const post = (path: string, body: unknown) =>
  fetch(`${api.url}${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  });
const tell = async (...events: object[]) => {
  const response = await post('/v1/events', { events });
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const recorded = recordedEventsResponse.parse(await response.json());
  expect(recorded.stored + recorded.repeated + recorded.rejected.length).toBe(events.length);
  return recorded;
};
const recommend = async (body: object) => {
  const response = await post('/v1/recommendations', body);
  expect(response.status).toBe(200);
  return recommendationsResponse.parse(await response.json());
};
const shopper = (id: string, method = 'GET') => fetch(`${api.url}/v1/shoppers/${encodeURIComponent(id)}`, { method });
const faults = async (response: Response) => {
  expect(response.status).toBe(400);
  return problemSchema.parse(await response.json()).errors.map(({ path }) => path);
};
const ids = ({ results }: { results: { productId: string }[] }) => results.map(({ productId }) => productId);
const view = (shopperId: string, productId: string, more: object = {}) => ({
  ...{ type: 'view', shopperId, productId, at: minutesAgo(1) },
  ...more,
});

describe('POST /v1/events', () => {
  it('counts a repeated event once, with an id of the storefront’s or without', async () => {
    const named = view('ana', 'coat', { id: 'v-1' });
    const nameless = view('ana', 'dress');
    expect(await tell(named, nameless, nameless)).toMatchObject({ received: 3, stored: 2, repeated: 1 });
    expect(await tell(nameless, { ...named, at: undefined })).toMatchObject({ stored: 0, repeated: 2, rejected: [] });
    expect(await tell(view('ana', 'dress', { at: minutesAgo(2) }))).toMatchObject({ stored: 1 });
  });

  it('keeps the good ones and says of each other why not', async () => {
    const recorded = await tell(
      view('ben', 'coat/m'),
      view('ben', 'nothing'),
      view('ben', 'dress', { at: minutesAgo(-4) }),
      view('ben', 'dress', { at: minutesAgo(-6) }),
      view('ben', 'both', { at: minutesAgo(31 * 1440) }),
      view('ben', 'both', { type: 'click', recommendationId: 'made-up' }),
    );
    expect(recorded).toMatchObject({ received: 6, stored: 2, repeated: 0 });
    expect(recorded.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'product-unknown'],
      [3, 'time-ahead'],
      [4, 'time-past'],
      [5, 'recommendation-unknown'],
    ]);
    expect(recorded.rejected[0]?.reason).toContain('nothing');
  });

  it('takes a thousand at once, and no more', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => view(`many-${i % 7}`, 'coat', { id: `${i}` }));
    expect(await tell(...many.slice(1))).toMatchObject({ received: 1_000, stored: 1_000 });
    expect(await faults(await post('/v1/events', { events: many }))).toEqual(['events']);
  });

  it('asks for an id or a time, and names all that is wrong', async () => {
    const { at: _, ...timeless } = view('cy', 'coat');
    expect(await faults(await post('/v1/events', { events: [view('cy', 'coat'), timeless] }))).toEqual([
      'events[1].id',
    ]);
    const wrong = { type: 'love', shopperId: '', productId: 'coat', at: 'now', price: 3 };
    expect((await faults(await post('/v1/events', { events: [wrong] }))).sort()).toEqual([
      ...['events[0].at', 'events[0].price', 'events[0].shopperId', 'events[0].type'],
    ]);
    expect(await faults(await post('/v1/events', { events: [] }))).toEqual(['events']);
  });

  it('refuses names that a database or a URL would lose, and ids like those that are made here', async () => {
    for (const shopperId of ['cut in half \ud83d', 'bell\u0007', '.', '..']) {
      expect(await faults(await post('/v1/events', { events: [view(shopperId, 'coat')] }))).toEqual([
        'events[0].shopperId',
      ]);
    }
    for (const id of ['\ud83d', `sha256:${'0'.repeat(40)}`]) {
      expect(await faults(await post('/v1/events', { events: [view('cy', 'coat', { id })] }))).toEqual([
        'events[0].id',
      ]);
    }
    expect(await tell(view('whole \ud83d\ude00', 'coat'))).toMatchObject({ stored: 1 });
  });

  it('keeps a time of a clock that is ahead as the present', async () => {
    await tell(view('kim', 'dress', { type: 'wishlist', at: minutesAgo(-4) }));
    const shown = shopperResponse.parse(await (await shopper('kim')).json());
    expect(shown.events[0]?.at).toBe(now.toISOString());
  });
});

describe('a shopper', () => {
  it('is recommended to by events, at once, with or without signals', async () => {
    expect((await recommend({ shopperId: 'dea' })).fallback?.code).toBe('no-signals');
    await tell(view('dea', 'dress', { type: 'wishlist' }));
    const answer = await recommend({ shopperId: 'dea', count: 1 });
    expect(ids(answer)).toEqual(['like-dress']);
    expect(answer.results[0]?.because).toMatchObject({ productId: 'dress', type: 'wishlist' });
    const both = await recommend({ shopperId: 'dea', signals: [{ productId: 'coat', type: 'wishlist' }], count: 2 });
    expect(ids(both).sort()).toEqual(['both', 'like-dress']);
  });

  it('is shown what is kept, and erased for good', async () => {
    const told = view('eva/1', 'coat/m', { id: 'one' });
    await tell(told, view('eva/1', 'dress', { at: minutesAgo(5), type: 'purchase' }));
    const kept = shopperResponse.parse(await (await shopper('eva/1')).json());
    expect(kept).toMatchObject({ shopperId: 'eva/1', total: 2 });
    expect(kept.events[0]).toEqual({
      ...{ id: 'one', type: 'view', productId: 'coat', at: told.at, recommendationId: null },
    });
    expect(erasedResponse.parse(await (await shopper('eva/1', 'DELETE')).json())).toEqual({
      ...{ shopperId: 'eva/1', erased: 2 },
    });
    const gone = await shopper('eva/1');
    expect([gone.status, problemSchema.parse(await gone.json()).code]).toEqual([404, 'shopper-unknown']);
    expect((await recommend({ shopperId: 'eva/1' })).fallback?.code).toBe('no-signals');
    expect(erasedResponse.parse(await (await shopper('eva/1', 'DELETE')).json()).erased).toBe(0);
  });

  it('has the pages of one answer, whatever is told between them, late or not', async () => {
    await tell(view('max', 'dress', { type: 'wishlist', at: minutesAgo(60) }));
    const whole = ids(await recommend({ shopperId: 'max', count: 4 }));
    const first = await recommend({ shopperId: 'max', count: 2 });
    now = new Date(now.getTime() + 1_000);
    // Done before the first page was asked for, and told after it.
    await tell(view('max', 'coat', { type: 'wishlist', at: minutesAgo(30) }));
    const second = await recommend({ shopperId: 'max', count: 2, cursor: first.nextCursor });
    expect([...ids(first), ...ids(second)]).toEqual(whole);
    expect(ids(await recommend({ shopperId: 'max', count: 4 }))).not.toEqual(whole);
  });

  it('who is forgotten between two pages gets no second page of what others like', async () => {
    await tell(view('lou', 'dress', { type: 'wishlist' }));
    const { nextCursor } = await recommend({ shopperId: 'lou', count: 1 });
    await shopper('lou', 'DELETE');
    expect(await recommend({ shopperId: 'lou', count: 1, cursor: nextCursor })).toMatchObject({
      ...{ results: [], fallback: null, nextCursor: null, shortfall: { code: 'no-signals' } },
    });
  });

  it('who is not known sees what others like first', async () => {
    now = new Date(now.getTime() + 3_600_000);
    await tell(...['f1', 'f2', 'f3', 'f4', 'f5'].map((id) => view(id, 'near-shape', { type: 'wishlist' })));
    const answer = await recommend({ count: 3 });
    expect(answer.results[0]).toMatchObject({ productId: 'near-shape', shelf: 'popular' });
  });

  it('is not shown the same again for a time, when rotation is asked for', async () => {
    const asked = { shopperId: 'gus', count: 2 };
    await tell(view('gus', 'coat'));
    const first = await recommend({ ...asked, scenario: 'home' });
    const { recommendationId } = first;
    const shown = ids(first).map((id) => view('gus', id, { type: 'impression', at: minutesAgo(0), recommendationId }));
    expect(await tell(...shown)).toMatchObject({ stored: 2 });
    expect(ids(await recommend(asked))).toEqual(ids(first));
    const rotated = await recommend({ ...asked, rotation: 1 });
    expect(ids(rotated)).not.toEqual(expect.arrayContaining(ids(first)));
  });
});

describe('recommendationId', () => {
  it('says what an attribution needs, and is taken for its own results alone', async () => {
    const { recommendationId, generation, results } = await recommend({
      ...{ signals: [{ productId: 'coat', type: 'view' }], count: 2, scenario: 'cart-below' },
    });
    const reader = new RecommendationIds(() => shop.database.shoppers.signingKey());
    expect(await reader.read(recommendationId)).toMatchObject({ at: now, generation, scenario: 'cart-below' });
    const [first] = results;
    const click = view('hal', first!.productId, { type: 'click', recommendationId });
    const recorded = await tell(click, { ...click, productId: 'dress' });
    expect(recorded).toMatchObject({ stored: 1, rejected: [{ index: 1, code: 'recommendation-without-product' }] });
    const { events } = shopperResponse.parse(await (await shopper('hal')).json());
    expect(events).toMatchObject([{ type: 'click', recommendationId }]);
  });

  it('comes with similar products, too', async () => {
    const answer = await (
      await fetch(`${api.url}/v1/products/coat/similar?count=3&category=any&scenario=detail`)
    ).json();
    const { recommendationId, results } = recommendationsResponse.parse(answer);
    expect(await tell(view('ida', results[2]!.productId, { recommendationId }))).toMatchObject({ stored: 1 });
  });

  it('comes with each answer of a batch', async () => {
    const requests = [{ similarTo: 'coat', scenario: 'detail' }, { scenario: 'home' }];
    const { answers } = batchResponse.parse(await (await post('/v1/recommendations/batch', { requests })).json());
    const reader = new RecommendationIds(() => shop.database.shoppers.signingKey());
    const read = await Promise.all(answers.map(({ answer }) => reader.read(answer!.recommendationId)));
    expect(read).toMatchObject([{ scenario: 'detail' }, { scenario: 'home' }]);
  });
});
